"""A series of briefings: what its dates have in common, and what becomes of each when that is changed.

A date belongs to the series, but its briefing is its own: what somebody has changed of it by hand stays, and so does
everything once its lobby has opened.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from server.core import briefing as lifecycle
from server.core import copying
from server.core.counting import Own, with_own
from server.core.errors import Conflict, NotFound
from server.core.events import (
    CalendarDate,
    Event,
    InvitationsSent,
    PlacedInSeries,
    Plan,
    ReminderRule,
    SeriesDate,
)
from server.core.ids import BriefingId, EndpointCode, SeriesId
from server.core.state import ENDED, MEETING, Briefing, Phase

LONGEST_REASON: Final = 300
"""Characters of why conflicts were accepted, and of why dates are cancelled."""

TIME: Final = frozenset({"starts_at", "ends_at"})
SITES: Final = frozenset({"endpoints", "names"})
EACH_ITS_OWN: Final = frozenset({"number", "period"})
"""What a series says nothing about: every briefing has its own."""


class NoSuchSeries(NotFound):
    """There is no such series; look it up in the list of series."""

    code = "no_such_series"


class StaleSeries(Conflict):
    """Somebody else changed this series since you read it; read it again and repeat your change."""

    code = "stale_series"


class InSeries(Conflict):
    """This briefing is a date of a series already; change that series instead."""

    code = "in_series"


class NothingLeft(Conflict):
    """No date of this series is left to change: all of them have begun, are over or were cancelled."""

    code = "nothing_left"


class NothingToPublish(Conflict):
    """No date of this series can be published: none is a draft that its sites can be given; see what each lacks."""

    code = "nothing_to_publish"


class LeftBecause(StrEnum):
    """Why a date was not changed."""

    BEGUN = "begun"  # its lobby is open, or it is live
    OVER = "over"
    CANCELLED = "cancelled"
    BY_HAND = "by_hand"  # the same was changed of it alone


@dataclass(frozen=True, slots=True)
class Series:
    """What a series says of its dates."""

    id: SeriesId
    rule: str  # RFC 5545, section 3.3.10; it ends, by COUNT or UNTIL
    first: datetime  # the rule's first date, naive: on the clock of `zone`
    zone: str
    plan: Plan  # at its first date; every other date has the same at its own time
    dropped: tuple[datetime, ...] = ()  # dates that no briefing was made for, in order
    edition: int = 1  # how often it was written
    accepted: str = ""  # why its conflicts are known and accepted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change of the series does to one date; a date that is not left alone has it, or had it already."""

    left: LeftBecause | None = None
    by_hand: frozenset[str] = frozenset()  # the fields that were changed of it alone, and stay


def template(plan: Plan) -> Plan:
    """Return what a briefing says for a whole series."""
    return replace(plan, number="", period=None)


def plan_at(plan: Plan, starts_at: datetime) -> Plan:
    """Return a series' plan at the time of one of its dates."""
    return replace(plan, starts_at=starts_at, ends_at=starts_at + (plan.ends_at - plan.starts_at))


def differing(one: Plan, other: Plan) -> frozenset[str]:
    """Return the fields in which two plans differ, of those that a series says; a time and the sites are one each."""
    names = {field.name for field in fields(Plan)} - EACH_ITS_OWN
    found = {name for name in names if getattr(one, name) != getattr(other, name)} - {"names"}
    return frozenset(found | (TIME if found & TIME else set()) | (SITES if found & SITES else set()))


def outcome(briefing: Briefing, *, was: Plan, will: Plan) -> Outcome:
    """Say what becomes of a date whose series said `was` of it and is to say `will`."""
    if (reason := _passed(briefing)) is not None:
        return Outcome(reason)
    by_hand = differing(was, will) & differing(was, briefing.planned)
    return Outcome(LeftBecause.BY_HAND, by_hand) if by_hand else Outcome()


def replan(
    briefing: Briefing,
    now: datetime,
    *,
    was: Plan,
    will: Plan,
    date: SeriesDate,
    own: Own | None = None,
    certified: bool = False,
) -> tuple[Event, ...]:
    """Bring a date in line with its series, as far as `outcome` lets it; what it has of its own stays, or counts on.

    Raises what `briefing.edit` raises.
    """
    found = outcome(briefing, was=was, will=will)
    if found.left in {LeftBecause.BEGUN, LeftBecause.OVER, LeftBecause.CANCELLED}:
        return ()
    placed = (PlacedInSeries(date),) if briefing.series != date else ()
    if found.left:
        return placed
    plan = with_own(in_line(briefing.planned, was=was, will=will), own or Own())
    return (*placed, *lifecycle.edit(briefing, now, plan=plan, certified=certified))


def in_line(plan: Plan, *, was: Plan, will: Plan) -> Plan:
    """Return a date's plan with what its series says otherwise than before; everything else of it stays."""
    return replace(plan, **{name: getattr(will, name) for name in differing(was, will)})


def retire(briefing: Briefing, now: datetime, *, was: Plan, reason: str) -> tuple[Event, ...]:
    """Cancel a date that the series has no more, unless it has begun or was changed by hand."""
    return lifecycle.cancel(briefing, now, reason=reason) if not retirement(briefing, was=was).left else ()


def retirement(briefing: Briefing, *, was: Plan) -> Outcome:
    """Say whether a date goes that the series has no more."""
    if (reason := _passed(briefing)) is not None:
        return Outcome(reason)
    by_hand = differing(was, briefing.planned)
    return Outcome(LeftBecause.BY_HAND, by_hand) if by_hand else Outcome()


def standing(briefing: Briefing) -> Outcome:
    """Say whether a date can be cancelled."""
    return Outcome(_passed(briefing))


def call_off(
    briefing: Briefing, now: datetime, *, reason: str, together: tuple[BriefingId, ...] = ()
) -> tuple[Event, ...]:
    """Cancel a date, if it has not begun; `together`: with those others, of which one mail tells."""
    if _passed(briefing) is not None:
        return ()
    return lifecycle.cancel(briefing, now, reason=reason, together=together)


def told_together(briefing: Briefing, called_off: Iterable[Briefing]) -> tuple[BriefingId, ...]:
    """Return which of the dates that are called off were published with this one, in order; none if it is alone."""
    date = briefing.invitations.date
    found = {
        one.invitations.date.original: one.id
        for one in called_off
        if date
        and one.invitations.date
        and one.invitations.date.publication == date.publication
        and one.planned.roster == briefing.planned.roster
        and _passed(one) is None
    }
    return tuple(found[original] for original in sorted(found)) if len(found) > 1 else ()


def publish(
    briefing: Briefing,
    now: datetime,
    *,
    invited: Collection[EndpointCode] = (),
    date: CalendarDate | None = None,
    together: tuple[BriefingId, ...] = (),
    certified: bool = False,
) -> tuple[Event, ...]:
    """Publish a date and invite these sites to it; `together`: with those others, by one mail, and known by `date`.

    Raises what `briefing.schedule` raises.
    """
    published = lifecycle.schedule(briefing, now, date=date, certified=certified)
    sites = tuple(code for code in briefing.planned.endpoints if code in invited)
    return (*published, InvitationsSent(sites, together)) if sites else published


def draft(
    briefing: Briefing,
    now: datetime,
    *,
    plan: Plan,
    date: SeriesDate,
    reminders: tuple[ReminderRule, ...] | None = None,
    certified: bool = False,
) -> tuple[Event, ...]:
    """Write down the briefing of a date, with the reminders of the others; None: those of the house."""
    made = copying.draft(briefing, now, plan=plan, reminders=reminders, certified=certified)
    return (*made, PlacedInSeries(date))


def begin(
    briefing: Briefing,
    now: datetime,
    *,
    starts_at: datetime,
    date: SeriesDate,
    edition: int,
    certified: bool = False,
) -> tuple[Event, ...]:
    """Make a briefing the first date of a series, moved to where the rule has it.

    Raises InSeries, StaleEdit when it is of another edition than was read, and WrongPhase when it has begun.
    """
    if briefing.series is not None:
        raise InSeries
    if _passed(briefing) is not None:
        raise lifecycle.WrongPhase(f"cannot repeat a briefing that is {briefing.phase}")
    plan = plan_at(briefing.planned, starts_at)
    edited = lifecycle.edit(briefing, now, plan=plan, edition=edition, certified=certified)
    return (*edited, PlacedInSeries(date))


def past(phase: Phase) -> Outcome | None:
    """Say why nothing happens by its series to what is in a phase that none before it follows; None: something may."""
    return Outcome(_reason(phase)) if phase in MEETING | ENDED else None


def _passed(briefing: Briefing) -> LeftBecause | None:
    """Say why nothing more happens to a briefing by its series; one that is rehearsed has not begun."""
    return _reason(briefing.phase)


def _reason(phase: Phase) -> LeftBecause | None:
    if phase is Phase.CANCELLED:
        return LeftBecause.CANCELLED
    if phase in ENDED:
        return LeftBecause.OVER
    return LeftBecause.BEGUN if phase in MEETING else None
