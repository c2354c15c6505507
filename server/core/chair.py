"""The chair: exactly one acts as it, by lease; deputies take over by hand-over, or when the lease runs out.

Whoever makes a move of the chair's while nobody holds a lease becomes the acting chair. A page that says so every few
seconds holds the lease; what a program does without it is good for single moves, and anybody may take over from it.
"""

from datetime import datetime, timedelta

from server.core.errors import Conflict
from server.core.events import ChairLeft, ChairLeftBecause, ChairTaken, Event, TookBecause
from server.core.ids import Actor
from server.core.presence import NotOpen
from server.core.state import RUNNING, Briefing

LEASE = timedelta(seconds=30)
"""How long the chair stays taken after its page was last heard of."""


class NotActingChair(Conflict):
    """Somebody else acts as the chair now; ask them to hand over, or wait until their page is gone for 30 seconds."""

    code = "not_acting_chair"


def act(briefing: Briefing, now: datetime, *, actor: Actor, name: str, until: datetime | None) -> tuple[Event, ...]:
    """Return what makes somebody the acting chair for one move: nothing where they are.

    `until` is when the lease of the present chair runs out, None when nobody holds one. Raises NotActingChair.
    """
    return _taken(briefing, now, actor, name, until, attended=False)


def take(briefing: Briefing, now: datetime, *, actor: Actor, name: str, until: datetime | None) -> tuple[Event, ...]:
    """Take the chair, with a page that will hold the lease. Raises NotActingChair, NotOpen."""
    if briefing.phase not in RUNNING:
        raise NotOpen(f"it is {briefing.phase}")
    return _taken(briefing, now, actor, name, until, attended=True)


def _taken(
    briefing: Briefing, now: datetime, actor: Actor, name: str, until: datetime | None, *, attended: bool
) -> tuple[Event, ...]:
    chair = briefing.chair
    if chair is None:
        return (ChairTaken(actor, name, attended, TookBecause.FREE),)
    if chair.actor == actor:
        return (ChairTaken(actor, name, attended, TookBecause.FREE, actor),) if attended > chair.attended else ()
    if until is not None and now < until:
        raise NotActingChair(chair.name)
    reason = TookBecause.LAPSED if chair.attended else TookBecause.FREE
    return (ChairTaken(actor, name, attended, reason, chair.actor),)


def hand_over(briefing: Briefing, _now: datetime, *, actor: Actor, to: Actor, name: str) -> tuple[Event, ...]:
    """The acting chair gives the chair to a deputy, whose page is open. Raises NotActingChair."""
    _require_acting(briefing, actor)
    return (ChairTaken(to, name, attended=True, reason=TookBecause.HANDED_OVER, previous=actor),) if to != actor else ()


def leave(briefing: Briefing, _now: datetime, *, actor: Actor) -> tuple[Event, ...]:
    """The acting chair gives the chair up. Raises NotActingChair."""
    _require_acting(briefing, actor)
    return (ChairLeft(actor, ChairLeftBecause.LEFT),)


def lapse(briefing: Briefing, now: datetime, *, until: datetime | None) -> tuple[Event, ...]:
    """Note that the chair's page has not been heard of until its lease ran out."""
    chair = briefing.chair
    if chair is None or not chair.attended or until is None or now < until:
        return ()
    return (ChairLeft(chair.actor, ChairLeftBecause.LAPSED),)


def _require_acting(briefing: Briefing, actor: Actor) -> None:
    if briefing.chair is None or briefing.chair.actor != actor:
        raise NotActingChair(briefing.chair.name if briefing.chair else "")
