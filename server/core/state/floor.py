"""The floor's state: who speaks and who waits, and what each event makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.agenda import place_of
from server.core.ids import HUB, EndpointCode

DECK = 2
"""How many get ready while another speaks."""

NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who waits to speak."""

    endpoint: EndpointCode  # a site's, or HUB for somebody in the hub's room
    speaker: str
    topic: str
    asked_at: datetime
    number: int = 1  # 1, 2, 3, ... in the order asked
    asked_by: str = ""  # who asked on the speaker's behalf
    registered: bool = False  # in the plan, beforehand
    item: int | None = None  # the agenda item it belongs to
    placed: bool = False  # the chair has put it where it is


@dataclass(frozen=True, slots=True)
class Turn:
    """A site, or somebody in the hub's room, has the floor."""

    endpoint: EndpointCode
    speaker: str
    topic: str
    started_at: datetime
    held_until: datetime | None = None  # the site dropped; the turn waits for it until then
    held_for_media: bool = False  # and resumes when its media is back, not merely the site
    number: int = 1  # 1, 2, 3, ... in the order granted
    allotted: int | None = None  # seconds; None: no limit
    paused: bool = False  # the chair has interrupted
    waited: timedelta = NO_TIME  # while it was held or paused, up to the last time it was
    waiting_since: datetime | None = None  # it is held or paused now: its clock stands

    def spent(self, now: datetime) -> timedelta:
        """Return the time it has had the floor, without that in which it could not speak."""
        return (self.waiting_since or now) - self.started_at - self.waited


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A turn that is over."""

    number: int
    endpoint: EndpointCode
    speaker: str
    topic: str
    spent: timedelta
    reason: e.TurnEndedBecause


@dataclass(frozen=True, slots=True)
class Undoable:
    """The chair's last move, while it may be taken back."""

    what: e.UndoneMove
    at: datetime
    before: Floor  # as the floor would be now without it


@dataclass(frozen=True, slots=True)
class Floor:
    """Who speaks and who waits."""

    turn: Turn | None = None  # None: the hub speaks
    queue: tuple[Request, ...] = ()  # in the order in which they will be called
    called: int | None = None  # the number of the request that the chair asked to get ready
    policy: e.QueuePolicy = e.QueuePolicy.ASKED
    muted: bool = False  # nobody but the hub may be heard
    requests: int = 0  # made so far
    turns: int = 0  # granted so far
    past: tuple[PastTurn, ...] = ()
    undoable: Undoable | None = None

    @property
    def holder(self) -> EndpointCode | None:
        """The site that has the floor, or HUB for a speaker in the hub's room."""
        return self.turn.endpoint if self.turn else None

    @property
    def on_air(self) -> EndpointCode | None:
        """The site that is seen and heard by all; None: the hub alone."""
        turn = self.turn
        return None if turn is None or turn.paused or self.muted or turn.endpoint == HUB else turn.endpoint

    @property
    def waiting(self) -> tuple[EndpointCode, ...]:
        """Whose requests are in the queue, in order; the hub, and a site with registered speakers, more than once."""
        return tuple(request.endpoint for request in self.queue)

    @property
    def deck(self) -> tuple[Request, ...]:
        """Who should get ready: the one the chair called, then the head of the queue."""
        called = tuple(request for request in self.queue if request.number == self.called)
        return (*called, *(request for request in self.queue if request.number != self.called))[:DECK]

    @property
    def on_deck(self) -> tuple[EndpointCode, ...]:
        """The endpoints of the deck, each once."""
        return tuple(dict.fromkeys(request.endpoint for request in self.deck))

    def spent_by(self, endpoint: EndpointCode, speaker: str) -> timedelta:
        """Return how long a site, or one person in the hub's room, has had the floor in turns that are over.

        Those that were given by mistake and taken back do not count.
        """
        meant = (past for past in self.past if past.reason is not e.TurnEndedBecause.UNDONE)
        mine = (past for past in meant if _who(past.endpoint, past.speaker) == _who(endpoint, speaker))
        return sum((past.spent for past in mine), NO_TIME)


def _who(endpoint: EndpointCode, speaker: str) -> tuple[EndpointCode, str]:
    """Say whose speaking time counts together: a site's, or one person's in the hub's room."""
    return endpoint, speaker if endpoint == HUB else ""


def arranged(floor: Floor) -> Floor:
    """Put the queue into order: what the chair has placed as it is, then the others by the policy."""
    placed = tuple(request for request in floor.queue if request.placed)
    others = sorted((request for request in floor.queue if not request.placed), key=_RANKS[floor.policy](floor))
    return replace(floor, queue=(*placed, *others))


def agenda_changed(floor: Floor, before: Sequence[e.AgendaItem], after: Sequence[e.AgendaItem]) -> Floor:
    """Let those who wait belong to the agenda items they asked for, wherever these are now."""
    queue = tuple(replace(request, item=place_of(request.item, before, after)) for request in floor.queue)
    return arranged(replace(floor, queue=queue))


Rank = Callable[[Request], tuple[float, ...]]


def _by_number(_floor: Floor) -> Rank:
    return lambda request: (request.number,)


def _by_agenda(_floor: Floor) -> Rank:
    def rank(request: Request) -> tuple[float, ...]:
        item = float("inf") if request.item is None else request.item
        return (item, not request.registered, request.number)

    return rank


def _by_spent(floor: Floor) -> Rank:
    def rank(request: Request) -> tuple[float, ...]:
        return (floor.spent_by(request.endpoint, request.speaker).total_seconds(), request.number)

    return rank


_RANKS: Mapping[e.QueuePolicy, Callable[[Floor], Rank]] = MappingProxyType(
    {
        e.QueuePolicy.ASKED: _by_number,
        e.QueuePolicy.AGENDA: _by_agenda,
        e.QueuePolicy.LEAST_SPOKEN: _by_spent,
        e.QueuePolicy.CHAIR: _by_number,
    }
)


def _requested(floor: Floor, event: e.FloorRequested, at: datetime) -> Floor:
    number = event.request or floor.requests + 1
    request = Request(
        event.endpoint, event.speaker, event.topic, at, number, event.asked_by, event.registered, event.item
    )
    return arranged(replace(floor, queue=(*floor.queue, request), requests=max(number, floor.requests)))


def _withdrawn(floor: Floor, event: e.RequestWithdrawn | e.RequestDenied, _at: datetime) -> Floor:
    return _without(floor, event.endpoint, event.request)


def _amended(floor: Floor, event: e.RequestAmended, _at: datetime) -> Floor:
    queue = tuple(
        replace(one, speaker=event.speaker, topic=event.topic) if one.number == event.request else one
        for one in floor.queue
    )
    return arranged(replace(floor, queue=queue))


def _reordered(floor: Floor, event: e.QueueReordered, _at: datetime) -> Floor:
    by_endpoint = {endpoint: index for index, endpoint in enumerate(event.endpoints)}
    place = {number: index for index, number in enumerate(event.requests)}
    queue = sorted(floor.queue, key=lambda one: place.get(one.number, by_endpoint.get(one.endpoint, len(place))))
    return replace(floor, queue=tuple(replace(one, placed=True) for one in queue))


def _policy_set(floor: Floor, event: e.QueuePolicySet, _at: datetime) -> Floor:
    kept = event.policy is e.QueuePolicy.CHAIR
    queue = tuple(replace(one, placed=kept) for one in floor.queue)
    return arranged(replace(floor, policy=event.policy, queue=queue))


def _put_on_deck(floor: Floor, event: e.EndpointPutOnDeck, _at: datetime) -> Floor:
    of_site = (request.number for request in floor.queue if request.endpoint == event.endpoint)
    return replace(floor, called=event.request or next(of_site, None))


def _granted(floor: Floor, event: e.FloorGranted, at: datetime) -> Floor:
    number = event.turn or floor.turns + 1
    turn = Turn(event.endpoint, event.speaker, event.topic, at, number=number, allotted=event.allotted)
    asked = event.request or not event.turn  # who was invited may wait for another turn
    left = _without(floor, event.endpoint, event.request) if asked else floor
    return replace(left, turn=turn, turns=max(number, floor.turns), muted=False)


def _held(floor: Floor, event: e.TurnHeld, at: datetime) -> Floor:
    return _standing(_with_turn(floor, held_until=event.until, held_for_media=event.media), at)


def _resumed(floor: Floor, _event: e.TurnResumed, at: datetime) -> Floor:
    return _running(_with_turn(floor, held_until=None, held_for_media=False), at)


def _paused(floor: Floor, _event: e.TurnPaused, at: datetime) -> Floor:
    return _standing(_with_turn(floor, paused=True), at)


def _continued(floor: Floor, _event: e.TurnContinued, at: datetime) -> Floor:
    return _running(replace(_with_turn(floor, paused=False), muted=False), at)


def _extended(floor: Floor, event: e.TurnExtended, _at: datetime) -> Floor:
    return _with_turn(floor, allotted=event.allotted)


def _muted(floor: Floor, _event: e.EveryoneMuted, _at: datetime) -> Floor:
    return replace(floor, muted=True)


def _lifted(floor: Floor, _event: e.MuteLifted, _at: datetime) -> Floor:
    return replace(floor, muted=False)


def _turn_ended(floor: Floor, event: e.TurnEnded, at: datetime) -> Floor:
    turn = floor.turn
    if turn is None:
        return floor
    over = PastTurn(turn.number, turn.endpoint, turn.speaker, turn.topic, turn.spent(at), event.reason)
    ended = replace(floor, turn=None, past=(*floor.past, over))
    return arranged(ended) if floor.policy is e.QueuePolicy.LEAST_SPOKEN else ended


def _undone(floor: Floor, _event: e.MoveUndone, at: datetime) -> Floor:
    """Go back to before the move; what others have done since stays, and the turn that was cut short goes on."""
    undone = floor.undoable
    if undone is None:
        return floor
    turn = _going_on(floor, undone, at)
    past = tuple(one for one in floor.past if turn is None or one.number != turn.number)
    return arranged(replace(undone.before, turn=turn, past=past, requests=floor.requests, turns=floor.turns))


def _going_on(floor: Floor, undone: Undoable, at: datetime) -> Turn | None:
    """Return the turn that ran before the move. Where another began or none did, its clock has stood since then."""
    turn, present = undone.before.turn, floor.turn
    if turn is not None and present is not None and present.number == turn.number:
        return _running(_with_turn(floor, paused=turn.paused), at).turn
    if turn is None or turn.waiting_since is not None:
        return turn
    return replace(turn, waited=turn.waited + (at - undone.at))


def _with_turn(floor: Floor, **changes: Any) -> Floor:
    return floor if floor.turn is None else replace(floor, turn=replace(floor.turn, **changes))


def _standing(floor: Floor, at: datetime) -> Floor:
    """Stop the turn's clock, if it runs."""
    turn = floor.turn
    return floor if turn is None or turn.waiting_since is not None else _with_turn(floor, waiting_since=at)


def _running(floor: Floor, at: datetime) -> Floor:
    """Let the turn's clock run again, if nothing else stops it."""
    turn = floor.turn
    if turn is None or turn.waiting_since is None or turn.paused or turn.held_until is not None:
        return floor
    return _with_turn(floor, waited=turn.waited + (at - turn.waiting_since), waiting_since=None)


def _without(floor: Floor, endpoint: EndpointCode, number: int) -> Floor:
    """Take a request out of the queue: the one of this number, or (0) the only one of the endpoint."""
    queue = tuple(one for one in floor.queue if (one.number != number if number else one.endpoint != endpoint))
    still_there = any(one.number == floor.called for one in queue)
    return replace(floor, queue=queue, called=floor.called if still_there else None)


_MOVES: Mapping[type, Callable[[Floor, Any, datetime], Floor]] = MappingProxyType(
    {
        e.FloorRequested: _requested,
        e.RequestWithdrawn: _withdrawn,
        e.RequestAmended: _amended,
        e.RequestDenied: _withdrawn,
        e.QueueReordered: _reordered,
        e.QueuePolicySet: _policy_set,
        e.EndpointPutOnDeck: _put_on_deck,
        e.EndpointSkipped: lambda floor, _event, _at: floor,
        e.FloorGranted: _granted,
        e.TurnHeld: _held,
        e.TurnResumed: _resumed,
        e.TurnPaused: _paused,
        e.TurnContinued: _continued,
        e.TurnExtended: _extended,
        e.EveryoneMuted: _muted,
        e.MuteLifted: _lifted,
        e.TurnEnded: _turn_ended,
        e.MoveUndone: _undone,
    }
)

_CUT_SHORT = {e.TurnEndedBecause.RELEASED, e.TurnEndedBecause.REVOKED, e.TurnEndedBecause.PREEMPTED}

_ITS_OWN_END = e.TurnEndedBecause.UNDONE
"""Why a turn ends that is taken back: the first half of taking a move back."""

_BY_OTHERS = (e.FloorRequested, e.RequestWithdrawn, e.RequestAmended)
"""What happens to the queue whatever the chair does, and stays when the chair takes a move back."""

_BY_THE_LINE = (e.TurnHeld, e.TurnResumed)
"""What happens to the running turn whatever the chair does; whoever takes a move back looks how its line is."""


def _what(event: e.Event) -> e.UndoneMove | None:
    """Say which move of the chair's begins with this event, if one that may be taken back."""
    match event:
        case e.TurnEnded(reason=reason):
            return e.UndoneMove.TURN_ENDED if reason in _CUT_SHORT else None
        case e.FloorGranted():
            return e.UndoneMove.GRANTED
        case e.RequestDenied():
            return e.UndoneMove.DENIED
        case e.QueueReordered():
            return e.UndoneMove.REORDERED
        case e.EveryoneMuted():
            return e.UndoneMove.MUTED
    return None


def _remembered(floor: Floor, event: e.Event, at: datetime) -> Undoable | None:
    """Return what may be taken back after an event: the move it belongs to, or the one before where others acted."""
    last, what = floor.undoable, _what(event)
    if isinstance(event, e.TurnEnded) and event.reason is _ITS_OWN_END:
        return last
    if last is not None and last.at == at:  # one move, several events
        return replace(last, what=what) if what is e.UndoneMove.GRANTED else last
    if what is not None:
        return Undoable(what, at, replace(floor, undoable=None))
    if isinstance(event, _BY_THE_LINE):
        return last
    if last is not None and isinstance(event, _BY_OTHERS):
        return replace(last, before=_MOVES[type(event)](last.before, event, at))
    return None


def _move(floor: Floor, event: e.Event, at: datetime) -> Floor:
    remembered = None if isinstance(event, e.MoveUndone) else _remembered(floor, event, at)
    return replace(_MOVES[type(event)](floor, event, at), undoable=remembered)


MOVES: Mapping[type, Callable[[Floor, Any, datetime], Floor]] = MappingProxyType(dict.fromkeys(_MOVES, _move))
