"""Accounts, sign-ins and tokens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.core.errors import NotFound
from server.core.ids import BriefingId, EndpointCode
from server.core.people import Role, Token, TokenId, User, UserId
from server.store import people
from server.store.database import Database
from server.store.errors import NameTaken
from tests.store.stories import HA_NOI, START, THANH_HOA, at, scheduled

LAN = User(UserId("u1"), "lan", "Trần Thị Lan", Role.CHAIR)
AN = User(UserId("u2"), "an", "Nguyễn An", Role.ADMIN)
DAY = timedelta(days=1)


async def add(database: Database, *users: User) -> None:
    async with database.begin() as session:
        for user in users:
            await people.add_user(session, user, f"hash of {user.name}")


async def test_a_user_is_found_by_name_and_by_id(database: Database) -> None:
    disabled = replace(AN, disabled_at=START)
    await add(database, LAN, disabled)

    async with database.read() as session:
        assert await people.user_by_name(session, "lan") == (LAN, "hash of lan")
        assert await people.user(session, AN.id) == disabled
        assert await people.users(session) == [disabled, LAN]
        assert await people.user_by_name(session, "Lan") is None
        assert await people.user_by_name(session, "lan\x00") is None
        assert await people.user(session, UserId("u9")) is None


async def test_a_name_is_taken_once(database: Database) -> None:
    await add(database, LAN)

    with pytest.raises(NameTaken):
        await add(database, replace(LAN, id=UserId("u3")))


async def test_update_user_changes_what_is_given_and_nothing_else(database: Database) -> None:
    await add(database, LAN)
    async with database.begin() as session:
        changed = await people.update_user(session, LAN.id, display_name="Lan", role=Role.OPERATOR, disabled_at=START)
    assert changed == replace(LAN, display_name="Lan", role=Role.OPERATOR, disabled_at=START)

    async with database.begin() as session:
        await people.update_user(session, LAN.id, password_hash="new")
    async with database.read() as session:
        assert await people.user_by_name(session, "lan") == (changed, "new")

    async with database.begin() as session:
        enabled = await people.update_user(session, LAN.id, disabled_at=None)
    assert enabled == replace(changed, disabled_at=None)


async def test_update_user_refuses_an_unknown_one(database: Database) -> None:
    with pytest.raises(NotFound):
        async with database.begin() as session:
            await people.update_user(session, UserId("u9"), display_name="Nobody")


async def sign_in(database: Database, secret_hash: str, user: User = LAN, *, hours: int = 12, now: float = 0) -> None:
    async with database.begin() as session:
        expires_at = at(now) + timedelta(hours=hours)
        await people.add_sign_in(session, secret_hash, user.id, now=at(now), expires_at=expires_at)


async def who(database: Database, secret_hash: str, seconds: float = 60) -> User | None:
    async with database.read() as session:
        return await people.signed_in(session, secret_hash, at(seconds))


async def test_signed_in_until_the_sign_in_expires(database: Database) -> None:
    await add(database, LAN, AN)
    await sign_in(database, "s1", hours=1)
    await sign_in(database, "s2", AN)

    assert await who(database, "s1", 3599) == LAN
    assert await who(database, "s1", 3600) is None
    assert await who(database, "s2") == AN
    assert await who(database, "s3") is None


async def test_an_expired_sign_in_is_forgotten_at_the_next_one(database: Database) -> None:
    await add(database, LAN)
    await sign_in(database, "s1", hours=1)
    await sign_in(database, "s2", now=3600)

    assert await who(database, "s1", 0) is None


async def test_a_disabled_user_is_signed_in_nowhere(database: Database) -> None:
    await add(database, LAN)
    await sign_in(database, "s1")
    async with database.begin() as session:
        await people.update_user(session, LAN.id, disabled_at=START)

    assert await who(database, "s1") is None


async def test_sign_out_ends_one_sign_in_and_everywhere_all_of_them(database: Database) -> None:
    await add(database, LAN, AN)
    for secret, user in (("s1", LAN), ("s2", LAN), ("s3", LAN), ("s4", AN)):
        await sign_in(database, secret, user)

    async with database.begin() as session:
        await people.sign_out(session, "s1")
        await people.sign_out(session, "never was")
    assert [await who(database, secret) for secret in ("s1", "s2", "s3", "s4")] == [None, LAN, LAN, AN]

    async with database.begin() as session:
        await people.sign_out_everywhere(session, LAN.id)
    assert [await who(database, secret) for secret in ("s2", "s3", "s4")] == [None, None, AN]


HUB_TOKEN = Token(TokenId("t1"), Role.HUB, "Hub", at(0), briefing=BriefingId("b1"), expires_at=at(9000))
API_TOKEN = Token(TokenId("t2"), Role.OPERATOR, "Wall", at(1))


def join_token(number: int, endpoint: EndpointCode) -> Token:
    return Token(TokenId(f"j{number}"), Role.SITE, "", at(number), briefing=BriefingId("b1"), endpoint=endpoint)


async def add_tokens(database: Database, *tokens: Token) -> None:
    async with database.begin() as session:
        for token in tokens:
            await people.add_token(session, token, f"hash of {token.id}")


async def test_a_token_is_found_by_its_hash_valid_or_not(database: Database) -> None:
    await scheduled(database)
    await add_tokens(database, HUB_TOKEN, API_TOKEN)
    async with database.begin() as session:
        await people.revoke_token(session, API_TOKEN.id, at(50))
    async with database.begin() as session:
        await people.revoke_token(session, API_TOKEN.id, at(60))
        await people.revoke_token(session, TokenId("never was"), at(60))

    async with database.read() as session:
        assert await people.token_by_hash(session, "hash of t1") == HUB_TOKEN
        assert await people.token_by_hash(session, "hash of t2") == replace(API_TOKEN, revoked_at=at(50))
        assert await people.token_by_hash(session, "t2") is None


async def test_tokens_lists_all_but_join_tokens_newest_first(database: Database) -> None:
    await scheduled(database)
    await add_tokens(database, HUB_TOKEN, API_TOKEN, join_token(3, HA_NOI))

    async with database.read() as session:
        assert await people.tokens(session) == [API_TOKEN, HUB_TOKEN]


async def test_revoke_join_revokes_the_sites_named_of_that_briefing_only(database: Database) -> None:
    await scheduled(database)
    await scheduled(database, "b2")
    first, second = join_token(1, HA_NOI), join_token(2, THANH_HOA)
    elsewhere = replace(join_token(3, HA_NOI), briefing=BriefingId("b2"))
    await add_tokens(database, HUB_TOKEN, first, second, elsewhere)

    async with database.begin() as session:
        await people.revoke_join(session, BriefingId("b1"), [HA_NOI], at(50))

    async with database.read() as session:
        assert await people.join_tokens(session, BriefingId("b1")) == [second]
        assert await people.join_tokens(session, BriefingId("b2")) == [elsewhere]
        assert await people.token_by_hash(session, "hash of j1") == replace(first, revoked_at=at(50))
        assert await people.tokens(session) == [HUB_TOKEN]


async def test_known_hashes_are_those_of_tokens_revoked_or_not(database: Database) -> None:
    await add_tokens(database, API_TOKEN, replace(API_TOKEN, id=TokenId("t3"), revoked_at=at(50)))

    async with database.read() as session:
        assert await people.known_hashes(session, ["hash of t2", "hash of t3", "hash of t4"]) == {
            "hash of t2",
            "hash of t3",
        }
