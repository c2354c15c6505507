"""What the media plane offers the service. Everything the rest of the house knows about media is in this file.

A *source* is an endpoint code, or `HUB`. A publisher is one source's WHIP resource; a subscriber is one WHEP
resource with up to three *slots*: `stage` (who is on air, else the hub) and `hub`, each an audio and a video track, and
`content` (what is presented: a screen or a document), a video track alone. `route` says who is on air and who presents;
the plane enforces it: media of any other site is received and measured, never forwarded.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from server.core.ids import BriefingId, EndpointCode, MediaId
from server.core.status import Alarm
from server.core.stills import Still


@dataclass(frozen=True, slots=True)
class Program:
    """Who may be heard and seen in one briefing, besides the hub."""

    on_air: EndpointCode | None = None  # None: the stage is the hub
    on_deck: tuple[EndpointCode, ...] = ()  # warmed up: told a higher bit rate
    presenting: EndpointCode | None = None  # whose content is shown, a site's or HUB's; None: nobody's
    recording: bool = False  # the stage, and what is presented, are written down


@dataclass(frozen=True, slots=True)
class Answer:
    """The plane's reply to an offer: the new resource and its SDP answer."""

    media: MediaId
    sdp: str
    etag: str
    is_offer: bool = False  # it is an offer of ours instead, to be answered by `patch` within 10 seconds


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that has not ended."""

    media: MediaId
    briefing: BriefingId
    party: EndpointCode | None  # the source that publishes, or whom a subscription is for; None: an observer
    publishes: bool
    content: bool = False  # what a source presents, beside its camera
    ticket: str = ""  # what its maker handed in with the offer
    arrives: bool = False  # a first packet of it was seen


@dataclass(frozen=True, slots=True)
class Restarted:
    """The plane's reply to an ICE restart: what the peer needs of our side, and the name of the new ICE session."""

    fragment: str  # SDP (RFC 8840, section 9)
    etag: str


class Gone(StrEnum):
    """Why a resource ended."""

    CLOSED = "closed"  # DELETE, or the plane was told to
    REPLACED = "replaced"  # the same source published again
    LOST = "lost"  # nothing was heard of the peer for too long, or the plane's process died
    FAILED = "failed"  # the handshake did not complete
    FLOODED = "flooded"  # it sent far more than it may for some seconds


class Picture(StrEnum):
    """How much of the moving picture a subscriber's line carries. The sound is always whole."""

    FULL = "full"  # the best layer there is
    REDUCED = "reduced"  # a smaller layer of the same picture
    STILL = "still"  # none: audio first; a still picture is to be had over HTTP


class Signal(StrEnum):
    """What is wrong with what a source sends, judged by what really arrived."""

    NO_SIGNAL = "no_signal"  # it publishes, but no picture arrives
    BLACK = "black"
    FROZEN = "frozen"  # pictures arrive, but nothing moves in them
    SILENT = "silent"  # an open microphone that hears nothing at all
    CLIPPING = "clipping"  # the sound is overdriven
    LEVEL_MISMATCH = "level_mismatch"  # the levels it tells are not those of its sound; ours are taken instead


@dataclass(frozen=True, slots=True)
class Published:
    """A source's media has arrived: its transport is up and a first packet was seen."""

    briefing: BriefingId
    source: EndpointCode
    media: MediaId
    content: bool = False  # what it presents, besides its camera and microphone


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A publisher has ended; a late one of an old resource says nothing about a newer resource."""

    briefing: BriefingId
    source: EndpointCode
    media: MediaId
    reason: Gone
    content: bool = False  # as in Published


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """A subscriber has ended."""

    briefing: BriefingId
    viewer: EndpointCode | None
    media: MediaId
    reason: Gone


@dataclass(frozen=True, slots=True)
class Standing:
    """How the plane itself is."""

    since: datetime | None  # UTC, when it came up or last lost a part: sessions may be gone; None: it is down
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingChanged:
    """The plane went down, came up, or an alarm of it is over."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class Levels:
    """The loudest audio level of each publishing source in one window of 100 ms (RFC 6464), longer after a stall.

    Levels are in -dBov: 0 is the loudest, 127 is silence.
    """

    briefing: BriefingId
    at: datetime  # UTC, the window's start
    window: float  # seconds
    levels: tuple[tuple[EndpointCode, int], ...]


@dataclass(frozen=True, slots=True)
class PublisherHealth:
    """One second of a publisher, measured at the server."""

    source: EndpointCode
    media: MediaId
    bitrate: int  # bit/s received, audio and video
    loss: float  # share of the packets expected in the window that did not come, 0..1
    round_trip: float | None  # seconds, from STUN or RTCP; None before the first
    jitter: float  # seconds, of audio (RFC 3550, section 6.4.1)
    frames: float  # video frames per second
    told: int  # bit/s, the REMB last sent
    estimate: int | None = None  # bit/s the line is believed to carry; None: not known
    signals: frozenset[Signal] = frozenset()
    content: bool = False  # of what it presents, as in Published
    loudest: int | None = None  # -dBov, of the second; 127 is digital silence; None: no sound came


@dataclass(frozen=True, slots=True)
class SubscriberHealth:
    """One second of a subscriber, from what the server sent and its receiver reports."""

    viewer: EndpointCode | None  # None: an observer that is no site
    media: MediaId
    bitrate: int  # bit/s sent
    loss: float  # fraction lost of the latest receiver report, 0..1
    round_trip: float | None  # seconds
    estimate: int | None = None  # bit/s the line is believed to carry; None: not known
    picture: Picture = Picture.FULL  # of the stage


@dataclass(frozen=True, slots=True)
class Health:
    """One second of everyone in a briefing."""

    briefing: BriefingId
    at: datetime  # UTC
    publishers: tuple[PublisherHealth, ...]
    subscribers: tuple[SubscriberHealth, ...]


@dataclass(frozen=True, slots=True)
class Pictured:
    """A still of what a source sends now."""

    briefing: BriefingId
    source: EndpointCode
    still: Still


@dataclass(frozen=True, slots=True)
class RecorderHealth:
    """One second of the recorder of a briefing: a sign of life, and whether the disk takes it."""

    briefing: BriefingId
    at: datetime  # UTC
    failure: str | None  # why nothing is written, in a word (`docs/protocol.md`); None: all is well
    free: int | None  # bytes on the disk; None: not known
    is_low: bool  # less is free than there should be
    parts: int  # files so far
    octets: int  # in those that the present recorder has finished


MediaEvent = Published | Unpublished | Unsubscribed | StandingChanged | Levels | Health | Pictured | RecorderHealth


@dataclass(frozen=True, slots=True)
class Counters:
    """What the plane has refused and lost since it was started, for metrics."""

    peers: int
    strangers: int  # datagrams from addresses of nobody
    forged: int  # STUN that is malformed or not authentic
    refused: int  # packets of present peers: replayed, malformed, too many, or of no stream of theirs
    unsent: int  # packets the kernel did not take
    helpers_lost: int  # processes that decode what strangers send, and did not survive it


class MediaPlane(Protocol):
    """The media plane. Methods that take an offer raise `BadOffer`, `Busy` or `HeldOff`; see `errors`.

    One in a process of its own raises `MediaDown` from `publish`, `subscribe`, `patch` and `close` while there is none.
    """

    @property
    def counters(self) -> Counters:
        """What was refused and lost so far."""

    @property
    def standing(self) -> Standing:
        """How the plane is now; each change is an event as well."""

    @property
    def resources(self) -> Collection[Resource]:
        """Everything that has not ended, as it is now: to begin with after a restart of the service."""

    async def publish(
        self, briefing: BriefingId, source: EndpointCode, offer: str, *, content: bool = False, ticket: str = ""
    ) -> Answer:
        """Take a WHIP offer of a source; a resource it already had is replaced.

        With `content` the offer is what the source presents: its video alone is taken, it stands beside the source's
        camera and microphone, and it ends when the program says that the source presents no more. The ticket means
        nothing to the plane: it is kept with the resource, for whoever has to find out later what let its maker in.
        Raises BadOffer (malformed, no audio and video to receive, no BUNDLE or rtcp-mux, no codec in common).
        """

    async def subscribe(
        self, briefing: BriefingId, viewer: EndpointCode | None, offer: str, *, ticket: str = ""
    ) -> Answer:
        """Take a WHEP offer; the first audio and video are the stage, the second the hub, the third video the content.

        `viewer` is the source that must never be sent back to itself (a site, or HUB); None for an observer.
        An offer that has audio or video to receive, but no codec that we know, is answered with a counter-offer.
        """

    async def patch(self, media: MediaId, fragment: str, *, if_match: str) -> Restarted | None:
        """Take an SDP fragment (RFC 8840): candidates, or with new ICE credentials an ICE restart.

        After a counter-offer it is the SDP answer to it, and None is returned.
        ICE-lite needs no candidates: they are checked and dropped, and None is returned. After a restart everything
        but the way there stays as it is; the old credentials work until the peer has proved the new ones.
        `if_match` is the header: entity tags, or "*" (RFC 9110, section 13.1.1; RFC 9725, section 4.3).
        Raises UnknownMedia, BadFragment (BadOffer for a bad answer), or StaleMedia when `if_match` names an ICE session
        that is over.
        """

    async def close(self, media: MediaId) -> None:
        """End one resource. Raises UnknownMedia when there is none."""

    def lasts(self, media: MediaId) -> bool:
        """Whether a resource has not ended."""

    async def expel(self, briefing: BriefingId, site: EndpointCode) -> None:
        """End everything one site publishes and receives; it may come again if it is let in."""

    async def close_briefing(self, briefing: BriefingId) -> None:
        """End every resource of one briefing and forget its program."""

    def route(self, briefing: BriefingId, program: Program) -> None:
        """Put a source on air, at once: no await stands between the decision and the packet loop."""

    def events(self) -> AsyncIterator[Sequence[MediaEvent]]:
        """Everything that happens in the plane, in order, each time all that waits; there is one reader.

        Levels, health (of the recorder too) and stills may be dropped when the reader is slow; all else never is.
        """

    async def leave(self) -> None:
        """Let go of the plane: where it is a process of its own, the media goes on and waits for the next server."""

    async def stop(self) -> None:
        """Say goodbye to every peer and free the port."""
