"""What the server and the media process say to each other: every message a frozen dataclass, one codec, bounded frames.

A frame is its length, the number of the call it belongs to (0: of none), the message's name, and the message as JSON.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError

from server.core.errors import ProtocolError
from server.core.ids import BriefingId, EndpointCode, MediaId
from server.media import plane
from server.media.plane import Counters, Program, Resource
from server.media.sfu.settings import SfuSettings

LARGEST: Final = 1 << 24
"""Octets of a message: an offer has at most 64 KiB, one second of 4,000 lines about 1 MiB."""

_HEAD = struct.Struct("!IIB")  # octets of name and body, the call's number, octets of the name


INTERNAL: Final = "internal"
"""The code of what is nobody's refusal."""


@dataclass(frozen=True, slots=True)
class Setup:
    """All that makes one media process what it is: a server attaches only to one that has the same."""

    host: str
    port: int  # 0: any free one
    addresses: tuple[str, ...]
    linger: float  # seconds the process goes on without a server
    folder: str = ""  # where the processes of a plane find each other
    place: int = 0  # among them, from 0
    places: int = 1  # how many there are
    sfu: SfuSettings = field(default_factory=SfuSettings)


@dataclass(frozen=True, slots=True)
class Hello:
    """The server, when it has connected."""

    version: str
    setup: Setup


@dataclass(frozen=True, slots=True)
class Welcome:
    """The process has taken the server on; so many `Resource` follow, then everything that happens."""

    since: datetime | None  # UTC, when the process began
    port: int  # UDP
    resources: int


@dataclass(frozen=True, slots=True)
class Mismatched:
    """The process is of another version or setup; it says goodbye to its peers and ends."""


@dataclass(frozen=True, slots=True)
class Occupied:
    """The process has a server already."""


@dataclass(frozen=True, slots=True)
class Unable:
    """The process cannot open its port, and ends."""

    number: int  # errno
    reason: str


@dataclass(frozen=True, slots=True)
class Publish:
    """Call `publish`; answered with an `Answer`."""

    briefing: BriefingId
    source: EndpointCode
    offer: str
    content: bool
    ticket: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Call `subscribe`; answered with an `Answer`."""

    briefing: BriefingId
    viewer: EndpointCode | None
    offer: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Patch:
    """Call `patch`; answered with a `Restarted`, or `Done`."""

    media: MediaId
    fragment: str
    if_match: str


@dataclass(frozen=True, slots=True)
class Close:
    """Call `close`."""

    media: MediaId


@dataclass(frozen=True, slots=True)
class Expel:
    """Call `expel`."""

    briefing: BriefingId
    site: EndpointCode


@dataclass(frozen=True, slots=True)
class CloseBriefing:
    """Call `close_briefing`."""

    briefing: BriefingId


@dataclass(frozen=True, slots=True)
class Route:
    """Call `route`; it has no answer."""

    briefing: BriefingId
    program: Program


@dataclass(frozen=True, slots=True)
class Stop:
    """Say goodbye to every peer and end."""


@dataclass(frozen=True, slots=True)
class Done:
    """A call has returned nothing."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A call has raised a refusal of `media.errors`, or with the code `INTERNAL` failed by a fault of the process."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Alive:
    """The process's loop turns: told several times a second, so that silence says it does not."""

    counters: Counters


Call: TypeAlias = Publish | Subscribe | Patch | Close | Expel | CloseBriefing
"""What is answered, under the call's number, by `Answer`, `Restarted`, `Done` or `Refused`."""

Message: TypeAlias = (
    Hello
    | Welcome
    | Mismatched
    | Occupied
    | Unable
    | Call
    | Route
    | Stop
    | Done
    | Refused
    | Alive
    | Resource
    | plane.Answer
    | plane.Restarted
    | plane.MediaEvent
)

KINDS: Mapping[str, type[Message]] = MappingProxyType({kind.__name__: kind for kind in Message.__args__})
"""Every message by its name; a new one is added to `Message`."""


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    """Return what reads and writes a tuple of one message: a dataclass alone would not take the choice of base64."""
    kind: Any = KINDS[name]
    return TypeAdapter(tuple[kind], config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))


def encode(message: Message, number: int = 0) -> bytes:
    """Write a frame. Raises ProtocolError when it is too large."""
    name = type(message).__name__
    body = name.encode() + _adapter(name).dump_json((message,))
    if len(body) > LARGEST:
        raise ProtocolError(f"a {name} of {len(body)} octets")
    return _HEAD.pack(len(body), number, len(name)) + body


def decode(name: str, body: bytes) -> Message:
    """Read a message. Raises ProtocolError for what is none."""
    if name not in KINDS:
        raise ProtocolError("a message that nobody knows")
    try:
        (message,) = _adapter(name).validate_json(body)
    except ValidationError as error:
        raise ProtocolError(f"a malformed {name}") from error
    return cast("Message", message)


async def receive(reader: asyncio.StreamReader) -> tuple[int, Message]:
    """Read one frame: the call's number and the message. Raises ProtocolError, or EOFError at the end."""
    octets, number, named = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    if not named <= octets <= LARGEST:
        raise ProtocolError(f"a frame of {octets} octets")
    content = await reader.readexactly(octets)
    return number, decode(content[:named].decode("latin-1"), content[named:])


async def received(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, Message]]:
    """Read frames until the other side is gone. Raises ProtocolError."""
    while True:
        try:
            frame = await receive(reader)
        except (EOFError, ConnectionError):
            return
        yield frame


@cache
def version() -> str:
    """Name the code that both sides run: two versions of the media plane never speak to each other."""
    root = Path(plane.__file__).parent
    sources = sorted(root.rglob("*.py"))
    return sha256(b"".join(str(path.relative_to(root)).encode() + path.read_bytes() for path in sources)).hexdigest()
