"""Everything that can happen in a briefing, as frozen dataclasses named by past participles, and their JSON form.

Events are the journal's content, so a field once written is never renamed or dropped; new fields get a default.
Who and when stand on the journal entry, not here. Values are limited to what JSON keeps exactly: strings, integers,
booleans, null, and lists and objects of those (no floats), so that the canonical bytes are the same everywhere.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from server.core.errors import ProtocolError
from server.core.ids import ConnectionId, EndpointCode, MediaId, RosterName


class ItemKind(StrEnum):
    """The kinds of agenda item, in the order they usually come."""

    OPENING = "opening"
    REPORT = "report"
    DIRECTIVE = "directive"
    DISCUSSION = "discussion"
    CONCLUSION = "conclusion"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One line of the agenda."""

    title: str
    minutes: int  # planned
    kind: ItemKind = ItemKind.DISCUSSION
    endpoint: EndpointCode | None = None  # the site that presents it, if one does


@dataclass(frozen=True, slots=True)
class Plan:
    """What the organizer decides about a briefing before it begins."""

    title: str
    starts_at: datetime
    ends_at: datetime
    roster: RosterName
    endpoints: tuple[EndpointCode, ...]  # in roster order
    agenda: tuple[AgendaItem, ...] = ()


class Attendance(StrEnum):
    """How a delegate attends."""

    PRESENT = "present"
    ABSENT = "absent"
    SUBSTITUTE = "substitute"


@dataclass(frozen=True, slots=True)
class Delegate:
    """A named person of a site; positions stack ("Phó Chủ tịch", "Trưởng ban")."""

    name: str
    positions: tuple[str, ...] = ()
    attendance: Attendance = Attendance.PRESENT
    reason: str = ""  # of an absence, or whom a substitute stands in for


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a site attests about itself."""

    local_chair: str
    delegates: tuple[Delegate, ...]
    headcount: int  # people in the room, named or not


class LeftBecause(StrEnum):
    """Why a site's connection ended."""

    CLOSED = "closed"  # it was closed, or not heard of for too long
    RESTART = "restart"  # the service itself was restarted


class TurnEndedBecause(StrEnum):
    """Why a turn ended."""

    RELEASED = "released"  # the speaker gave the floor back
    REVOKED = "revoked"  # the chair took it
    PREEMPTED = "preempted"  # the chair gave it to another
    LOST = "lost"  # the site dropped and did not return in time
    CLOSED = "closed"  # the briefing ended


class ContentEndedBecause(StrEnum):
    """Why presenting ended."""

    STOPPED = "stopped"  # the presenter stopped
    TAKEN = "taken"  # the chair took the slot back
    PASSED_ON = "passed_on"  # the chair gave it to another
    TURN = "turn"  # the site's turn ended, and its content with it
    LOST = "lost"  # what was presented went away and did not return in time
    CLOSED = "closed"  # the briefing ended


class ClosedBecause(StrEnum):
    """Why a briefing closed."""

    CHAIR = "chair"
    HARD_END = "hard_end"


@dataclass(frozen=True, slots=True)
class BriefingDrafted:
    """An organizer wrote down a briefing."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class BriefingEdited:
    """The plan was changed; it is kept whole, as it then was."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class BriefingScheduled:
    """The briefing was published to its sites."""


@dataclass(frozen=True, slots=True)
class BriefingOpened:
    """The lobby is open: sites may join and check in."""


@dataclass(frozen=True, slots=True)
class BriefingStarted:
    """The meeting has begun."""


@dataclass(frozen=True, slots=True)
class BriefingClosed:
    """The meeting is over."""

    reason: ClosedBecause


@dataclass(frozen=True, slots=True)
class BriefingCancelled:
    """The meeting will not take place."""

    reason: str


@dataclass(frozen=True, slots=True)
class AgendaMoved:
    """The chair moved to another agenda item."""

    index: int


@dataclass(frozen=True, slots=True)
class EndpointJoined:
    """A site opened a connection."""

    endpoint: EndpointCode
    connection: ConnectionId


@dataclass(frozen=True, slots=True)
class EndpointLeft:
    """A site's connection ended; the site is away when it was its last one."""

    endpoint: EndpointCode
    connection: ConnectionId
    reason: LeftBecause


@dataclass(frozen=True, slots=True)
class EndpointsMarkedLate:
    """The start came and these sites had not checked in."""

    endpoints: tuple[EndpointCode, ...]


@dataclass(frozen=True, slots=True)
class EndpointCheckedIn:
    """A site attested its attendance, or amended what it had attested."""

    endpoint: EndpointCode
    check_in: CheckIn
    revision: int  # 1 the first time


@dataclass(frozen=True, slots=True)
class PublishingStarted:
    """Media of a site, or of the hub, began to arrive."""

    endpoint: EndpointCode
    media: MediaId


@dataclass(frozen=True, slots=True)
class PublishingStopped:
    """Media of a site, or of the hub, ended."""

    endpoint: EndpointCode
    media: MediaId
    reason: str


@dataclass(frozen=True, slots=True)
class FloorRequested:
    """A site raised its hand."""

    endpoint: EndpointCode
    speaker: str
    topic: str


@dataclass(frozen=True, slots=True)
class RequestWithdrawn:
    """A raised hand came down."""

    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class QueueReordered:
    """The chair changed the order of the queue."""

    endpoints: tuple[EndpointCode, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class EndpointPutOnDeck:
    """The chair asked a waiting site to get ready."""

    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class FloorGranted:
    """A site may speak: its turn began."""

    endpoint: EndpointCode
    speaker: str
    topic: str


@dataclass(frozen=True, slots=True)
class TurnHeld:
    """The speaking site dropped; its turn waits until then for its media, or for the site if it had none."""

    endpoint: EndpointCode
    until: datetime
    media: bool


@dataclass(frozen=True, slots=True)
class TurnResumed:
    """The speaking site came back in time."""

    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """A site's turn is over."""

    endpoint: EndpointCode
    started_at: datetime
    ended_at: datetime
    reason: TurnEndedBecause
    speaker: str = ""
    topic: str = ""


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


@dataclass(frozen=True, slots=True)
class SpeechDetected:
    """Somebody was heard speaking at a site, from its audio levels; `on_air` says whether others could hear it."""

    endpoint: EndpointCode
    started_at: datetime
    ended_at: datetime
    on_air: bool
    loudest: int  # -dBov, the loudest window


Event = (
    BriefingDrafted
    | BriefingEdited
    | BriefingScheduled
    | BriefingOpened
    | BriefingStarted
    | BriefingClosed
    | BriefingCancelled
    | AgendaMoved
    | EndpointJoined
    | EndpointLeft
    | EndpointsMarkedLate
    | EndpointCheckedIn
    | PublishingStarted
    | PublishingStopped
    | FloorRequested
    | RequestWithdrawn
    | QueueReordered
    | EndpointPutOnDeck
    | FloorGranted
    | TurnHeld
    | TurnResumed
    | TurnEnded
    | ContentGiven
    | ContentStarted
    | ContentStopped
    | ContentHeld
    | ContentEnded
    | SpeechDetected
)

KINDS: dict[str, type[Event]] = {event.__name__: event for event in typing.get_args(Event)}


def kind_of(event: Event) -> str:
    """Return the event's name as the journal and the event stream carry it."""
    return type(event).__name__


def rfc3339(moment: datetime) -> str:
    """Write an aware moment as RFC 3339 in UTC, with microseconds and "Z"."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def encode(value: Any) -> Any:
    """Turn an event, or a part of one, into what JSON can hold."""
    if dataclasses.is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, StrEnum):
        return value.value
    return value


def decode(kind: str, data: dict[str, Any]) -> Event:
    """Rebuild an event from its kind and its JSON form.

    Raises ProtocolError for an unknown kind or data that does not fit it.
    """
    try:
        return typing.cast("Event", _decode(KINDS[kind], data))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ProtocolError(f"not a {kind}: {error}") from error


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _decode(hint: Any, value: Any) -> Any:
    """Read `value` as the type `hint`; the mirror of `encode`."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _decode(_other_than_none(hint), value)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        return tuple(_decode(typing.get_args(hint)[0], item) for item in value)
    if dataclasses.is_dataclass(hint):
        known = _hints(typing.cast("type", hint))
        return typing.cast("type", hint)(**{name: _decode(known[name], item) for name, item in value.items()})
    return _decode_plain(hint, value)


def _decode_plain(hint: Any, value: Any) -> Any:
    plain = getattr(hint, "__supertype__", hint)
    if plain is datetime:
        return _moment(value)
    if issubclass(plain, StrEnum):
        return plain(value)
    if type(value) is not plain:
        raise TypeError(f"{value!r} is no {plain.__name__}")
    return value


def _moment(value: str) -> datetime:
    """Read a moment; without its distance from UTC it is none."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value} has no offset")
    return moment.astimezone(UTC)


def _other_than_none(hint: Any) -> Any:
    return next(option for option in typing.get_args(hint) if option is not types.NoneType)
