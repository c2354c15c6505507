"""One subscriber: which cohort it listens in, and what it says about its reception."""

from collections.abc import Callable
from typing import Protocol

from server.core.errors import ProtocolError
from server.core.ids import BriefingId, EndpointCode, MediaId
from server.media.plane import SubscriberHealth
from server.media.sfu import rtcp
from server.media.sfu.answer import CNAME
from server.media.sfu.codec import Kind
from server.media.sfu.cohort import Cohort
from server.media.sfu.downlink import Downlink
from server.media.sfu.fanout import Target
from server.media.sfu.holes import Deliveries
from server.media.sfu.retransmission import Retransmission
from server.media.sfu.stream import Stream

_RESENDS = 100  # packets sent again to one subscriber between two refills; more would amplify
_SHARE = 0.4  # of the bytes of pictures, that may be sent again: 20 % loss needs 0.25, a full line would lose more
_LEAST = 2_000  # bytes that may be sent again between two refills, whatever is sent
_SAVED = 5  # refills that may be saved up
_TENDED = 0.1  # seconds between two looks after a narrow line


class Path(Protocol):
    """The transport to a subscriber."""

    @property
    def target(self) -> Target | None:
        """How and where packets go; None before the handshake is done."""

    def send_rtp(self, packet: bytes) -> None:
        """Send one packet."""

    def send_rtcp(self, packet: bytes) -> None:
        """Send one compound packet."""


class Subscriber:
    """A viewer's one or two slots."""

    def __init__(
        self,
        briefing: BriefingId,
        viewer: EndpointCode | None,
        media: MediaId,
        path: Path,
        *,
        on_line_changed: Callable[["Subscriber", float], None],
        epoch: float,
    ) -> None:
        """`on_line_changed` is called when the line carries other pictures than are sent, with the time.

        `epoch` is what the loop's clock lacks to be seconds since 1970.
        """
        self.briefing = briefing
        self.viewer = viewer
        self.media = media
        self.cohort: Cohort
        self.downlink = Downlink()
        self._resends = _RESENDS
        self._allowance: float = _SAVED * _LEAST  # bytes of pictures that may be sent again
        self._path = path
        self._on_line_changed = on_line_changed
        self._epoch = epoch
        self._deliveries: dict[int, Deliveries] = {}  # by SSRC
        self._loss: dict[int, float] = {}  # by SSRC, of the latest report
        self._answered: dict[int, int] = {}  # by SSRC: the sender report that was spoken of last
        self._round_trip: float | None = None
        self._joined: dict[int, int] = {}  # by SSRC: the first sequence number it may ask for, extended
        self._again: dict[int, Retransmission | None] = {}  # by SSRC
        self._octets = 0  # the cohort's count at the last reading
        self._resent = 0  # bytes, since the last reading

    @property
    def target(self) -> Target | None:
        """How and where packets go; None before the handshake is done."""
        return self._path.target

    def on_connected(self, now: float) -> None:
        """Begin to receive, with the keyframe that all the others have just had, or with one soon."""
        self._octets = self.cohort.octets
        self.cohort.refresh()
        for stream in self.cohort.streams.values():
            opening = stream.opening(now)
            self._joined[stream.ssrc] = stream.following - len(opening)
            self._again[stream.ssrc] = stream.retransmission()
            for packet in opening:
                self._path.send_rtp(packet)
            if stream.kind is Kind.VIDEO and not opening:
                stream.want_keyframe(now)

    def on_moved(self) -> None:
        """Go on at the new address."""
        self.cohort.refresh()

    def on_rtp(self, data: bytes, now: float) -> None:  # noqa: ARG002 - the protocol of handlers
        """Refuse media: a subscriber has none to give. Always raises ProtocolError."""
        raise ProtocolError("RTP packet of a subscriber")

    def on_rtcp(self, data: bytes, now: float) -> None:
        """Take one compound packet of feedback. Raises ProtocolError."""
        for report in rtcp.parse(data):
            if isinstance(report, rtcp.ReceiverReport):
                self._hear(report, now)
            elif isinstance(report, rtcp.Nack):
                self._repair(report, now)
            elif isinstance(report, rtcp.Estimate):
                self._estimate(report, now)
            elif isinstance(report, rtcp.KeyframeRequest) and (stream := self._stream(report.ssrc)):
                stream.want_keyframe(now)
        self._judge(now)

    def tend(self, now: float) -> None:
        """Look after a narrow line, ten times a second: try whether it carries more by now."""
        self._judge(now)
        needs, share = self.cohort.needs, self.downlink.share
        octets = self.downlink.padding(needs, needs[share], now) * _TENDED / 8
        if octets:
            next(iter(self.cohort.pictures.values())).pad(round(octets), now)

    def report(self, now: float) -> None:
        """Send the sender reports that keep lips and voice together."""
        ntp = rtcp.ntp_of(now + self._epoch)
        for stream in self.cohort.streams.values():
            report = stream.sender_report(now, ntp)
            if report is not None:
                self._path.send_rtcp(report + rtcp.description(stream.ssrc, CNAME))

    def health(self, seconds: float) -> SubscriberHealth:
        """Sum up what was sent since the last call and what the subscriber last reported."""
        octets = self.cohort.octets - self._octets + self._resent if self.target else 0
        self._octets, self._resent = self.cohort.octets, 0
        return SubscriberHealth(
            viewer=self.viewer,
            media=self.media,
            bitrate=round(8 * octets / seconds),
            loss=max(self._loss.values(), default=0.0),
            round_trip=self._round_trip,
            estimate=self.downlink.estimate,
            picture=self.downlink.picture,
        )

    def refill(self) -> None:
        """Allow retransmissions again, ten times a second."""
        self._resends = _RESENDS
        refill = max(_LEAST, _SHARE * self.cohort.rate * _TENDED / 8)
        self._allowance = min(self._allowance + refill, _SAVED * refill)

    def _stream(self, ssrc: int) -> Stream | None:
        return next((stream for stream in self.cohort.streams.values() if stream.ssrc == ssrc), None)

    def _hear(self, report: rtcp.ReceiverReport, now: float) -> None:
        stream = self._stream(report.ssrc)
        if stream is None:
            return
        delivery = self._deliveries.setdefault(report.ssrc, Deliveries()).take(report, stream.unsent(report.highest))
        self._loss[report.ssrc] = delivery.loss
        if stream.kind is Kind.VIDEO:
            self.downlink.evidence.take_delivery(report.ssrc, delivery, now)
        if report.last == self._answered.get(report.ssrc):
            return  # the same sender report again: how long it took is known
        self._answered[report.ssrc] = report.last
        measured = rtcp.round_trip(rtcp.ntp_of(now + self._epoch), report.last, report.delay)
        if measured is not None:
            self._round_trip = measured
            self.downlink.evidence.take_round_trip(measured, now)

    def _estimate(self, report: rtcp.Estimate, now: float) -> None:
        own = [stream.ssrc for stream in self.cohort.pictures.values() if stream.ssrc in report.ssrcs]
        if own:
            self.downlink.evidence.take_estimate(report.rate, own, self.cohort.rate, now)

    def _judge(self, now: float) -> None:
        cohort = self.cohort
        if self.downlink.judge(cohort.needs, cohort.rate, now) is not cohort.share:
            self._on_line_changed(self, now)

    def _repair(self, request: rtcp.Nack, now: float) -> None:
        stream = self._stream(request.ssrc)
        if stream is None or stream.ssrc not in self._joined:
            return
        again = self._again[stream.ssrc]
        for packet in stream.again(request.sequences, since=self._joined[stream.ssrc]):
            if self._resends == 0 or (stream.kind is Kind.VIDEO and self._allowance < len(packet)):
                return
            self._resends -= 1
            self._allowance -= len(packet) * (stream.kind is Kind.VIDEO)
            self._resent += len(packet)
            self._path.send_rtp(packet if again is None else again.wrap(packet, now))
