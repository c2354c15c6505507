"""Sites come, go, attest who is there, and send their pictures and sound."""

from dataclasses import dataclass
from enum import StrEnum

from server.core.ids import ConnectionId, EndpointCode, MediaId


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
