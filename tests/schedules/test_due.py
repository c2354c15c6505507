"""What falls due in which phase, and what no longer makes sense."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.due import Action, Due, Policy, Recorded, Timetable, dues, overdue, pending
from server.core.ids import BriefingId, RosterName
from server.core.state import ENDED, MEETING, Phase
from server.core.summary import BriefingSummary

B1 = BriefingId("b1")
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
END = START + timedelta(hours=2)
POLICY = Policy(lobby=timedelta(minutes=30), late_after=timedelta(minutes=5), overrun=timedelta(minutes=60))


def timetable(phase: Phase, *, late_marked: bool = False) -> Timetable:
    return Timetable(B1, phase, START, END, late_marked)


def minutes(count: float) -> datetime:
    """A moment relative to the planned start."""
    return START + timedelta(minutes=count)


OPEN_LOBBY = Due(B1, Action.OPEN_LOBBY, minutes(-30))
MARK_LATE = Due(B1, Action.MARK_LATE, minutes(5))
HARD_CLOSE = Due(B1, Action.HARD_CLOSE, minutes(180))
EXPIRE = Due(B1, Action.EXPIRE, minutes(180))
CHECK = Due(B1, Action.CHECK_RECORDING, minutes(90) + POLICY.settling)
DELETE = Due(B1, Action.DELETE_RECORDING, minutes(90) + timedelta(days=30))


@pytest.mark.parametrize(
    ("phase", "late_marked", "expected"),
    [
        (Phase.DRAFT, False, ()),
        (Phase.SCHEDULED, False, (OPEN_LOBBY, EXPIRE)),
        (Phase.OPEN, False, (MARK_LATE, HARD_CLOSE)),
        (Phase.OPEN, True, (HARD_CLOSE,)),
        (Phase.LIVE, False, (MARK_LATE, HARD_CLOSE)),
        (Phase.LIVE, True, (HARD_CLOSE,)),
        (Phase.CLOSED, False, ()),
        (Phase.CANCELLED, False, ()),
    ],
)
def test_dues_depend_on_the_phase(phase: Phase, late_marked: bool, expected: tuple[Due, ...]) -> None:
    assert dues(timetable(phase, late_marked=late_marked), POLICY) == expected


@pytest.mark.parametrize(
    ("phase", "recorded", "keep", "expected"),
    [
        (Phase.CLOSED, Recorded.UNSETTLED, None, (CHECK,)),
        (Phase.CLOSED, Recorded.UNSETTLED, timedelta(days=30), (CHECK, DELETE)),
        (Phase.CANCELLED, Recorded.CHECKED, timedelta(days=30), (DELETE,)),
        (Phase.CLOSED, Recorded.CHECKED, None, ()),
        (Phase.CLOSED, None, timedelta(days=30), ()),
        (Phase.LIVE, Recorded.UNSETTLED, timedelta(days=30), (MARK_LATE, HARD_CLOSE)),
    ],
)
def test_a_recording_is_checked_and_deleted_after_the_end_alone(
    phase: Phase, recorded: Recorded | None, keep: timedelta | None, expected: tuple[Due, ...]
) -> None:
    ended_at = None if phase is Phase.LIVE else minutes(90)
    table = Timetable(B1, phase, START, END, ended_at=ended_at, recorded=recorded)

    assert dues(table, replace(POLICY, keep_recordings=keep)) == expected


@pytest.mark.parametrize(
    ("phase", "now", "expected"),
    [
        (Phase.SCHEDULED, minutes(-31), ()),
        (Phase.SCHEDULED, minutes(-30), (OPEN_LOBBY,)),
        (Phase.SCHEDULED, minutes(179), (OPEN_LOBBY,)),
        (Phase.SCHEDULED, minutes(180), (EXPIRE,)),
        (Phase.OPEN, minutes(4), ()),
        (Phase.OPEN, minutes(5), (MARK_LATE,)),
        (Phase.LIVE, minutes(180), (MARK_LATE, HARD_CLOSE)),
        (Phase.CLOSED, minutes(500), ()),
    ],
)
def test_overdue_is_what_should_have_been_done(phase: Phase, now: datetime, expected: tuple[Due, ...]) -> None:
    assert overdue(timetable(phase), POLICY, now) == expected


@pytest.mark.parametrize(
    ("phase", "action"), [(Phase.SCHEDULED, Action.BEGIN_REHEARSAL), (Phase.REHEARSAL, Action.END_REHEARSAL)]
)
def test_a_rehearsal_begins_and_ends_before_the_lobby_opens(phase: Phase, action: Action) -> None:
    table = replace(timetable(phase), rehearsal_due=minutes(-1000))

    assert dues(table, POLICY) == (Due(B1, action, minutes(-1000)), OPEN_LOBBY, EXPIRE)
    assert dues(timetable(phase), POLICY) == (OPEN_LOBBY, EXPIRE)


def test_an_alarm_is_named_by_briefing_and_action_whatever_the_moment() -> None:
    assert OPEN_LOBBY.id == Due(B1, Action.OPEN_LOBBY, minutes(0)).id == "b1:open_lobby"


def test_a_timetable_is_read_off_a_summary() -> None:
    summary = BriefingSummary(
        B1, "Giao ban", Phase.OPEN, START, END, RosterName("63"), 63, 1, late_marked=True, rehearsal_due=END
    )

    assert Timetable.of(summary) == replace(timetable(Phase.OPEN, late_marked=True), rehearsal_due=END)


def durations(most: timedelta) -> st.SearchStrategy[timedelta]:
    return st.timedeltas(timedelta(), most)


policies = st.builds(Policy, durations(timedelta(days=1)), durations(timedelta(days=1)), durations(timedelta(days=1)))
timetables = st.builds(
    lambda phase, length, late: Timetable(B1, phase, START, START + length, late),
    st.sampled_from(Phase),
    durations(timedelta(hours=24)).filter(bool),
    st.booleans(),
)
moments = st.datetimes(datetime(2026, 11, 20), datetime(2026, 11, 28), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@given(timetables, policies, moments)
def test_dues_are_ordered_each_action_once_and_legal_in_the_phase(
    table: Timetable, policy: Policy, now: datetime
) -> None:
    found = dues(table, policy)

    assert [due.at for due in found] == sorted(due.at for due in found)
    assert len({due.id for due in found}) == len(found)
    assert bool(found) == (table.phase not in ENDED | {Phase.DRAFT})
    assert {due.action for due in found} <= (
        {Action.MARK_LATE, Action.HARD_CLOSE} if table.phase in MEETING else {Action.OPEN_LOBBY, Action.EXPIRE}
    )
    assert set(overdue(table, policy, now)) <= set(pending(table, policy, now)) <= set(found)


AFTER: dict[Action, Phase] = {
    Action.OPEN_LOBBY: Phase.OPEN,
    Action.HARD_CLOSE: Phase.CLOSED,
    Action.EXPIRE: Phase.CANCELLED,
}


@given(timetables, policies, moments)
def test_doing_what_is_overdue_comes_to_an_end_with_nothing_overdue(
    table: Timetable, policy: Policy, now: datetime
) -> None:
    done: list[Action] = []
    while found := overdue(table, policy, now):
        done.append(found[0].action)
        phase = AFTER.get(found[0].action, table.phase)
        marked = table.late_marked or found[0].action is Action.MARK_LATE
        table = Timetable(B1, phase, table.starts_at, table.ends_at, marked)

    assert len(done) == len(set(done)) <= 3
    if Action.EXPIRE in done:
        assert done == [Action.EXPIRE]
