"""One publisher: what a source sends, how it arrives, and what the source is told about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.core.errors import ProtocolError
from server.core.ids import BriefingId, EndpointCode, MediaId
from server.media.plane import PublisherHealth, Signal
from server.media.sfu import rtcp, rtp
from server.media.sfu.answer import CNAME
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.keyframe import without_picture_id
from server.media.sfu.levels import Meter
from server.media.sfu.offer import Media
from server.media.sfu.srtp import MAX_PACKET
from server.media.sfu.track import Arrival, Track

OUR_SSRC = 1
"""How we call ourselves in reports to publishers: receivers need a number, not a secret."""

_MAX_PAYLOAD = MAX_PACKET - 40  # bytes: what is left after our header and its extensions; GStreamer sends 1388
_MAX_UNMEASURED = 10  # Opus packets waiting for the meter: two windows
_CLOCK_JUMP = 1.0  # seconds; a sender's clock that differs by more from one report to the next was set anew


@dataclass(frozen=True, slots=True)
class Inlet:
    """One m-line of a publisher."""

    track: Track
    ssrcs: frozenset[int]  # those announced; empty accepts the first that comes
    level_id: int | None
    feedback: frozenset[str]


class Publisher:
    """A source's audio and video, or the content it presents, fed with its decrypted packets."""

    def __init__(
        self,
        briefing: BriefingId,
        source: EndpointCode,
        media: MediaId,
        lines: Mapping[Kind, Media],
        *,
        send: Callable[[bytes], None],
        on_published: Callable[["Publisher"], None],
        on_left: Callable[[], None],
        epoch: float,
        content: bool = False,
    ) -> None:
        """`send` protects and sends RTCP; `epoch` is what the loop's clock lacks to be seconds since 1970."""
        self.briefing = briefing
        self.source = source
        self.media = media
        self.content = content
        self.is_published = False
        self.told = 0  # bit/s, the REMB last sent
        self.round_trip: float | None = None
        self.signals: frozenset[Signal] = frozenset()  # what is wrong with what it sends
        self.loudest: int | None = None  # -dBov, since the last window was taken
        self.meter: Meter | None = None  # of a publisher that does not send levels
        self.unmeasured: list[bytes] = []  # Opus payloads that came without a level
        self._inlets = {kind: self._inlet(kind, line) for kind, line in lines.items()}
        self._by_ssrc: dict[int, Inlet] = {}
        self._send = send
        self._on_published = on_published
        self._on_left = on_left
        self._ended: set[int] = set()  # SSRCs that said goodbye
        self._epoch = epoch
        self._skew: float | None = None  # our clock minus the sender's, by its quickest report

    def track(self, kind: Kind) -> Track | None:
        """Return its audio or its video, where it has one."""
        inlet = self._inlets.get(kind)
        return inlet.track if inlet else None

    @property
    def pictures(self) -> tuple[Track, ...]:
        """Its video layers that arrive now, smallest first."""
        video = self.track(Kind.VIDEO)
        return (video,) if video is not None and video.ssrc is not None else ()

    @property
    def tracks(self) -> tuple[Track, ...]:
        """Its tracks."""
        return tuple(inlet.track for inlet in self._inlets.values())

    def on_connected(self, now: float) -> None:
        """Wait for the first packet: only then is the source on the plane."""

    def on_moved(self) -> None:
        """Nothing depends on where it sends from."""

    def on_rtp(self, data: bytes, now: float) -> None:
        """Take one packet. Raises ProtocolError, also when it is of none of this publisher's streams."""
        packet = rtp.parse(data)
        inlet = self._by_ssrc.get(packet.ssrc) or self._bind(packet)
        codec = inlet.track.codecs.get(packet.payload_type)
        if codec is None or len(packet.payload) > _MAX_PAYLOAD:
            raise ProtocolError("RTP packet does not fit its stream")
        track = inlet.track
        index = track.reception.count(packet.sequence, packet.timestamp, len(data), now)
        level = self._measure(packet, inlet) if codec is Codec.OPUS else None
        if not self.is_published:
            self.is_published = True
            self._on_published(self)
        if track.outlets:
            self._repair(inlet, index, now)
            payload = without_picture_id(packet.payload) if codec is Codec.VP8 else packet.payload
            track.push(Arrival(index, packet.timestamp, packet.marker, codec, level, payload, now))

    def on_rtcp(self, data: bytes, now: float) -> None:
        """Take one compound packet. Raises ProtocolError."""
        for report in rtcp.parse(data):
            if isinstance(report, rtcp.SenderReport):
                self._hear(report, now)
            elif isinstance(report, rtcp.RoundTrip):
                ntp = rtcp.ntp_of(now + self._epoch)
                self.round_trip = rtcp.round_trip(ntp, report.last, report.delay) or self.round_trip
            elif isinstance(report, rtcp.Bye):
                self._hear_goodbye(report.ssrcs)

    def tell(self, rate: int) -> None:
        """Ration the uplink: tell the source its rate in bit/s."""
        limited = [inlet for inlet in self._inlets.values() if "goog-remb" in inlet.feedback]
        ssrcs = [inlet.track.ssrc for inlet in limited if inlet.track.ssrc is not None]
        if ssrcs:
            self.told = rate
            self._send(self._head() + rtcp.rate_limit(OUR_SSRC, ssrcs, rate))

    def report(self, now: float) -> None:
        """Send receiver reports, and ask for the round trip."""
        heard = [(track.ssrc, track) for track in self.tracks if track.ssrc is not None]
        blocks = [track.reception.report(ssrc, now) for ssrc, track in heard]
        ntp = rtcp.ntp_of(now + self._epoch)
        head = rtcp.receiver_report(OUR_SSRC, blocks) + rtcp.description(OUR_SSRC, CNAME)
        self._send(head + rtcp.reference_time(OUR_SSRC, ntp))

    def remind(self, now: float) -> None:
        """Ask again for what was asked for and has not come: lost packets, keyframes."""
        for inlet in self._inlets.values():
            inlet.track.remind(now)
            self._nack(inlet, inlet.track.gaps.again())

    def take_level(self) -> int | None:
        """Take the loudest level of the window that ends now."""
        loudest, self.loudest = self.loudest, None
        return loudest

    def hear_level(self, level: int) -> None:
        """Note a level of the running window."""
        if self.loudest is None or level < self.loudest:
            self.loudest = level

    def health(self, seconds: float) -> PublisherHealth:
        """Sum up what came since the last call."""
        windows = {kind: inlet.track.reception.window() for kind, inlet in self._inlets.items()}
        expected = sum(window.expected for window in windows.values())
        missing = sum(window.expected * window.loss for window in windows.values())
        audio, video = self.track(Kind.AUDIO), windows.get(Kind.VIDEO)
        return PublisherHealth(
            source=self.source,
            media=self.media,
            bitrate=round(8 * sum(window.octets for window in windows.values()) / seconds),
            loss=missing / expected if expected > 0 else 0.0,
            round_trip=self.round_trip,
            jitter=audio.reception.jitter / audio.rate if audio else 0.0,
            frames=video.frames / seconds if video else 0.0,
            told=self.told,
            signals=self.signals,
            content=self.content,
        )

    def _inlet(self, kind: Kind, line: Media) -> Inlet:
        codecs = {form.payload_type: form.codec for form in line.formats}
        feedback = frozenset(name for form in line.formats for name in form.feedback)
        track = Track(self.source, kind, codecs, self._ask_keyframe)
        return Inlet(track, frozenset(line.ssrcs), line.extensions.level, feedback)

    def _bind(self, packet: rtp.Packet) -> Inlet:
        """Find the m-line of a new SSRC by its payload type (RFC 8843, section 9.2); each m-line has one stream."""
        for inlet in self._inlets.values():
            announced = not inlet.ssrcs or packet.ssrc in inlet.ssrcs
            if inlet.track.ssrc is None and packet.payload_type in inlet.track.codecs and announced:
                inlet.track.ssrc = packet.ssrc
                self._by_ssrc[packet.ssrc] = inlet
                return inlet
        raise ProtocolError("RTP packet of a stream that was not offered")

    def _measure(self, packet: rtp.Packet, inlet: Inlet) -> int | None:
        level = None if inlet.level_id is None else rtp.audio_level(packet, inlet.level_id)
        if level is not None:
            self.hear_level(level)
        elif len(self.unmeasured) < _MAX_UNMEASURED:
            self.unmeasured.append(packet.payload)
        return level

    def _repair(self, inlet: Inlet, index: int, now: float) -> None:
        """Ask for what is missing before this packet."""
        lost = inlet.track.gaps.note(index)
        if lost is None:
            inlet.track.want_keyframe(now)
        elif lost:
            self._nack(inlet, lost)

    def _nack(self, inlet: Inlet, indices: range | list[int]) -> None:
        if indices and "nack" in inlet.feedback and inlet.track.ssrc is not None:
            self._send(self._head() + rtcp.nack(OUR_SSRC, inlet.track.ssrc, indices))

    def _ask_keyframe(self, track: Track) -> None:
        if track.ssrc is not None and "nack pli" in self._inlets[track.kind].feedback:
            self._send(self._head() + rtcp.keyframe_request(OUR_SSRC, track.ssrc))

    def _head(self) -> bytes:
        """Begin a compound packet (RFC 3550, section 6.1); this one reports on nothing."""
        return rtcp.receiver_report(OUR_SSRC, ()) + rtcp.description(OUR_SSRC, CNAME)

    def _hear(self, report: rtcp.SenderReport, now: float) -> None:
        """Learn which of our moments belongs to which timestamp: all tracks of a sender share its clock."""
        inlet = self._by_ssrc.get(report.ssrc)
        if inlet is None:
            return
        inlet.track.reception.heard(report, now)
        sent = rtcp.unix_of(report.ntp)
        if self._skew is None or abs(now - sent - self._skew) > _CLOCK_JUMP:
            self._skew = now - sent
        self._skew = min(self._skew, now - sent)
        inlet.track.clock = (sent + self._skew, report.timestamp)

    def _hear_goodbye(self, ssrcs: tuple[int, ...]) -> None:
        """Note the streams that end; with the last of them the publisher has left (RFC 3550, section 6.6)."""
        self._ended.update(self._by_ssrc.keys() & set(ssrcs))
        if self._ended and self._ended >= self._by_ssrc.keys():
            self._on_left()
