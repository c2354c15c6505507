"""The sites' state: who is here, who has checked in, whose media arrives, and what each event makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.ids import ConnectionId, EndpointCode, MediaId


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


Sites = Mapping[EndpointCode, Site]
"""What is known of each; one that never came is missing."""


def nowhere() -> Sites:
    """Return the sites of a briefing that nobody has come to."""
    return MappingProxyType({})


def _joined(sites: Sites, event: e.EndpointJoined, at: datetime) -> Sites:
    site = sites.get(event.endpoint, NOBODY)
    return _with(
        sites,
        event.endpoint,
        connections=(*site.connections, event.connection),
        joined_at=site.joined_at or at,
        seen_at=at,
    )


def _left(sites: Sites, event: e.EndpointLeft, at: datetime) -> Sites:
    site = sites.get(event.endpoint, NOBODY)
    remaining = tuple(one for one in site.connections if one != event.connection)
    return _with(sites, event.endpoint, connections=remaining, seen_at=at)


def _marked_late(sites: Sites, event: e.EndpointsMarkedLate, _at: datetime) -> Sites:
    late = {endpoint: replace(sites.get(endpoint, NOBODY), late=True) for endpoint in event.endpoints}
    return MappingProxyType({**sites, **late})


def _checked_in(sites: Sites, event: e.EndpointCheckedIn, at: datetime) -> Sites:
    first = sites.get(event.endpoint, NOBODY).checked_in_at or at
    return _with(
        sites,
        event.endpoint,
        check_in=event.check_in,
        checked_in_at=first,
        revision=event.revision,
    )


def _publishing_started(sites: Sites, event: e.PublishingStarted, at: datetime) -> Sites:
    return _with(sites, event.endpoint, media=event.media, stopped=None, seen_at=at)


def _publishing_stopped(sites: Sites, event: e.PublishingStopped, at: datetime) -> Sites:
    return _with(sites, event.endpoint, media=None, stopped=event.reason, seen_at=at)


def _with(sites: Sites, endpoint: EndpointCode, **changes: Any) -> Sites:
    return MappingProxyType({**sites, endpoint: replace(sites.get(endpoint, NOBODY), **changes)})


MOVES: Mapping[type, Callable[[Sites, Any, datetime], Sites]] = MappingProxyType(
    {
        e.EndpointJoined: _joined,
        e.EndpointLeft: _left,
        e.EndpointsMarkedLate: _marked_late,
        e.EndpointCheckedIn: _checked_in,
        e.PublishingStarted: _publishing_started,
        e.PublishingStopped: _publishing_stopped,
    }
)
