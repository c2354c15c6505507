"""What the media process and its recorder say to each other, beside what crosses a trunk: media, clocks, keyframes.

A message is one datagram of a Unix socket, begun by its kind: `Tuned` is 32, `Report` is 33, the body is JSON.
"""

import json
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Final

from server.core.errors import ProtocolError
from server.core.ids import EndpointCode

TUNED: Final = 32
REPORT: Final = 33


class Lane(IntEnum):
    """What is recorded side by side."""

    SOUND = 0  # of the stage
    PICTURE = 1  # of the stage
    HUB = 2  # the hub's sound, while somebody else is on the stage
    CONTENT = 3  # the picture of what is presented


@dataclass(frozen=True, slots=True)
class Tuned:
    """What comes on a lane from now on."""

    lane: Lane
    stream: int  # the number on its packets; 0: nothing comes
    source: EndpointCode


@dataclass(frozen=True, slots=True)
class Report:
    """How the recorder fares; told once a second."""

    parts: int  # files, with the one that is being written
    octets: int  # written since the recorder was started
    free: int  # bytes on the disk; -1: not known
    failure: str  # in a word; empty: it is well


def write(message: Tuned | Report) -> bytes:
    """Write one message."""
    kind = TUNED if isinstance(message, Tuned) else REPORT
    return bytes((kind,)) + json.dumps(asdict(message)).encode()


def read_tuned(data: bytes) -> Tuned:
    """Read what the media process says. Raises ProtocolError."""
    try:
        fields = json.loads(data[1:])
        return Tuned(Lane(fields["lane"]), int(fields["stream"]), EndpointCode(str(fields["source"])))
    except (ValueError, KeyError, TypeError) as error:
        raise ProtocolError("a recorder was told nonsense") from error


def read_report(data: bytes) -> Report:
    """Read what a recorder says. Raises ProtocolError."""
    try:
        fields = json.loads(data[1:])
        parts, octets, free = (int(fields[name]) for name in ("parts", "octets", "free"))
        return Report(parts, octets, free, str(fields["failure"])[:32])
    except (ValueError, KeyError, TypeError) as error:
        raise ProtocolError("a recorder told nonsense") from error
