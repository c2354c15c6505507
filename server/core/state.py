"""The state of one briefing, and `fold`: the only code that moves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.ids import HUB, BriefingId, ConnectionId, EndpointCode, MediaId
from server.core.journal import Entry, Head


class Phase(StrEnum):
    """Where a briefing stands in its life."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"  # the lobby: sites join, check in and are sound-checked
    LIVE = "live"
    CLOSED = "closed"
    CANCELLED = "cancelled"


RUNNING = frozenset({Phase.OPEN, Phase.LIVE})
"""The phases in which sites may be in the room."""

ENDED = frozenset({Phase.CLOSED, Phase.CANCELLED})


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


@dataclass(frozen=True, slots=True)
class Content:
    """Who may present a screen or a document."""

    presenter: EndpointCode  # a site's, or HUB
    given_at: datetime
    media: MediaId | None = None  # what is presented now
    held_until: datetime | None = None  # it went away; the slot waits for it until then


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of one endpoint in this briefing."""

    connections: tuple[ConnectionId, ...] = ()
    joined_at: datetime | None = None  # the first time
    seen_at: datetime | None = None  # the last time it came or went
    check_in: e.CheckIn | None = None
    checked_in_at: datetime | None = None  # the first time
    revision: int = 0  # of the check-in
    late: bool = False
    media: MediaId | None = None
    stopped: str | None = None  # why its media ended, in the media plane's word; None while there is some

    @property
    def here(self) -> bool:
        """Whether the site is reachable now."""
        return bool(self.connections) or self.media is not None


NOBODY = Site()


def _empty() -> Mapping[EndpointCode, Site]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Briefing:
    """One briefing, folded from its journal. A fresh one has no plan yet."""

    id: BriefingId
    head: Head = field(default_factory=Head)
    phase: Phase = Phase.DRAFT
    plan: e.Plan | None = None
    edition: int = 0  # how often the plan was written
    sites: Mapping[EndpointCode, Site] = field(default_factory=_empty)
    floor: Floor = field(default_factory=Floor)
    content: Content | None = None  # None: nobody presents
    agenda_index: int | None = None
    hub_media: MediaId | None = None
    opened_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    late_marked: bool = False

    @property
    def presenter(self) -> EndpointCode | None:
        """Whoever has the content slot: a site, or HUB."""
        return self.content.presenter if self.content else None

    def site(self, endpoint: EndpointCode) -> Site:
        """Return what is known of a site; one that never came is `NOBODY`."""
        return self.sites.get(endpoint, NOBODY)

    @property
    def planned(self) -> e.Plan:
        """The plan, of a briefing that has been drafted."""
        if self.plan is None:
            raise LookupError(f"briefing {self.id} has no journal")
        return self.plan


def fold(briefing: Briefing, entries: Iterable[Entry]) -> Briefing:
    """Move a briefing on by what has happened; the same entries always give the same state."""
    return reduce(_apply, entries, briefing)


def foresee(briefing: Briefing, events: Iterable[e.Event], at: datetime) -> Briefing:
    """Show a briefing as it will be when these events stand in its journal: its head is still where it was."""
    return reduce(lambda before, event: _MOVES[type(event)](before, event, at), events, briefing)


def _apply(briefing: Briefing, entry: Entry) -> Briefing:
    return replace(foresee(briefing, (entry.event,), entry.at), head=Head(entry.seq, entry.hash))


def _with_site(briefing: Briefing, endpoint: EndpointCode, **changes: Any) -> Briefing:
    site = replace(briefing.site(endpoint), **changes)
    return replace(briefing, sites=MappingProxyType({**briefing.sites, endpoint: site}))


def _with_floor(briefing: Briefing, **changes: Any) -> Briefing:
    return replace(briefing, floor=replace(briefing.floor, **changes))


def _planned(briefing: Briefing, event: e.BriefingDrafted | e.BriefingEdited, _at: datetime) -> Briefing:
    index = briefing.agenda_index
    if index is not None and index >= len(event.plan.agenda):
        index = None  # the item was taken off the agenda
    return replace(briefing, plan=event.plan, edition=briefing.edition + 1, agenda_index=index)


def _scheduled(briefing: Briefing, _event: e.BriefingScheduled, _at: datetime) -> Briefing:
    return replace(briefing, phase=Phase.SCHEDULED)


def _opened(briefing: Briefing, _event: e.BriefingOpened, at: datetime) -> Briefing:
    return replace(briefing, phase=Phase.OPEN, opened_at=at)


def _started(briefing: Briefing, _event: e.BriefingStarted, at: datetime) -> Briefing:
    return replace(briefing, phase=Phase.LIVE, started_at=at)


def _closed(briefing: Briefing, _event: e.BriefingClosed, at: datetime) -> Briefing:
    return replace(briefing, phase=Phase.CLOSED, ended_at=at, floor=Floor(), content=None)


def _cancelled(briefing: Briefing, _event: e.BriefingCancelled, at: datetime) -> Briefing:
    return replace(briefing, phase=Phase.CANCELLED, ended_at=at, floor=Floor(), content=None)


def _agenda_moved(briefing: Briefing, event: e.AgendaMoved, _at: datetime) -> Briefing:
    return replace(briefing, agenda_index=event.index)


def _joined(briefing: Briefing, event: e.EndpointJoined, at: datetime) -> Briefing:
    site = briefing.site(event.endpoint)
    return _with_site(
        briefing,
        event.endpoint,
        connections=(*site.connections, event.connection),
        joined_at=site.joined_at or at,
        seen_at=at,
    )


def _left(briefing: Briefing, event: e.EndpointLeft, at: datetime) -> Briefing:
    remaining = tuple(c for c in briefing.site(event.endpoint).connections if c != event.connection)
    return _with_site(briefing, event.endpoint, connections=remaining, seen_at=at)


def _marked_late(briefing: Briefing, event: e.EndpointsMarkedLate, _at: datetime) -> Briefing:
    late = {endpoint: replace(briefing.site(endpoint), late=True) for endpoint in event.endpoints}
    return replace(briefing, sites=MappingProxyType({**briefing.sites, **late}), late_marked=True)


def _checked_in(briefing: Briefing, event: e.EndpointCheckedIn, at: datetime) -> Briefing:
    first = briefing.site(event.endpoint).checked_in_at or at
    return _with_site(
        briefing,
        event.endpoint,
        check_in=event.check_in,
        checked_in_at=first,
        revision=event.revision,
    )


def _publishing_started(briefing: Briefing, event: e.PublishingStarted, at: datetime) -> Briefing:
    if event.endpoint == HUB:
        return replace(briefing, hub_media=event.media)
    return _with_site(briefing, event.endpoint, media=event.media, stopped=None, seen_at=at)


def _publishing_stopped(briefing: Briefing, event: e.PublishingStopped, at: datetime) -> Briefing:
    if event.endpoint == HUB:
        return replace(briefing, hub_media=None)
    return _with_site(briefing, event.endpoint, media=None, stopped=event.reason, seen_at=at)


def _requested(briefing: Briefing, event: e.FloorRequested, at: datetime) -> Briefing:
    request = Request(event.endpoint, event.speaker, event.topic, at)
    return _with_floor(briefing, queue=(*briefing.floor.queue, request))


def _withdrawn(briefing: Briefing, event: e.RequestWithdrawn, _at: datetime) -> Briefing:
    return _with_floor(briefing, **_without(briefing.floor, event.endpoint))


def _reordered(briefing: Briefing, event: e.QueueReordered, _at: datetime) -> Briefing:
    place = {endpoint: index for index, endpoint in enumerate(event.endpoints)}
    return _with_floor(briefing, queue=tuple(sorted(briefing.floor.queue, key=lambda r: place[r.endpoint])))


def _put_on_deck(briefing: Briefing, event: e.EndpointPutOnDeck, _at: datetime) -> Briefing:
    return _with_floor(briefing, called=event.endpoint)


def _granted(briefing: Briefing, event: e.FloorGranted, at: datetime) -> Briefing:
    turn = Turn(event.endpoint, event.speaker, event.topic, at)
    return _with_floor(briefing, turn=turn, **_without(briefing.floor, event.endpoint))


def _held(briefing: Briefing, event: e.TurnHeld, _at: datetime) -> Briefing:
    return _with_turn(briefing, held_until=event.until, held_for_media=event.media)


def _resumed(briefing: Briefing, _event: e.TurnResumed, _at: datetime) -> Briefing:
    return _with_turn(briefing, held_until=None, held_for_media=False)


def _turn_ended(briefing: Briefing, _event: e.TurnEnded, _at: datetime) -> Briefing:
    return _with_floor(briefing, turn=None)


def _content_given(briefing: Briefing, event: e.ContentGiven, at: datetime) -> Briefing:
    return replace(briefing, content=Content(event.endpoint, at))


def _content_started(briefing: Briefing, event: e.ContentStarted, _at: datetime) -> Briefing:
    return _with_content(briefing, media=event.media, held_until=None)


def _content_stopped(briefing: Briefing, _event: e.ContentStopped, _at: datetime) -> Briefing:
    return _with_content(briefing, media=None)


def _content_held(briefing: Briefing, event: e.ContentHeld, _at: datetime) -> Briefing:
    return _with_content(briefing, held_until=event.until)


def _content_ended(briefing: Briefing, _event: e.ContentEnded, _at: datetime) -> Briefing:
    return replace(briefing, content=None)


def _unmoved(briefing: Briefing, _event: e.SpeechDetected, _at: datetime) -> Briefing:
    return briefing


def _with_turn(briefing: Briefing, **changes: Any) -> Briefing:
    turn = briefing.floor.turn
    return briefing if turn is None else _with_floor(briefing, turn=replace(turn, **changes))


def _with_content(briefing: Briefing, **changes: Any) -> Briefing:
    content = briefing.content
    return briefing if content is None else replace(briefing, content=replace(content, **changes))


def _without(floor: Floor, endpoint: EndpointCode) -> dict[str, Any]:
    """Return the changes that take a site out of the queue."""
    return {
        "queue": tuple(request for request in floor.queue if request.endpoint != endpoint),
        "called": None if floor.called == endpoint else floor.called,
    }


_MOVES: Mapping[type, Callable[[Briefing, Any, datetime], Briefing]] = MappingProxyType(
    {
        e.BriefingDrafted: _planned,
        e.BriefingEdited: _planned,
        e.BriefingScheduled: _scheduled,
        e.BriefingOpened: _opened,
        e.BriefingStarted: _started,
        e.BriefingClosed: _closed,
        e.BriefingCancelled: _cancelled,
        e.AgendaMoved: _agenda_moved,
        e.EndpointJoined: _joined,
        e.EndpointLeft: _left,
        e.EndpointsMarkedLate: _marked_late,
        e.EndpointCheckedIn: _checked_in,
        e.PublishingStarted: _publishing_started,
        e.PublishingStopped: _publishing_stopped,
        e.FloorRequested: _requested,
        e.RequestWithdrawn: _withdrawn,
        e.QueueReordered: _reordered,
        e.EndpointPutOnDeck: _put_on_deck,
        e.FloorGranted: _granted,
        e.TurnHeld: _held,
        e.TurnResumed: _resumed,
        e.TurnEnded: _turn_ended,
        e.ContentGiven: _content_given,
        e.ContentStarted: _content_started,
        e.ContentStopped: _content_stopped,
        e.ContentHeld: _content_held,
        e.ContentEnded: _content_ended,
        e.SpeechDetected: _unmoved,
    }
)
