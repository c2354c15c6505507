"""What is meant by a change of a series: the body that says it, every date that it is about, and what it would be."""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated

from aiohttp import web
from pydantic import Field

from endpoints.rosters import Rosters
from schedules.recurrence import Move, NoSuchDate
from schedules.rule import LONGEST_TEXT, read_rule
from schedules.series import Change, Step, Wish, change_of, steps_of
from schedules.shift import CannotShift, Shift
from server.core import series as rules
from server.core.counting import Own, counted_on
from server.core.events import Period
from server.core.ids import BriefingId, SeriesId
from server.core.plan import require_period
from server.core.series import NothingLeft, Series
from server.core.state import MEETING, Phase
from server.store import briefings as ids
from server.store.series import Member
from server.web import plans
from server.web.bodies import Body, Day, WallClock
from server.web.keys import ROOMS, ROSTERS
from server.web.plans import ContentChange, Number, PeriodBody
from server.web.series_change import Placed
from server.web.series_preview import MOST_EXCEPTIONS, MoveBody

AHEAD = frozenset({Phase.DRAFT, Phase.SCHEDULED, Phase.REHEARSAL})
"""What has not begun, and may."""

RuleText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Reason = Annotated[str, Field(max_length=rules.LONGEST_REASON)]
Minutes = Annotated[int, Field(ge=1, le=24 * 60)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""On the series' clock."""


class ShiftBody(Body):
    """A date, and the day that it is put on; the others follow it. Not together with another rule."""

    original: WallClock
    to: Day


class OwnBody(Body):
    """The number and the reporting period of a date: the other dates have them counted on. Null: there is no period."""

    of: WallClock
    number: Number | None = None
    period: PeriodBody | None = None


class SeriesChange(ContentChange):
    """What is to be changed, for all dates that have not begun or, from one on, for those that follow.

    Dates are left out and moved by the names that they will have.
    """

    following: WallClock | None = None  # the name of that date
    rule: RuleText | None = None
    shift: ShiftBody | None = None
    own: OwnBody | None = None
    dropped: list[WallClock] = Field(default_factory=list, max_length=MOST_EXCEPTIONS)
    moved: list[MoveBody] = Field(default_factory=list, max_length=MOST_EXCEPTIONS)
    at: TimeOfDay | None = None
    minutes: Minutes | None = None
    accepted: Reason = ""
    reason: Reason = ""  # why dates are cancelled that the new rule does not have


@dataclass(frozen=True, slots=True)
class Intended:
    """A change of a series as it would be: every date that it is about, and what was left alone by its phase."""

    members: list[Member]
    change: Change
    steps: list[Step]
    past: dict[BriefingId, rules.Outcome]
    placed: list[Placed]
    counted: dict[datetime | None, Own]  # what dates are to have of their own, by their old names

    @property
    def own(self) -> set[BriefingId]:
        """The briefings that the change is for: they are in nobody's way."""
        return {one.room.state.id for one in self.placed if not one.outcome.left}


async def intended(request: web.Request, wanted: SeriesChange, series: Series, members: list[Member]) -> Intended:
    """Say what is meant by a change of a series with these dates. Raises NothingLeft, and what a rule refuses."""
    change = await asyncio.to_thread(_change, request.app[ROSTERS], series, members, wanted)
    steps = steps_of(change, [one.original for one in members])
    past = past_of(members, [step.original for step in steps])
    placed = await _placed(request, steps, [one for one in members if one.id not in past])
    return Intended(members, change, steps, past, placed, _counted(wanted.own, placed))


def _counted(own: OwnBody | None, placed: Iterable[Placed]) -> dict[datetime | None, Own]:
    """Count on to all dates that have not begun. Raises NoSuchDate, CannotCount."""
    if own is None:
        return {}
    days = {one.step.original: _day(one) for one in placed if one.step.will}
    if own.of not in days:
        raise NoSuchDate(own.of.isoformat())
    period = Period(own.period.first, own.period.last) if own.period else None
    require_period(period)
    given = Own(own.number, period, without_period="period" in own.model_fields_set and period is None)
    found = counted_on(given, days[own.of], list(days.values()))
    return {name: found[day] for name, day in days.items()}


def _day(one: Placed) -> date:
    """Return the day on which its series has a date, after the change."""
    name = one.step.date.original if one.step.date else ""
    return datetime.fromisoformat(name).date()


def _change(rosters: Rosters, series: Series, members: Iterable[Member], wanted: SeriesChange) -> Change:
    begun = any(one.phase in MEETING or one.phase is Phase.CLOSED for one in members)
    ahead = [one.original for one in members if one.phase in AHEAD]
    wish = Wish(
        rule=read_rule(wanted.rule) if wanted.rule else None,
        at=time.fromisoformat(wanted.at) if wanted.at else None,
        length=timedelta(minutes=wanted.minutes) if wanted.minutes else None,
        shift=Shift(wanted.shift.original, wanted.shift.to) if wanted.shift else None,
        dropped=tuple(wanted.dropped),
        moves=tuple(Move(one.original, one.to) for one in wanted.moved),
    )
    if not ahead:
        raise NothingLeft
    if wish.rule and wish.shift:
        raise CannotShift
    content = wanted.model_fields_set & ContentChange.model_fields.keys()
    if wanted.own and not content and wish == Wish():
        return Change(series, series, at=wanted.following)  # the series itself says nothing of it: it stays whole
    plan = rules.template(plans.changed(rosters, series.plan, wanted))
    base = replace(series, accepted=wanted.accepted or series.accepted)
    return change_of(
        base,
        ahead if begun else (),
        at=wanted.following,
        plan=plan,
        wish=wish,
        new_id=SeriesId(ids.new_id()),
    )


def past_of(members: Iterable[Member], originals: Collection[datetime | None]) -> dict[BriefingId, rules.Outcome]:
    """Return what is left alone by its phase: its journal is not read, and a meeting goes on without waiting for us."""
    found = {one.id: rules.past(one.phase) for one in members if one.original in originals}
    return {briefing: outcome for briefing, outcome in found.items() if outcome}


async def _placed(request: web.Request, steps: Iterable[Step], members: Iterable[Member]) -> list[Placed]:
    by_name = {one.original: one.id for one in members}
    return [
        Placed(await request.app[ROOMS].get(by_name[step.original]), step)
        for step in steps
        if step.original is not None and step.original in by_name
    ]
