"""The content slot is given, filled and taken back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.core.ids import EndpointCode, MediaId


class ContentEndedBecause(StrEnum):
    """Why presenting ended."""

    STOPPED = "stopped"  # the presenter stopped
    TAKEN = "taken"  # the chair took the slot back
    PASSED_ON = "passed_on"  # the chair gave it to another
    TURN = "turn"  # the site's turn ended, and its content with it
    LOST = "lost"  # what was presented went away and did not return in time
    CLOSED = "closed"  # the briefing ended


@dataclass(frozen=True, slots=True)
class ContentGiven:
    """A site, or the hub, may present a screen or a document to everybody."""

    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class ContentStarted:
    """What is presented began to arrive."""

    endpoint: EndpointCode
    media: MediaId


@dataclass(frozen=True, slots=True)
class ContentStopped:
    """What was presented does not arrive any more."""

    endpoint: EndpointCode
    media: MediaId
    reason: str


@dataclass(frozen=True, slots=True)
class ContentHeld:
    """The content slot waits until then for what was presented."""

    endpoint: EndpointCode
    until: datetime


@dataclass(frozen=True, slots=True)
class ContentEnded:
    """A site, or the hub, may present no more."""

    endpoint: EndpointCode
    given_at: datetime
    ended_at: datetime
    reason: ContentEndedBecause
