"""The floor's state: who speaks and who waits, and what each event makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.ids import EndpointCode


@dataclass(frozen=True, slots=True)
class Request:
    """A raised hand."""

    endpoint: EndpointCode
    speaker: str
    topic: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A site has the floor."""

    endpoint: EndpointCode
    speaker: str
    topic: str
    started_at: datetime
    held_until: datetime | None = None  # the site dropped; the turn waits for it until then
    held_for_media: bool = False  # and resumes when its media is back, not merely the site


@dataclass(frozen=True, slots=True)
class Floor:
    """Who speaks and who waits."""

    turn: Turn | None = None  # None: the hub speaks
    queue: tuple[Request, ...] = ()  # in the order in which they will be called
    called: EndpointCode | None = None  # whom the chair asked to get ready

    @property
    def holder(self) -> EndpointCode | None:
        """The site that has the floor."""
        return self.turn.endpoint if self.turn else None

    @property
    def waiting(self) -> tuple[EndpointCode, ...]:
        """The sites in the queue, in order."""
        return tuple(request.endpoint for request in self.queue)

    @property
    def on_deck(self) -> tuple[EndpointCode, ...]:
        """Who should get ready: the one the chair called, else the head of the queue."""
        if self.called is not None:
            return (self.called,)
        return self.waiting[:1]


def _requested(floor: Floor, event: e.FloorRequested, at: datetime) -> Floor:
    return replace(floor, queue=(*floor.queue, Request(event.endpoint, event.speaker, event.topic, at)))


def _withdrawn(floor: Floor, event: e.RequestWithdrawn, _at: datetime) -> Floor:
    return _without(floor, event.endpoint)


def _reordered(floor: Floor, event: e.QueueReordered, _at: datetime) -> Floor:
    place = {endpoint: index for index, endpoint in enumerate(event.endpoints)}
    return replace(floor, queue=tuple(sorted(floor.queue, key=lambda request: place[request.endpoint])))


def _put_on_deck(floor: Floor, event: e.EndpointPutOnDeck, _at: datetime) -> Floor:
    return replace(floor, called=event.endpoint)


def _granted(floor: Floor, event: e.FloorGranted, at: datetime) -> Floor:
    turn = Turn(event.endpoint, event.speaker, event.topic, at)
    return replace(_without(floor, event.endpoint), turn=turn)


def _held(floor: Floor, event: e.TurnHeld, _at: datetime) -> Floor:
    return _with_turn(floor, held_until=event.until, held_for_media=event.media)


def _resumed(floor: Floor, _event: e.TurnResumed, _at: datetime) -> Floor:
    return _with_turn(floor, held_until=None, held_for_media=False)


def _turn_ended(floor: Floor, _event: e.TurnEnded, _at: datetime) -> Floor:
    return replace(floor, turn=None)


def _with_turn(floor: Floor, **changes: Any) -> Floor:
    return floor if floor.turn is None else replace(floor, turn=replace(floor.turn, **changes))


def _without(floor: Floor, endpoint: EndpointCode) -> Floor:
    """Take a site out of the queue."""
    queue = tuple(request for request in floor.queue if request.endpoint != endpoint)
    return replace(floor, queue=queue, called=None if floor.called == endpoint else floor.called)


MOVES: Mapping[type, Callable[[Floor, Any, datetime], Floor]] = MappingProxyType(
    {
        e.FloorRequested: _requested,
        e.RequestWithdrawn: _withdrawn,
        e.QueueReordered: _reordered,
        e.EndpointPutOnDeck: _put_on_deck,
        e.FloorGranted: _granted,
        e.TurnHeld: _held,
        e.TurnResumed: _resumed,
        e.TurnEnded: _turn_ended,
    }
)
