"""The floor: who may speak, who waits, and what the chair may do about it.

One site at most has the floor, and nobody waits twice. The queue's order is the server's and survives grants.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from server.core import content
from server.core.errors import Conflict, Invalid
from server.core.events import (
    ContentEndedBecause,
    EndpointPutOnDeck,
    Event,
    FloorGranted,
    FloorRequested,
    QueueReordered,
    RequestWithdrawn,
    TurnEnded,
    TurnEndedBecause,
)
from server.core.ids import EndpointCode
from server.core.presence import require_site
from server.core.state import Briefing
from server.core.text import require_whole

LONGEST_TEXT = 300
"""Characters of a speaker's name or a topic."""

MOVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "idle": frozenset({"request"}),
        "waiting": frozenset({"withdraw", "put_on_deck", "grant"}),
        "speaking": frozenset({"release", "revoke"}),
    }
)
"""What a site in each standing may do, or have done to it. A speaker may not wait as well."""


class NotWaiting(Conflict):
    """This endpoint has not asked to speak; let it raise its hand, or raise it on its behalf."""

    code = "not_waiting"


class AlreadyWaiting(Conflict):
    """This endpoint is in the queue already; withdraw the request to change it."""

    code = "already_waiting"


class AlreadySpeaking(Conflict):
    """This endpoint has the floor; there is nothing to ask for."""

    code = "already_speaking"


class NotSpeaking(Conflict):
    """This endpoint does not have the floor; look who has it now."""

    code = "not_speaking"


class OrderMismatch(Conflict):
    """The new order must name exactly the endpoints that wait; the queue may have changed, so look again."""

    code = "order_mismatch"


class ReasonNeeded(Invalid):
    """Changing the order needs a reason, which goes into the record; write one."""

    code = "reason_needed"


class TextTooLong(Invalid):
    """A speaker's name or topic has at most 300 characters; shorten it."""

    code = "text_too_long"


def standing(briefing: Briefing, endpoint: EndpointCode) -> str:
    """Return the key of `MOVES` for a site: idle, waiting or speaking."""
    if endpoint == briefing.floor.holder:
        return "speaking"
    return "waiting" if endpoint in briefing.floor.waiting else "idle"


_REFUSALS: Mapping[tuple[str, str], type[Conflict]] = MappingProxyType(
    {
        ("request", "waiting"): AlreadyWaiting,
        ("request", "speaking"): AlreadySpeaking,
        ("grant", "speaking"): AlreadySpeaking,
        ("release", "idle"): NotSpeaking,
        ("release", "waiting"): NotSpeaking,
        ("revoke", "idle"): NotSpeaking,
        ("revoke", "waiting"): NotSpeaking,
    }
)


def _require(briefing: Briefing, endpoint: EndpointCode, move: str) -> None:
    """Raise the refusal for a move that the site's standing does not allow."""
    require_site(briefing, endpoint)
    now = standing(briefing, endpoint)
    if move not in MOVES[now]:
        raise _REFUSALS.get((move, now), NotWaiting)(endpoint)


def request(
    briefing: Briefing, _now: datetime, *, endpoint: EndpointCode, speaker: str = "", topic: str = ""
) -> tuple[Event, ...]:
    """Put a site at the end of the queue; the chair may do it on a site's behalf."""
    _require(briefing, endpoint, "request")
    if max(len(speaker), len(topic)) > LONGEST_TEXT:
        raise TextTooLong
    require_whole(speaker, topic)
    return (FloorRequested(endpoint, speaker, topic),)


def withdraw(briefing: Briefing, _now: datetime, *, endpoint: EndpointCode) -> tuple[Event, ...]:
    """Take a site out of the queue."""
    _require(briefing, endpoint, "withdraw")
    return (RequestWithdrawn(endpoint),)


def put_on_deck(briefing: Briefing, _now: datetime, *, endpoint: EndpointCode) -> tuple[Event, ...]:
    """Ask a waiting site to get ready; without this the head of the queue is on deck."""
    _require(briefing, endpoint, "put_on_deck")
    return (EndpointPutOnDeck(endpoint),) if briefing.floor.called != endpoint else ()


def reorder(
    briefing: Briefing, _now: datetime, *, endpoints: tuple[EndpointCode, ...], reason: str
) -> tuple[Event, ...]:
    """Put the queue into the chair's order; who, when and why are kept.

    Raises OrderMismatch unless `endpoints` are exactly those that wait.
    """
    if not reason.strip():
        raise ReasonNeeded
    if len(reason) > LONGEST_TEXT:
        raise TextTooLong
    require_whole(reason)
    if sorted(endpoints) != sorted(briefing.floor.waiting):
        raise OrderMismatch
    return (QueueReordered(endpoints, reason),) if endpoints != briefing.floor.waiting else ()


def grant(briefing: Briefing, now: datetime, *, endpoint: EndpointCode) -> tuple[Event, ...]:
    """Give the floor to a waiting site; a running turn ends first.

    Raises NotWaiting when the site has not asked to speak.
    """
    _require(briefing, endpoint, "grant")
    asked = briefing.floor.queue[briefing.floor.waiting.index(endpoint)]
    ended = _turn_over(briefing, now, TurnEndedBecause.PREEMPTED)
    return (*ended, FloorGranted(endpoint, asked.speaker, asked.topic))


def release(briefing: Briefing, now: datetime, *, endpoint: EndpointCode) -> tuple[Event, ...]:
    """The speaker gives the floor back."""
    _require(briefing, endpoint, "release")
    return _turn_over(briefing, now, TurnEndedBecause.RELEASED)


def revoke(briefing: Briefing, now: datetime, *, endpoint: EndpointCode) -> tuple[Event, ...]:
    """The chair takes the floor away."""
    _require(briefing, endpoint, "revoke")
    return _turn_over(briefing, now, TurnEndedBecause.REVOKED)


def lapse(briefing: Briefing, now: datetime) -> tuple[Event, ...]:
    """End a held turn whose site did not come back in time."""
    turn = briefing.floor.turn
    if turn is None or turn.held_until is None or now < turn.held_until:
        return ()
    return _turn_over(briefing, now, TurnEndedBecause.LOST)


def _turn_over(briefing: Briefing, now: datetime, reason: TurnEndedBecause) -> tuple[Event, ...]:
    """Return the end of the running turn, and of what its site presents: it presents while it has the floor."""
    if briefing.presenter != briefing.floor.holder:
        return end_turn(briefing, now, reason)
    return (*content.end(briefing, now, ContentEndedBecause.TURN), *end_turn(briefing, now, reason))


def end_turn(briefing: Briefing, now: datetime, reason: TurnEndedBecause) -> tuple[Event, ...]:
    """Return the end of the running turn, if one runs."""
    turn = briefing.floor.turn
    if turn is None:
        return ()
    return (TurnEnded(turn.endpoint, turn.started_at, now, reason, turn.speaker, turn.topic),)
