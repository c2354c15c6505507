"""The content slot's state: who may present, and what each event makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.ids import EndpointCode, MediaId


@dataclass(frozen=True, slots=True)
class Content:
    """Who may present a screen or a document."""

    presenter: EndpointCode  # a site's, or HUB
    given_at: datetime
    media: MediaId | None = None  # what is presented now
    held_until: datetime | None = None  # it went away; the slot waits for it until then


def _given(_content: Content | None, event: e.ContentGiven, at: datetime) -> Content:
    return Content(event.endpoint, at)


def _started(content: Content | None, event: e.ContentStarted, _at: datetime) -> Content | None:
    return _with(content, media=event.media, held_until=None)


def _stopped(content: Content | None, _event: e.ContentStopped, _at: datetime) -> Content | None:
    return _with(content, media=None)


def _held(content: Content | None, event: e.ContentHeld, _at: datetime) -> Content | None:
    return _with(content, held_until=event.until)


def _ended(_content: Content | None, _event: e.ContentEnded, _at: datetime) -> None:
    return None


def _with(content: Content | None, **changes: Any) -> Content | None:
    return None if content is None else replace(content, **changes)


MOVES: Mapping[type, Callable[[Content | None, Any, datetime], Content | None]] = MappingProxyType(
    {
        e.ContentGiven: _given,
        e.ContentStarted: _started,
        e.ContentStopped: _stopped,
        e.ContentHeld: _held,
        e.ContentEnded: _ended,
    }
)
