"""Check-in: a site attests, amends, and cannot attest the absurd."""

from typing import Any

import pytest

from server.core import checkin
from server.core.errors import Invalid
from server.core.events import Attendance, CheckIn, Delegate, EndpointCheckedIn
from server.core.presence import NotInvited, NotOpen
from server.core.state import Site
from server.core.text import BrokenText
from tests.core.cast import HA_NOI, STRANGER, at, live, opened, scheduled, then

MINH = Delegate("Ông Minh", ("Chánh văn phòng", "Tỉnh uỷ viên"))
HOA = Delegate("Bà Hoa", (), Attendance.ABSENT, "đi công tác")
BINH = Delegate("Ông Bình", (), Attendance.SUBSTITUTE, "thay bà Hoa")


def attested(**changes: Any) -> CheckIn:
    return CheckIn(**{"local_chair": "Ông Minh", "delegates": (MINH, HOA, BINH), "headcount": 12, **changes})


def test_check_in_is_the_first_revision() -> None:
    assert checkin.check_in(live(), at(5), endpoint=HA_NOI, check_in=attested()) == (
        EndpointCheckedIn(HA_NOI, attested(), 1),
    )


def test_the_same_check_in_again_changes_nothing() -> None:
    before = then(live(), EndpointCheckedIn(HA_NOI, attested(), 1))

    assert checkin.check_in(before, at(5), endpoint=HA_NOI, check_in=attested()) == ()


def test_an_amendment_is_the_next_revision_and_keeps_when_the_site_checked_in() -> None:
    before = then(opened(), EndpointCheckedIn(HA_NOI, attested(), 1), when=at(-600))

    events = checkin.check_in(before, at(5), endpoint=HA_NOI, check_in=attested(headcount=13))

    assert events == (EndpointCheckedIn(HA_NOI, attested(headcount=13), 2),)
    assert then(before, *events, when=at(5)).site(HA_NOI) == Site(
        check_in=attested(headcount=13), checked_in_at=at(-600), revision=2
    )


def test_check_in_of_a_stranger_or_before_the_lobby_opens_is_refused() -> None:
    with pytest.raises(NotInvited):
        checkin.check_in(live(), at(5), endpoint=STRANGER, check_in=attested())
    with pytest.raises(NotOpen):
        checkin.check_in(scheduled(), at(-3600), endpoint=HA_NOI, check_in=attested())


def test_present_counts_substitutes_and_not_the_absent() -> None:
    assert checkin.present(attested()) == 2


@pytest.mark.parametrize(
    "possible",
    [
        attested(headcount=2),
        attested(headcount=2000),
        attested(delegates=(), headcount=1),
        attested(delegates=(HOA,), headcount=1),
        attested(delegates=(MINH,) * 300, headcount=300),
        attested(local_chair="x" * 200),
        attested(delegates=(Delegate("x", ("x" * 200,) * 10),)),
    ],
)
def test_a_check_in_at_the_bounds_is_taken(possible: CheckIn) -> None:
    checkin.check(possible)


@pytest.mark.parametrize(
    ("absurd", "refusal"),
    [
        (attested(headcount=1), checkin.AbsurdHeadcount),
        (attested(headcount=2001), checkin.AbsurdHeadcount),
        (attested(delegates=(), headcount=0), checkin.AbsurdHeadcount),
        (attested(headcount=-5), checkin.AbsurdHeadcount),
        (attested(local_chair="  "), checkin.NamelessPerson),
        (attested(local_chair="x" * 201), checkin.NamelessPerson),
        (attested(delegates=(Delegate(""),)), checkin.NamelessPerson),
        (attested(delegates=(MINH,) * 301, headcount=301), checkin.TooManyDelegates),
        (attested(delegates=(Delegate("x", ("y",) * 11),)), checkin.TooManyDelegates),
        (attested(delegates=(Delegate("x", ("y" * 201,)),)), Invalid),
        (attested(delegates=(Delegate("x", reason="y" * 201),)), Invalid),
        (attested(local_chair="x\0"), BrokenText),
        (attested(delegates=(Delegate("x", ("\udc00",)),)), BrokenText),
    ],
)
def test_an_absurd_check_in_is_refused(absurd: CheckIn, refusal: type[Invalid]) -> None:
    with pytest.raises(refusal):
        checkin.check_in(live(), at(5), endpoint=HA_NOI, check_in=absurd)
