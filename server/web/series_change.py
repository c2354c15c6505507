"""What becomes of the dates of a series: decided in the room of each, and stored as one move."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from aiohttp import web

from schedules.conflicts import Booking, clashes
from schedules.series import Step
from server.core import series as rules
from server.core.counting import Own
from server.core.errors import Conflict
from server.core.events import Event, Plan, ReminderRule, SeriesDate
from server.core.ids import BriefingId
from server.core.series import Outcome, Series
from server.core.state import Briefing
from server.live.room import Room
from server.live.together import move_together
from server.live.world import Decision
from server.store import briefings as ids
from server.store import series as stored
from server.web.briefings import certified
from server.web.callers import caller_of
from server.web.keys import DATABASE, ROOMS
from server.web.series_preview import booking, others_around

TAKES_UP: Final = frozenset({"starts_at", "ends_at", "endpoints", "presiding", "place"})
"""The fields of a plan that may run into another briefing's."""

MOST_NAMED: Final = 5
"""Dates that a refusal names."""


class SeriesConflicts(Conflict):
    """Some dates of this series run into other briefings; choose other times, or accept that and say why."""

    code = "series_conflicts"


@dataclass(frozen=True, slots=True)
class Placed:
    """A step, and the briefing it is about."""

    room: Room
    step: Step

    @property
    def outcome(self) -> Outcome:
        """What becomes of the briefing as it is now."""
        return self.judge(self.room.state)

    def judge(self, state: Briefing) -> Outcome:
        """Say what becomes of the briefing."""
        if self.step.will is None:
            return rules.retirement(state, was=self.step.was)
        return rules.outcome(state, was=self.step.was, will=self.step.will)


class Moves:
    """The moves of the dates that a change is about, made together; afterwards, why some were left alone."""

    def __init__(self, request: web.Request, *, reason: str = "") -> None:
        self._request = request
        self._reason = reason
        self._certified = certified(request)
        self._called_off: list[Room] = []
        self.decisions: dict[Room, Decision] = {}
        self.outcomes: dict[BriefingId, Outcome] = {}

    def add(self, room: Room, decide: Decision) -> None:
        """Make a move."""
        self.decisions[room] = decide

    def draft(self, plan: Plan, date: SeriesDate, reminders: tuple[ReminderRule, ...] | None) -> None:
        """Write down the briefing of a new date, with the reminders of the others."""
        room = self._request.app[ROOMS].fresh(ids.new_id())
        self.add(room, partial(rules.draft, plan=plan, date=date, reminders=reminders, certified=self._certified))

    def take(self, placed: Placed, own: Own | None = None) -> None:
        """Bring a date in line, or cancel it; what is said of it is decided in the same moment."""
        step = placed.step

        def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
            self.outcomes[state.id] = placed.judge(state)
            if step.will is None or step.date is None:
                return rules.retire(state, now, was=step.was, reason=self._reason)
            bring = partial(rules.replan, was=step.was, will=step.will, date=step.date, own=own)
            return bring(state, now, certified=self._certified)

        self.add(placed.room, decide)

    def call_off(self, room: Room) -> None:
        """Cancel a date, if it has not begun; one mail tells of all that were published together."""
        self._called_off.append(room)

        def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
            self.outcomes[state.id] = rules.standing(state)
            together = rules.told_together(state, [one.state for one in self._called_off])
            return rules.call_off(state, now, reason=self._reason, together=together)

        self.add(room, decide)

    async def make(self, *, new: Sequence[Series] = (), changed: Sequence[Series] = ()) -> None:
        """Store the series and all moves, or nothing. Raises what a rule raises, StaleSeries, and Contended."""
        store = partial(stored.save, self._request.app[DATABASE], new=new, changed=changed)
        await move_together(self.decisions, caller_of(self._request).actor, store)


async def require_free(request: web.Request, wanted: Sequence[Booking], own: Collection[BriefingId]) -> None:
    """Raise SeriesConflicts, with the first dates of it, for what runs into other briefings or into each other."""
    others = await others_around(request, wanted, own=own)
    taken = [booking(briefing, plan) for briefing, plan in others.items()]
    if found := await asyncio.to_thread(clashes, wanted, taken):
        raise SeriesConflicts(", ".join(sorted(found)[:MOST_NAMED]))


def bookings_of(steps: Iterable[Step], placed: Iterable[Placed]) -> list[Booking]:
    """Return what new dates take up, and old ones that are to take up something else."""
    new = [(step.date, step.will) for step in steps if step.original is None]
    moved = [(one.step.date, one.step.will) for one in placed if _takes_up_something_else(one)]
    return [booking(date.original, plan) for date, plan in (*new, *moved) if date and plan]


def _takes_up_something_else(placed: Placed) -> bool:
    step = placed.step
    if step.will is None or placed.outcome.left:
        return False
    return bool(rules.differing(step.was, step.will) & TAKES_UP)
