"""Who is here: connections and media come and go; a late "lost" of an old one changes nothing."""

from collections.abc import Collection
from datetime import datetime, timedelta

from server.core.errors import Conflict, NotFound
from server.core.events import (
    ContentHeld,
    ContentStarted,
    ContentStopped,
    EndpointJoined,
    EndpointLeft,
    Event,
    LeftBecause,
    PublishingStarted,
    PublishingStopped,
    TurnHeld,
    TurnResumed,
)
from server.core.ids import HUB, ConnectionId, EndpointCode, MediaId
from server.core.state import RUNNING, Briefing, Turn

MOST_CONNECTIONS = 8
"""Open event streams one site may hold: a few devices and their reloads."""


class NotInvited(NotFound):
    """This endpoint is not on the list of this briefing; ask its organizer."""

    code = "not_invited"


class NotOpen(Conflict):
    """The briefing is not open; wait until its lobby opens."""

    code = "not_open"


class TooManyConnections(Conflict):
    """This endpoint is connected from too many devices; close one of them."""

    code = "too_many_connections"


def require_site(briefing: Briefing, endpoint: EndpointCode) -> None:
    """Raise NotInvited for a site that is not on the list, NotOpen while sites may not be in the room."""
    if endpoint not in briefing.planned.endpoints:
        raise NotInvited(endpoint)
    if briefing.phase not in RUNNING:
        raise NotOpen(f"it is {briefing.phase}")


def join(briefing: Briefing, _now: datetime, *, endpoint: EndpointCode, connection: ConnectionId) -> tuple[Event, ...]:
    """Note that a site opened a connection; a speaker without media that dropped resumes its turn."""
    require_site(briefing, endpoint)
    connections = briefing.site(endpoint).connections
    if connection in connections:
        return ()
    if len(connections) >= MOST_CONNECTIONS:
        raise TooManyConnections(endpoint)
    turn = briefing.floor.turn
    back = turn is not None and turn.endpoint == endpoint and _is_held(turn) and not turn.held_for_media
    return (EndpointJoined(endpoint, connection), *((TurnResumed(endpoint),) if back else ()))


def leave(
    briefing: Briefing,
    now: datetime,
    *,
    endpoint: EndpointCode,
    connection: ConnectionId,
    reason: LeftBecause,
    grace: timedelta,
) -> tuple[Event, ...]:
    """Note that a connection ended; the turn of a speaker that is now gone is held for it."""
    site = briefing.site(endpoint)
    if connection not in site.connections:
        return ()
    gone = len(site.connections) == 1 and site.media is None
    return (
        EndpointLeft(endpoint, connection, reason),
        *(_hold(briefing, endpoint, now + grace, media=False) if gone else ()),
    )


def publishing(briefing: Briefing, _now: datetime, *, endpoint: EndpointCode, media: MediaId) -> tuple[Event, ...]:
    """Note that media of a site, or of the hub, arrives; a held turn of that site resumes."""
    invited = endpoint == HUB or endpoint in briefing.planned.endpoints
    if briefing.phase not in RUNNING or not invited or media == _media_of(briefing, endpoint):
        return ()
    turn = briefing.floor.turn
    back = turn is not None and turn.endpoint == endpoint and _is_held(turn)
    return (PublishingStarted(endpoint, media), *((TurnResumed(endpoint),) if back else ()))


def stopped_publishing(
    briefing: Briefing, now: datetime, *, endpoint: EndpointCode, media: MediaId, reason: str, grace: timedelta
) -> tuple[Event, ...]:
    """Note that media ended, if it is the media the site has now; a speaker's turn is held for it."""
    if media != _media_of(briefing, endpoint):
        return ()
    return (PublishingStopped(endpoint, media, reason), *_hold(briefing, endpoint, now + grace, media=True))


def presenting(briefing: Briefing, _now: datetime, *, endpoint: EndpointCode, media: MediaId) -> tuple[Event, ...]:
    """Note that content arrives of whoever was given the content slot."""
    content = briefing.content
    if content is None or content.presenter != endpoint or content.media == media:
        return ()
    return (ContentStarted(endpoint, media),)


def stopped_presenting(
    briefing: Briefing, now: datetime, *, endpoint: EndpointCode, media: MediaId, reason: str, grace: timedelta
) -> tuple[Event, ...]:
    """Note that content ended, if it is the content there is now; the slot is held for it."""
    content = briefing.content
    if content is None or (content.presenter, content.media) != (endpoint, media):
        return ()
    return (ContentStopped(endpoint, media, reason), ContentHeld(endpoint, now + grace))


def recover(
    briefing: Briefing, now: datetime, *, grace: timedelta, alive: Collection[MediaId] = ()
) -> tuple[Event, ...]:
    """After a restart of the service nobody is connected any more; media that is `alive` has outlived it.

    The speaker keeps the floor, and the presenter the content slot: as they are where the media goes on, else for the
    grace period. What was held already is held anew: nobody could come back while the service was away.
    """
    if briefing.phase not in RUNNING:
        return ()
    everybody, until = everybody_left(briefing, LeftBecause.RESTART), now + grace
    left = (one for one in everybody if getattr(one, "media", None) not in alive)
    return (*left, *_hold_turn(briefing, until, alive), *_hold_content(briefing, until, alive))


def catch_up(briefing: Briefing, now: datetime, *, since: datetime, grace: timedelta) -> tuple[Event, ...]:
    """Hold or resume a turn that goes on again after others had the floor, by what became of its site since then."""
    turn = briefing.floor.turn
    if turn is None or turn.endpoint == HUB:
        return ()
    site = briefing.site(turn.endpoint)
    if _is_held(turn):
        back = site.media is not None or (site.here and not turn.held_for_media)
        return (TurnResumed(turn.endpoint),) if back else ()
    sent = site.stopped is not None
    has_dropped = site.media is None and (sent or not site.here) and site.seen_at is not None and site.seen_at >= since
    return _hold(briefing, turn.endpoint, now + grace, media=sent) if has_dropped else ()


def everybody_left(briefing: Briefing, reason: LeftBecause) -> tuple[Event, ...]:
    """Return the end of every connection and every publishing there is."""
    media = [(HUB, briefing.hub_media), *((code, site.media) for code, site in briefing.sites.items())]
    stopped = [PublishingStopped(code, one, reason.value) for code, one in media if one is not None]
    left = [
        EndpointLeft(code, connection, reason)
        for code, site in briefing.sites.items()
        for connection in site.connections
    ]
    return (*stopped, *_content_gone(briefing, reason), *left)


def _content_gone(briefing: Briefing, reason: LeftBecause) -> tuple[Event, ...]:
    content = briefing.content
    if content is None or content.media is None:
        return ()
    return (ContentStopped(content.presenter, content.media, reason.value),)


def _hold_turn(briefing: Briefing, until: datetime, alive: Collection[MediaId]) -> tuple[Event, ...]:
    turn = briefing.floor.turn
    if turn is None or turn.endpoint == HUB:
        return ()
    media = briefing.site(turn.endpoint).media
    if media in alive and not _is_held(turn):
        return ()
    return (TurnHeld(turn.endpoint, until, turn.held_for_media or media is not None),)


def _hold_content(briefing: Briefing, until: datetime, alive: Collection[MediaId]) -> tuple[Event, ...]:
    """Hold the content slot for what was presented, or was awaited again; nothing is lost where nothing was."""
    content = briefing.content
    if content is None or (content.media is None and content.held_until is None) or content.media in alive:
        return ()
    return (ContentHeld(content.presenter, until),)


def _media_of(briefing: Briefing, endpoint: EndpointCode) -> MediaId | None:
    return briefing.hub_media if endpoint == HUB else briefing.site(endpoint).media


def _is_held(turn: Turn) -> bool:
    return turn.held_until is not None


def _hold(briefing: Briefing, endpoint: EndpointCode, until: datetime, *, media: bool) -> tuple[Event, ...]:
    turn = briefing.floor.turn
    if turn is None or turn.endpoint != endpoint or endpoint == HUB or _is_held(turn):
        return ()
    return (TurnHeld(endpoint, until, media),)
