"""Lines are checked before the meeting: what a site found, what the server measured, and what operators make of it."""

from dataclasses import dataclass
from enum import StrEnum

from server.core.ids import EndpointCode


class Device(StrEnum):
    """How a camera or a microphone answered."""

    WORKS = "works"
    DENIED = "denied"  # the browser blocks it
    MISSING = "missing"
    IN_USE = "in_use"  # another program has it
    INSECURE = "insecure"  # the page's address is not secure, so no browser gives it


class Way(StrEnum):
    """Which way sound and pictures take to the server."""

    DIRECT = "direct"
    RELAY_UDP = "relay_udp"
    RELAY_TCP = "relay_tcp"
    RELAY_TLS = "relay_tls"
    NONE = "none"  # they found none


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """The camera's picture over some seconds, as the site's own page saw it."""

    width: int  # pixels
    height: int
    brightness: int  # mean luma, 0 is black and 255 white
    contrast: int  # its standard deviation
    motion: int  # mean change of luma from look to look, in hundredths


@dataclass(frozen=True, slots=True)
class FoundSound:
    """The microphone over some seconds, as the site's own page heard it. Levels are in -dBov: 127 is silence."""

    loudest: int
    quietest: int
    clipped: int  # per mille of samples at full scale
    echo: int | None = None  # per cent of likeness to a sound that was played; None: none was


@dataclass(frozen=True, slots=True)
class FoundLine:
    """The line as the site measured it: its media sessions, and one transfer by HTTP."""

    way: Way
    upload: int  # bit/s of media that was sent
    download: int  # bit/s of the transfer
    received: int | None = None  # bit/s of media; None: nothing was being sent to it
    round_trip: int | None = None  # milliseconds
    jitter: int | None = None  # milliseconds
    loss_up: int | None = None  # per mille
    loss_down: int | None = None  # per mille


@dataclass(frozen=True, slots=True)
class Found:
    """What a site says it found. It is the site's word: nothing of it was measured by the server."""

    camera: Device
    microphone: Device
    line: FoundLine
    picture: FoundPicture | None = None  # None: there was none to look at
    sound: FoundSound | None = None
    simulated: bool = False  # no person and no room: a program sent clips, and measured those


@dataclass(frozen=True, slots=True)
class Measured:
    """One second of the same line as the server itself measured it."""

    bitrate: int  # bit/s, from the site
    loss: int  # per mille, from the site
    round_trip: int | None  # milliseconds
    frames: int  # video frames per second, from the site
    signals: tuple[str, ...] = ()  # what is wrong with its picture and sound, in the media plane's words
    level: int | None = None  # -dBov at the loudest; None: no sound came
    estimate: int | None = None  # bit/s that its line was found to carry; None: it was not found full


@dataclass(frozen=True, slots=True)
class LineChecked:
    """A site checked its line."""

    endpoint: EndpointCode
    person: str  # who is responsible there
    phone: str
    found: Found
    measured: Measured | None = None  # None: nothing arrived from it while it checked


@dataclass(frozen=True, slots=True)
class LineCheckAsked:
    """An operator asks a site to check its line anew: what it found before does not count any more."""

    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class GoDecided:
    """An operator decided whether the meeting can be held over these lines."""

    go: bool
    not_go: tuple[EndpointCode, ...]  # the sites that were not go then, which the operator was shown
    note: str
    name: str  # of the operator
