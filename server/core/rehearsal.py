"""Rehearsals: the room of a briefing opened before its day, and cleared again as if nobody had been there.

A rehearsal uses the same room, the same links and the same rules of the floor; what happens in it stands in the
journal between `RehearsalBegan` and `RehearsalEnded`, and `meeting` leaves it out wherever a record is made.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from server.core import queue
from server.core.clearing import everything_ended
from server.core.errors import Conflict, Invalid, NotFound
from server.core.events import (
    Event,
    RehearsalBegan,
    RehearsalDropped,
    RehearsalDroppedBecause,
    RehearsalEnded,
    RehearsalEndedBecause,
    RehearsalPlanned,
)
from server.core.journal import Entry
from server.core.plan import require_certified
from server.core.state import REHEARSED, Briefing, Phase
from server.core.state.rehearsals import Rehearsal

MOST_PLANNED = 10
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=8)
EARLIEST = timedelta(days=60)
"""How long before the start a rehearsal may be."""

UNPLANNED = timedelta(minutes=30)
"""How long a rehearsal lasts that is begun without a plan."""

PLANNABLE = frozenset({Phase.DRAFT, Phase.SCHEDULED, Phase.REHEARSAL})


class NoRehearsalNow(Conflict):
    """A briefing is rehearsed after it is published and before its lobby opens; look at its present state."""

    code = "no_rehearsal_now"


class BadRehearsal(Invalid):
    """A rehearsal takes 5 minutes to 8 hours and ends before the meeting starts; correct its time."""

    code = "bad_rehearsal"


class RehearsalsOverlap(Conflict):
    """Another rehearsal is planned at that time; choose another time, or take that one off."""

    code = "rehearsals_overlap"


class TooManyRehearsals(Conflict):
    """A briefing has at most 10 rehearsals planned; take one off first."""

    code = "too_many_rehearsals"


class NoSuchRehearsal(NotFound):
    """There is no such rehearsal to come; look at the list again."""

    code = "no_such_rehearsal"


def plan(briefing: Briefing, now: datetime, *, starts_at: datetime, length: timedelta) -> tuple[Event, ...]:
    """Plan a rehearsal. Raises NoRehearsalNow, BadRehearsal, RehearsalsOverlap or TooManyRehearsals."""
    if briefing.phase not in PLANNABLE:
        raise NoRehearsalNow(f"it is {briefing.phase}")
    lead = briefing.planned.starts_at - starts_at
    if not (SHORTEST <= length <= LONGEST and length <= lead <= EARLIEST and starts_at + length > now):
        raise BadRehearsal
    spans = [span for one in briefing.rehearsals if (span := one.span(briefing.planned.starts_at))]
    if any(begin < starts_at + length and starts_at < end for begin, end in spans):
        raise RehearsalsOverlap
    if len(spans) >= MOST_PLANNED:
        raise TooManyRehearsals
    seconds, minutes = round(lead.total_seconds()), round(length.total_seconds() / 60)
    return (RehearsalPlanned(len(briefing.rehearsals) + 1, seconds, minutes),)


def drop(briefing: Briefing, _now: datetime, *, number: int) -> tuple[Event, ...]:
    """Take a planned rehearsal off. Raises NoSuchRehearsal."""
    _to_come(briefing, number)
    return (RehearsalDropped(number, RehearsalDroppedBecause.PERSON),)


def begin(
    briefing: Briefing, now: datetime, *, number: int | None = None, certified: bool = False
) -> tuple[Event, ...]:
    """Open the room to rehearse: a planned rehearsal, before its time too, or one of half an hour.

    One begun long before its time lasts as long as it was planned to; one that reaches into its time, until its end.
    Raises NoRehearsalNow, NoSuchRehearsal or NotCertified.
    """
    if briefing.phase is not Phase.SCHEDULED:
        raise NoRehearsalNow(f"it is {briefing.phase}")
    require_certified(briefing.planned, certified=certified)
    if number is None:
        return _begun(briefing, len(briefing.rehearsals) + 1, now + UNPLANNED)
    span = _to_come(briefing, number).span(briefing.planned.starts_at)
    return _begun(briefing, number, _until(*span, now) if span else now + UNPLANNED)


def end(
    briefing: Briefing, now: datetime, *, reason: RehearsalEndedBecause = RehearsalEndedBecause.PERSON
) -> tuple[Event, ...]:
    """End the rehearsal that runs; where none does, nothing."""
    running = briefing.rehearsal
    if running is None or briefing.phase is not Phase.REHEARSAL:
        return ()
    return (*everything_ended(briefing, now), RehearsalEnded(running.number, reason))


def fall_due(briefing: Briefing, now: datetime, *, certified: bool = False) -> tuple[Event, ...]:
    """Do what the clock does: take off what was missed, and begin what is to be on now. Raises NotCertified."""
    if briefing.phase is not Phase.SCHEDULED:
        return ()
    starts_at = briefing.planned.starts_at
    spans = [(one.number, span) for one in briefing.rehearsals if (span := one.span(starts_at))]
    missed = (RehearsalDropped(number, RehearsalDroppedBecause.MISSED) for number, span in spans if span[1] <= now)
    on = [(number, span[1]) for number, span in spans if span[0] <= now < span[1]]
    if not on:
        return tuple(missed)
    require_certified(briefing.planned, certified=certified)
    return (*missed, *_begun(briefing, *on[0]))


def run_out(briefing: Briefing, now: datetime) -> tuple[Event, ...]:
    """End a rehearsal whose time is over."""
    running = briefing.rehearsal
    if running is None or running.until is None or now < running.until:
        return ()
    return end(briefing, now, reason=RehearsalEndedBecause.TIME)


def next_due(briefing: Briefing) -> datetime | None:
    """Return when the clock has something to do for rehearsals: the one that runs ends, or the next begins."""
    if briefing.rehearsal is not None:
        return briefing.rehearsal.until
    spans = (one.span(briefing.planned.starts_at) for one in briefing.rehearsals)
    return min((span[0] for span in spans if span), default=None)


def meeting(entries: Iterable[Entry], *, rehearses: bool = False) -> list[Entry]:
    """Leave out what was rehearsed: records are made of the meeting alone.

    `rehearses`: a rehearsal runs as the first of the entries is written.
    """
    kept = []
    for entry in entries:
        if isinstance(entry.event, RehearsalBegan | RehearsalEnded):
            rehearses = isinstance(entry.event, RehearsalBegan)
        if not (rehearses and type(entry.event) in REHEARSED):
            kept.append(entry)
    return kept


def _begun(briefing: Briefing, number: int, until: datetime) -> tuple[Event, ...]:
    return (RehearsalBegan(number, until), *queue.opening(briefing, briefing.planned))


def _until(starts_at: datetime, ends_at: datetime, now: datetime) -> datetime:
    earlier = now + (ends_at - starts_at)
    return earlier if earlier <= starts_at else max(ends_at, now + SHORTEST)


def _to_come(briefing: Briefing, number: int) -> Rehearsal:
    for one in briefing.rehearsals:
        if one.number == number and one.began_at is None and not one.dropped:
            return one
    raise NoSuchRehearsal(str(number))
