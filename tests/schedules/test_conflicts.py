"""Conflicts: who and what is needed twice at once, and when it would not be."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.conflicts import Alternatives, Booking, Clash, Diary, Hours, Needs, alternatives, clashes
from schedules.recurrence import instant
from schedules.working_days import calendar_of, vietnam
from server.core.ids import EndpointCode, RosterName
from tests.schedules.rules import wall

HANOI = "Asia/Ho_Chi_Minh"
CALENDAR = calendar_of(vietnam())
PROVINCES, COMMUNES = RosterName("34"), RosterName("communes")
THREE = frozenset(map(EndpointCode, ("01", "22", "38")))
ONE = frozenset({EndpointCode("38")})


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """A time of a day of November 2026 in Hanoi; the 24th is a Tuesday."""
    return instant(wall(2026, 11, day, hour, minute), HANOI)


def booking(name: str, hour: int, minutes: int = 120, needs: Needs | None = None, day: int = 24) -> Booking:
    begins = at(hour, day=day)
    return Booking(name, begins, begins + timedelta(minutes=minutes), needs or Needs(PROVINCES, THREE))


def test_a_site_that_is_needed_twice_is_named() -> None:
    wanted, taken = booking("new", 8), booking("old", 9, needs=Needs(PROVINCES, ONE))

    assert clashes([wanted], [taken]) == {"new": (Clash(wanted, taken, Needs(PROVINCES, ONE)),)}


@pytest.mark.parametrize(
    ("needs", "shared"),
    [
        (Needs(COMMUNES, THREE), Needs(PROVINCES)),
        (Needs(COMMUNES, officials=frozenset({"Nguyễn Văn A", "B"})), Needs(PROVINCES, officials=frozenset({"B"}))),
        (Needs(COMMUNES, rooms=frozenset({"A1"})), Needs(PROVINCES, rooms=frozenset({"A1"}))),
        (Needs(COMMUNES, equipment=frozenset({"codec 2"})), Needs(PROVINCES, equipment=frozenset({"codec 2"}))),
        (Needs(COMMUNES, rooms=frozenset({"B"}), equipment=frozenset({"A1"})), Needs(PROVINCES)),
    ],
)
def test_what_is_shared_is_told_by_its_kind(needs: Needs, shared: Needs) -> None:
    """A code of another roster is another site, and a room is no official of the same name."""
    wanted = booking(
        "new",
        8,
        needs=Needs(PROVINCES, THREE, frozenset({"B", "C"}), frozenset({"A1"}), frozenset({"codec 1", "codec 2"})),
    )
    taken = booking("old", 8, needs=needs)

    assert clashes([wanted], [taken]) == ({"new": (Clash(wanted, taken, shared),)} if shared else {})


@pytest.mark.parametrize(
    ("hour", "minutes", "clashing"),
    [(6, 120, False), (6, 121, True), (10, 60, False), (9, 5, True), (5, 600, True), (8, 120, True)],
)
def test_only_what_overlaps_is_a_conflict(hour: int, minutes: int, clashing: bool) -> None:
    assert bool(clashes([booking("new", 8)], [booking("old", hour, minutes)])) == clashing


def test_dates_of_one_series_may_run_into_each_other() -> None:
    first, second = booking("first", 8), booking("second", 9)

    assert clashes([first, second], []) == {
        "first": (Clash(first, second, first.needs),),
        "second": (Clash(second, first, first.needs),),
    }


def test_a_briefing_is_not_in_its_own_way() -> None:
    assert clashes([booking("b1", 8)], [booking("b1", 9)]) == {}


def test_a_long_booking_is_found_however_long_ago_it_began() -> None:
    long = booking("long", 8, minutes=5 * 24 * 60, day=20)

    assert list(clashes([booking("new", 8)], [long, booking("short", 5, 10)])) == ["new"]


def test_other_hours_of_the_day_are_offered_the_nearest_first() -> None:
    wanted = booking("new", 9, 60)
    diary = Diary([booking("old", 9, 60), booking("noon", 12, 60)])

    offered = alternatives(wanted, diary, calendar=CALENDAR, zone=HANOI)

    assert offered.same_day == (at(8), at(10), at(7, 30))


def test_the_hours_of_an_office_are_kept() -> None:
    diary = Diary([booking("old", 9, 60)])
    hours = Hours(time(8, 0), time(11, 0), timedelta(minutes=60))

    offered = alternatives(booking("new", 9, 60), diary, calendar=CALENDAR, zone=HANOI, hours=hours)

    assert offered.same_day == (at(8), at(10))


def test_the_same_hour_of_the_next_working_days_is_offered() -> None:
    """Friday the 27th is taken; the 28th and 29th are a weekend."""
    wanted = booking("new", 9, day=26)
    diary = Diary([booking("old", 9, day=26), booking("friday", 10, day=27)])

    offered = alternatives(wanted, diary, calendar=CALENDAR, zone=HANOI)

    assert offered.later == (at(9, day=30), at(9, day=30) + timedelta(days=1), at(9, day=30) + timedelta(days=2))


def test_on_a_day_off_only_days_after_it_are_offered() -> None:
    offered = alternatives(booking("new", 9, day=22), Diary([]), calendar=CALENDAR, zone=HANOI)

    assert offered == Alternatives((), (at(9, day=23), at(9, day=24), at(9, day=25)))


def test_a_briefing_longer_than_the_day_is_offered_other_days_only() -> None:
    offered = alternatives(booking("new", 8, 600), Diary([]), calendar=CALENDAR, zone=HANOI)

    assert (offered.same_day, offered.later[0]) == ((), at(8, day=25))


sites = st.frozensets(st.sampled_from("abcd").map(EndpointCode), max_size=2)
anything = st.builds(Needs, st.sampled_from([PROVINCES, COMMUNES]), sites, rooms=st.frozensets(st.sampled_from("rs")))


@st.composite
def bookings(draw: st.DrawFn) -> list[Booking]:
    begins = datetime(2026, 11, 24, tzinfo=UTC)
    hours = st.integers(0, 30)
    return [
        Booking(
            str(number),
            (start := begins + timedelta(hours=draw(hours))),
            start + timedelta(hours=draw(hours)),
            draw(anything),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


@given(bookings(), bookings())
def test_conflicts_are_those_of_comparing_each_with_each(wanted: list[Booking], taken: list[Booking]) -> None:
    taken = [Booking(f"old {one.name}", one.starts_at, one.ends_at, one.needs) for one in taken]

    found = {(one.wanted.name, one.taken.name) for some in clashes(wanted, taken).values() for one in some}

    assert found == {
        (one.name, other.name)
        for one in wanted
        for other in (*wanted, *taken)
        if one is not other
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
        and (one.needs & other.needs)
    }
