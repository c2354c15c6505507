"""Carries what the media plane says to the rooms: who publishes, how the lines are, what is heard."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

import structlog

from server.core import presence
from server.core.events import Event
from server.core.ids import HUB, Actor, BriefingId, EndpointCode, MediaId
from server.core.line import LineHealth, Received, grade
from server.core.state import Briefing, foresee
from server.core.stills import Still
from server.live.room import Contended, Room
from server.live.rooms import Rooms
from server.live.world import Decision
from server.media.plane import (
    Gone,
    Health,
    Levels,
    MediaEvent,
    Pictured,
    Published,
    PublisherHealth,
    RecorderHealth,
    Signal,
    StandingChanged,
    SubscriberHealth,
    Unpublished,
    Unsubscribed,
)
from server.store.errors import StorageUnavailable

log = structlog.get_logger()

MEDIA = Actor("media")

_Shown = Levels | Health | Pictured | RecorderHealth
_Told = _Shown | Published | Unpublished


async def carry(happened: AsyncIterator[Sequence[MediaEvent]], rooms: Rooms) -> None:
    """Hand every event to its room. What a dead database swallows is made good by the next second's health."""
    async for events in happened:
        if any(isinstance(event, StandingChanged) for event in events):
            rooms.show_all()
        for briefing, told in _by_briefing(events).items():
            if (room := rooms.found(briefing)) is not None:
                await _hand(room, told)


def _by_briefing(events: Iterable[MediaEvent]) -> Mapping[BriefingId, Sequence[_Told]]:
    told: defaultdict[BriefingId, list[_Told]] = defaultdict(list)
    for event in events:
        if not isinstance(event, StandingChanged | Unsubscribed):
            told[event.briefing].append(event)
    return told


async def _hand(room: Room, events: Iterable[_Told]) -> None:
    """Tell a room what happened, in order; who came and went together is one move: a dead process loses every site."""
    decisions: list[Decision] = []
    for event in events:
        if isinstance(event, Published):
            decisions.append(_came(event.source, event.media, content=event.content))
        elif isinstance(event, Unpublished):
            if not event.content:
                room.stills.pop(event.source, None)
            decisions.append(_went(room, event.source, event.media, event.reason, content=event.content))
        else:
            await _move(room, decisions)
            decisions = []
            await _show(room, event)
    await _move(room, decisions)


async def _show(room: Room, event: _Shown) -> None:
    match event:
        case Levels():
            with _storing(room):
                await room.hear(event.at, event.window, event.levels)
        case Pictured():
            room.stills[event.source] = event.still
        case RecorderHealth():
            with _storing(room):
                await room.note_recorder(event.failure, is_low=event.is_low)
        case Health():
            lines = dict(_lines(event, room.stills))
            room.stills = {source: still for source, still in room.stills.items() if source in lines}
            hub = lines.pop(HUB, None)
            room.show_telemetry(event.at, lines, hub)  # first: operators must see trouble, also while nothing is stored
            room.show_pictures({one.viewer: one.picture.value for one in event.subscribers if one.viewer is not None})
            await _move(room, list(_reconciled(room, event.publishers)))


async def _move(room: Room, decisions: Sequence[Decision]) -> None:
    """Decide one after another, each by what the last has made of the state, and store it all at once."""

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        decided: tuple[Event, ...] = ()
        for one in decisions:
            events = one(state, now)
            state = foresee(state, events, now)
            decided += events
        return decided

    if decisions:
        with _storing(room):
            await room.move(decide, MEDIA)


@contextmanager
def _storing(room: Room) -> Iterator[None]:
    """Go on without what cannot be stored."""
    try:
        yield
    except (StorageUnavailable, Contended):
        log.warning("media_events_not_stored", briefing=room.state.id)


def _came(source: EndpointCode, media: MediaId, *, content: bool) -> Decision:
    return partial(presence.presenting if content else presence.publishing, endpoint=source, media=media)


def _went(room: Room, source: EndpointCode, media: MediaId, reason: Gone, *, content: bool) -> Decision:
    decide = presence.stopped_presenting if content else presence.stopped_publishing
    return partial(decide, endpoint=source, media=media, reason=reason.value, grace=room.grace)


def _reconciled(room: Room, publishers: Sequence[PublisherHealth]) -> Iterator[Decision]:
    """Make the journal agree with the media that is really there."""
    there = {(one.source, one.content): one.media for one in publishers if one.bitrate}
    known = _known(room.state)
    for (source, content), media in there.items():
        if known.get((source, content)) != media:
            yield _came(source, media, content=content)
    alive = {one.media for one in publishers}
    for (source, content), media in known.items():
        if media not in alive:
            yield _went(room, source, media, Gone.LOST, content=content)


def _known(briefing: Briefing) -> dict[tuple[EndpointCode, bool], MediaId]:
    """Return the media the journal knows, by source and whether it is content."""
    known = {(source, False): media for source, media in media_of(briefing).items()}
    content = briefing.content
    return known if content is None or content.media is None else {**known, (content.presenter, True): content.media}


def media_of(briefing: Briefing) -> dict[EndpointCode, MediaId]:
    """Return the media each source has, as the journal knows it."""
    known = {code: site.media for code, site in briefing.sites.items() if site.media is not None}
    return known if briefing.hub_media is None else {**known, HUB: briefing.hub_media}


def _lines(health: Health, stills: Mapping[EndpointCode, Still]) -> Iterable[tuple[EndpointCode, LineHealth]]:
    receiving = {one.viewer: one for one in health.subscribers if one.viewer is not None}
    for one in health.publishers:
        if one.content:
            continue  # a line is judged by its camera and microphone
        yield one.source, _line(health, one, receiving.get(one.source), stills.get(one.source))


def _line(health: Health, one: PublisherHealth, back: SubscriberHealth | None, still: Still | None) -> LineHealth:
    loss = max(one.loss, back.loss if back else 0.0)
    return LineHealth(
        state=grade(loss, one.round_trip, back.picture.value if back else "full"),
        at=health.at,
        bitrate=one.bitrate,
        loss=round(one.loss, 4),
        round_trip=one.round_trip,
        frames=round(one.frames, 1),
        received=Received(back.bitrate, round(back.loss, 4), back.picture.value) if back else None,
        signals=tuple(signal.value for signal in Signal if signal in one.signals),
        still=still.at if still else None,
        level=one.loudest,
        estimate=one.estimate,
    )
