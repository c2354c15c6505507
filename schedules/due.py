"""What falls due in a briefing, and when: pure, from its timetable and the house's policy.

| phase     | due                                            | at                      |
|-----------|------------------------------------------------|-------------------------|
| scheduled | a rehearsal begins                             | as planned              |
| rehearsal | the rehearsal ends                             | as planned              |
| scheduled,| the lobby opens                                | start - lobby           |
| rehearsal | it expires: nobody held it, so it is cancelled | the hard end            |
| scheduled,| a reminder is sent (once each)                 | start - the rule's time |
| rehearsal,|                                                |                         |
| open      |                                                |                         |
| open, live| who has not checked in is late (once)          | start + late_after      |
| open, live| it closes by itself                            | the hard end            |
| ended     | its recording is checked (once)                | end + settling          |
| ended     | its recording is deleted, if that is the policy| end + keep_recordings   |

A reminder is sent late only while it says what it should; after that it is not sent at all.

The hard end is the planned end + overrun. A briefing whose whole time passed while the service was down is not opened
for nobody: it expires, and nothing else is done to it. One that was open or live is first marked, then closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from schedules.reminders import Reminder
from server.core.ids import BriefingId
from server.core.state import ENDED, MEETING, Phase
from server.core.summary import BriefingSummary


class Action(StrEnum):
    """What the clock does by itself; in this order when several fall due at one moment."""

    BEGIN_REHEARSAL = "begin_rehearsal"
    END_REHEARSAL = "end_rehearsal"
    OPEN_LOBBY = "open_lobby"
    MARK_LATE = "mark_late"
    HARD_CLOSE = "hard_close"
    EXPIRE = "expire"
    REMIND = "remind"
    CHECK_RECORDING = "check_recording"
    DELETE_RECORDING = "delete_recording"


UNHURRIED = frozenset({Action.REMIND, Action.CHECK_RECORDING, Action.DELETE_RECORDING})
"""What may take a while, and nobody waits for."""

ANNOUNCED = frozenset({Phase.SCHEDULED, Phase.REHEARSAL, Phase.OPEN})
"""The phases in which people are reminded: it is published, and has not begun."""


_REHEARSALS: Mapping[Phase, Action] = MappingProxyType(
    {Phase.SCHEDULED: Action.BEGIN_REHEARSAL, Phase.REHEARSAL: Action.END_REHEARSAL}
)
"""What the clock does for rehearsals before the lobby opens."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How far before and after its planned times a briefing is handled."""

    lobby: timedelta = timedelta(minutes=30)  # before the start
    late_after: timedelta = timedelta()  # after the start
    overrun: timedelta = timedelta(minutes=60)  # after the planned end
    settling: timedelta = timedelta(seconds=5)  # after the end: the recorder finishes its last file
    keep_recordings: timedelta | None = None  # after the end; None: for ever


class Recorded(StrEnum):
    """What is known of the files of a recording."""

    UNSETTLED = "unsettled"  # not checked yet, or not wholly deleted
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Timetable:
    """What decides when something of a briefing is due."""

    briefing: BriefingId
    phase: Phase
    starts_at: datetime
    ends_at: datetime
    late_marked: bool = False
    ended_at: datetime | None = None
    recorded: Recorded | None = None
    reminders: tuple[Reminder, ...] = ()  # that have not been sent
    rehearsal_due: datetime | None = None

    @classmethod
    def of(
        cls, summary: BriefingSummary, recorded: Recorded | None = None, reminders: tuple[Reminder, ...] = ()
    ) -> Timetable:
        """Return the timetable of a briefing, of its recording if there is one, and of its reminders."""
        planned = (summary.starts_at, summary.ends_at, summary.late_marked)
        rehearsal, ended_at = summary.rehearsal_due, summary.ended_at
        return cls(summary.id, summary.phase, *planned, ended_at, recorded, reminders, rehearsal)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do at a moment."""

    briefing: BriefingId
    action: Action
    at: datetime
    rule: str = ""  # of a reminder

    @property
    def id(self) -> str:
        """Name the alarm for this: one for each briefing, action and rule, whatever the moment."""
        return f"{self.briefing}:{self.action}" + (f":{self.rule}" if self.rule else "")


def dues(timetable: Timetable, policy: Policy) -> tuple[Due, ...]:
    """Return what is still to be done to a briefing in its phase, in order of time."""
    moments: dict[Action, datetime] = {}
    hard_end = timetable.ends_at + policy.overrun
    if timetable.phase in _REHEARSALS:
        rehearsal = {_REHEARSALS[timetable.phase]: timetable.rehearsal_due} if timetable.rehearsal_due else {}
        moments = {**rehearsal, Action.OPEN_LOBBY: timetable.starts_at - policy.lobby, Action.EXPIRE: hard_end}
    elif timetable.phase in MEETING:
        late = {} if timetable.late_marked else {Action.MARK_LATE: timetable.starts_at + policy.late_after}
        moments = {**late, Action.HARD_CLOSE: hard_end}
    elif timetable.phase in ENDED and timetable.recorded and timetable.ended_at:
        moments = _of_recording(timetable.recorded, timetable.ended_at, policy)
    found = [Due(timetable.briefing, action, at) for action, at in moments.items()]
    if timetable.phase in ANNOUNCED:
        found += [Due(timetable.briefing, Action.REMIND, one.at, one.rule) for one in timetable.reminders]
    return tuple(sorted(found, key=lambda due: due.at))


def _of_recording(recorded: Recorded, ended_at: datetime, policy: Policy) -> dict[Action, datetime]:
    moments = {Action.CHECK_RECORDING: ended_at + policy.settling} if recorded is Recorded.UNSETTLED else {}
    if policy.keep_recordings is not None:
        moments[Action.DELETE_RECORDING] = ended_at + policy.keep_recordings
    return moments


def pending(timetable: Timetable, policy: Policy, now: datetime) -> tuple[Due, ...]:
    """Return what still makes sense now, overdue or to come: an expired briefing is only expired."""
    late = {one.rule for one in timetable.reminders if one.until <= now}
    found = tuple(due for due in dues(timetable, policy) if due.rule not in late)
    expired = tuple(due for due in found if due.action is Action.EXPIRE and due.at <= now)
    return expired or found


def overdue(timetable: Timetable, policy: Policy, now: datetime) -> tuple[Due, ...]:
    """Return what should have been done by now, in order of time."""
    return tuple(due for due in pending(timetable, policy, now) if due.at <= now)
