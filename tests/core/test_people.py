"""People: a token is valid until it is revoked or expires."""

from dataclasses import replace

from server.core.people import Role, Token, TokenId
from tests.core.cast import ID, THANH_HOA, at

TOKEN = Token(TokenId("t1"), Role.SITE, "Thanh Hóa", at(0), ID, THANH_HOA)


def test_a_token_without_an_end_is_valid() -> None:
    assert TOKEN.valid(at(10**8))


def test_a_token_is_valid_until_the_moment_it_expires() -> None:
    expiring = replace(TOKEN, expires_at=at(60))

    assert [expiring.valid(at(second)) for second in (59.999999, 60)] == [True, False]


def test_a_revoked_token_is_not_valid_even_before() -> None:
    assert not replace(TOKEN, revoked_at=at(60)).valid(at(0))
