"""Carries what the media plane says to the rooms: who publishes, how the lines are, what is heard."""

from collections.abc import AsyncIterator, Iterable, Mapping
from functools import partial

import structlog

from server.core import presence
from server.core.ids import HUB, Actor, EndpointCode, MediaId
from server.core.state import Briefing
from server.core.status import LineHealth, Received, grade
from server.core.stills import Still
from server.live.room import Contended, Room
from server.live.rooms import Rooms
from server.media.plane import (
    Gone,
    Health,
    Levels,
    MediaEvent,
    Pictured,
    Published,
    PublisherHealth,
    Signal,
    StandingChanged,
    SubscriberHealth,
    Unpublished,
)
from server.store.errors import StorageUnavailable

log = structlog.get_logger()

MEDIA = Actor("media")


async def carry(events: AsyncIterator[MediaEvent], rooms: Rooms) -> None:
    """Hand every event to its room. What a dead database swallows is made good by the next second's health."""
    async for event in events:
        if isinstance(event, StandingChanged):
            rooms.show_all()
            continue
        room = rooms.found(event.briefing)
        if room is None:
            continue
        try:
            await _hand(event, room)
        except (StorageUnavailable, Contended):
            log.warning("media_event_not_stored", briefing=event.briefing, kind=type(event).__name__)


async def _hand(event: MediaEvent, room: Room) -> None:
    match event:
        case Levels():
            await room.hear(event.at, event.window, event.levels)
        case Published():
            await _publishing(room, event.source, event.media, content=event.content)
        case Unpublished():
            if not event.content:
                room.stills.pop(event.source, None)
            await _stopped(room, event.source, event.media, event.reason, content=event.content)
        case Pictured():
            room.stills[event.source] = event.still
        case Health():
            lines = dict(_lines(event, room.stills))
            room.stills = {source: still for source, still in room.stills.items() if source in lines}
            hub = lines.pop(HUB, None)
            room.show_telemetry(event.at, lines, hub)  # first: operators must see trouble, also while nothing is stored
            room.show_pictures({one.viewer: one.picture.value for one in event.subscribers if one.viewer is not None})
            await _reconcile(room, event.publishers)


async def _publishing(room: Room, source: EndpointCode, media: MediaId, *, content: bool) -> None:
    decide = presence.presenting if content else presence.publishing
    await room.move(partial(decide, endpoint=source, media=media), MEDIA)


async def _stopped(room: Room, source: EndpointCode, media: MediaId, reason: Gone, *, content: bool) -> None:
    decision = partial(
        presence.stopped_presenting if content else presence.stopped_publishing,
        endpoint=source,
        media=media,
        reason=reason.value,
        grace=room.grace,
    )
    await room.move(decision, MEDIA)


async def _reconcile(room: Room, publishers: Iterable[PublisherHealth]) -> None:
    """Make the journal agree with the media that is really there."""
    publishers = tuple(publishers)
    there = {(one.source, one.content): one.media for one in publishers if one.bitrate}
    known = _known(room.state)
    for (source, content), media in there.items():
        if known.get((source, content)) != media:
            await _publishing(room, source, media, content=content)
    alive = {one.media for one in publishers}
    for (source, content), media in known.items():
        if media not in alive:
            await _stopped(room, source, media, Gone.LOST, content=content)


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
    )
