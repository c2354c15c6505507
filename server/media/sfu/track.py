"""One stream of a publisher: what arrives is handed on to the streams that are tuned to it, and to nobody else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from server.core.ids import EndpointCode
from server.media.sfu.codec import CLOCK_RATE, Codec, Kind
from server.media.sfu.gaps import Gaps
from server.media.sfu.keyframe import begins_keyframe
from server.media.sfu.reception import Reception

PLI_INTERVAL = 0.5  # seconds between two keyframe requests to one publisher, however many ask
_HURRIED_INTERVAL = 0.08  # the same, less than a round, while a stage waits: browsers pass over a request now and then
_HURRY = 1.0  # seconds in which that is worth it


@dataclass(slots=True)
class Arrival:
    """One packet of a track, ready to be sent on. Not frozen only because there is one for every datagram."""

    index: int  # extended sequence number
    timestamp: int
    marker: bool
    codec: Codec
    level: int | None  # -dBov, of audio that tells (RFC 6464)
    payload: bytes
    at: float  # when it came, in seconds of the packet loop's clock
    is_entry: bool = False  # a decoder that has seen nothing can start here; known when it is handed on


class Outlet(Protocol):
    """Whoever receives a track's packets."""

    def take(self, track: "Track", arrival: Arrival) -> None:
        """Take one packet."""


class Track:
    """The audio or the video of one publisher. `outlets` is where enforcement shows: off air there are none."""

    def __init__(
        self, source: EndpointCode, kind: Kind, codecs: Mapping[int, Codec], ask: Callable[["Track"], None]
    ) -> None:
        """`codecs` by payload type; `ask` sends the publisher a request for a keyframe."""
        self.source = source
        self.kind = kind
        self.codecs = codecs
        self.rate = CLOCK_RATE[kind]
        self.ssrc: int | None = None  # known since its first packet
        self.outlets: tuple[Outlet, ...] = ()
        self.reception = Reception(self.rate)
        self.gaps = Gaps()
        self.height: int | None = None  # of a layer's picture, in pixels; known since its first keyframe
        self.clock: tuple[float, int] | None = None  # a moment and the timestamp captured then, by a sender report
        self._ask = ask
        self._asked = float("-inf")
        self._hurried_at = float("-inf")
        self._wanted = False

    def push(self, arrival: Arrival) -> None:
        """Hand a packet to every outlet."""
        if self.kind is Kind.VIDEO and begins_keyframe(arrival.codec, arrival.payload):
            arrival.is_entry = True
            self._wanted = False
            self._hurried_at = float("-inf")
        for outlet in self.outlets:
            outlet.take(self, arrival)

    def attach(self, outlet: Outlet) -> None:
        """Hand it every packet from now on."""
        if outlet not in self.outlets:
            self.outlets = (*self.outlets, outlet)

    def detach(self, outlet: Outlet) -> None:
        """Hand it no packet any more, from this moment."""
        self.outlets = tuple(other for other in self.outlets if other is not outlet)
        if not self.outlets:
            self.gaps.forget()
            self._wanted = False

    def want_keyframe(self, now: float, *, in_a_hurry: bool = False) -> None:
        """Ask the publisher for a keyframe now, or as soon as it may be asked again."""
        if self.kind is Kind.VIDEO:
            self._wanted = True
            if in_a_hurry:
                self._hurried_at = now
            self.remind(now)

    def remind(self, now: float) -> None:
        """Repeat a request for a keyframe that none has answered, when its time has come."""
        interval = _HURRIED_INTERVAL if now - self._hurried_at < _HURRY else PLI_INTERVAL
        if self._wanted and self.ssrc is not None and now - self._asked >= interval:
            self._asked = now
            self._ask(self)

    def timestamp_at(self, now: float) -> int:
        """Tell the timestamp of what is captured now: by the sender's report where there is one, else by arrival."""
        if self.clock is None:
            return self.reception.timestamp_at(now)
        moment, timestamp = self.clock
        return timestamp + round((now - moment) * self.rate)
