"""One publisher: what a source sends, how it arrives, and what the source is told about it."""

from collections.abc import Callable, Mapping, Sequence

from server.core.errors import ProtocolError
from server.core.ids import BriefingId, EndpointCode, MediaId
from server.media.plane import PublisherHealth, Signal
from server.media.sfu import rtcp, rtp
from server.media.sfu.answer import CNAME
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.inlet import Inlet
from server.media.sfu.keyframe import without_picture_id
from server.media.sfu.offer import Media
from server.media.sfu.pictures import Pictures
from server.media.sfu.srtp import MAX_PACKET
from server.media.sfu.track import Arrival, Track
from server.media.sfu.uplink import Uplink

OUR_SSRC = 1
"""How we call ourselves in reports to publishers: receivers need a number, not a secret."""

_MAX_PAYLOAD = MAX_PACKET - 40  # bytes: what is left after our header and its extensions; GStreamer sends 1388
_OSN = 2  # bytes: the original sequence number (RFC 4588, section 4)
_MAX_UNMEASURED = 10  # Opus packets waiting to be measured: two windows
_ROUND_TRIP = 0.1  # seconds, before the first was measured
_MATERIAL = 0.97  # a rate below this share of the one last told is told at once
_CLOCK_JUMP = 1.0  # seconds; a sender's clock that differs by more from one report to the next was set anew
_CREEP = 0.0002  # seconds a second by which a sender's clock may fall behind ours: it is followed, or is off at last


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
        on_pictures: Callable[[], None],
        on_left: Callable[[], None],
        epoch: float,
        since: float,
        content: bool = False,
    ) -> None:
        """`send` protects and sends RTCP; `since` is when the offer was taken, by the loop's clock.

        `epoch` is what that clock lacks to be seconds since 1970; `on_pictures` is called when other layers of its
        picture arrive than before.
        """
        self.briefing = briefing
        self.source = source
        self.media = media
        self.content = content
        self.since = since
        self.is_published = False
        self.ration = 0  # bit/s, what it may send at most
        self.told = 0  # bit/s, the REMB last sent: less than the ration where the line carries less
        self.round_trip: float | None = None
        self.signals: frozenset[Signal] = frozenset()  # what is wrong with what it sends
        self.loudest: int | None = None  # -dBov, since the last window was taken
        self._loudest_of_second: int | None = None  # of the windows since the last health
        self.unmeasured: list[bytes] = []  # Opus payloads that came without a level, or with one that is not believed
        self._is_believed = True  # the levels in its packets are those of its sound
        self._inlets = tuple(
            Inlet(source, line, rid, self._ask_keyframe) for line in lines.values() for rid in line.rids or (None,)
        )
        self._by_ssrc: dict[int, Inlet] = {}  # of streams and of their retransmissions
        self._feedback = {inlet.track: inlet.feedback for inlet in self._inlets}
        self._pictures = Pictures([track for track in self.tracks if track.kind is Kind.VIDEO])
        self._uplink = Uplink()
        self._send = send
        self._on_published = on_published
        self._on_pictures = on_pictures
        self._on_left = on_left
        self._ended: set[int] = set()  # SSRCs that said goodbye
        self._epoch = epoch
        self._skew: float | None = None  # our clock minus the sender's, by its quickest report
        self._skewed = 0.0  # when that was known last

    def track(self, kind: Kind) -> Track | None:
        """Return its audio, or its video, the largest layer that arrives; None where it has none."""
        if kind is Kind.VIDEO and self.pictures:
            return self.pictures[-1]
        return next((track for track in self.tracks if track.kind is kind), None)

    @property
    def pictures(self) -> tuple[Track, ...]:
        """Its video layers that arrive now, smallest first."""
        return self._pictures.arriving

    @property
    def is_layered(self) -> bool:
        """Whether it may send several layers of its picture (simulcast)."""
        return any(inlet.rid is not None for inlet in self._inlets)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """Its tracks, each layer of its picture one."""
        return tuple(inlet.track for inlet in self._inlets)

    def on_connected(self, now: float) -> None:
        """Wait for the first packet: only then is the source on the plane."""

    def on_moved(self) -> None:
        """Forget what was known of its line: this is another."""
        self._uplink.renew()

    def on_rtp(self, data: bytes, now: float) -> None:
        """Take one packet. Raises ProtocolError, also when it is of none of this publisher's streams."""
        packet = rtp.parse(data)
        inlet = self._by_ssrc.get(packet.ssrc) or self._bind(packet)
        if self._uplink.is_watched and inlet.time_id is not None:
            self._watch(packet, inlet.time_id, len(data), now)
        track = inlet.track
        if packet.ssrc != track.ssrc:
            self._restore(inlet, packet, now)
            return
        codec = track.codecs.get(packet.payload_type)
        if codec is None or len(packet.payload) > _MAX_PAYLOAD:
            raise ProtocolError("RTP packet does not fit its stream")
        index = track.reception.count(packet.sequence, packet.timestamp, len(data), now)
        level = self._measure(packet, inlet) if codec is Codec.OPUS else None
        if not self.is_published:
            self.is_published = True
            self._on_published(self)
        if track.kind is Kind.VIDEO and self._pictures.note(track, codec, packet.payload):
            self._ended.discard(packet.ssrc)
            self._on_pictures()
        if track.outlets and track.gaps.awaits(index):
            self._repair(inlet, index, now)
            _push(track, Arrival(index, packet.timestamp, packet.marker, codec, level, packet.payload, now))

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

    def tell(self, ration: int, *, watch: bool) -> None:
        """Ration the uplink: tell the source its rate in bit/s, less where its line carries less.

        The line is watched only where it is asked for more than every line must carry.
        """
        self.ration = ration
        self._uplink.watch(watch)
        self._tell(self._uplink.allow(ration))

    def report(self, now: float) -> None:
        """Send receiver reports, and ask for the round trip."""
        heard = [(track.ssrc, track) for track in self.tracks if track.ssrc is not None]
        blocks = [track.reception.report(ssrc, now) for ssrc, track in heard]
        ntp = rtcp.ntp_of(now + self._epoch)
        head = rtcp.receiver_report(OUR_SSRC, blocks) + rtcp.description(OUR_SSRC, CNAME)
        self._send(head + rtcp.reference_time(OUR_SSRC, ntp))

    def remind(self, now: float) -> None:
        """Ask again for what was asked for and has not come: lost packets, keyframes."""
        for inlet in self._inlets:
            inlet.track.remind(now)
            if inlet.track.gaps.give_up(now):
                inlet.track.want_keyframe(now)
            self._ask_again(inlet, now)
        if self._pictures.drop_silent():
            self._on_pictures()

    def take_level(self) -> int | None:
        """Take the loudest level of the window that ends now."""
        loudest, self.loudest = self.loudest, None
        self._loudest_of_second = louder(self._loudest_of_second, loudest)
        return loudest

    def distrust_levels(self) -> None:
        """Have its sound measured for as long as it publishes: what its packets tell of it is wrong."""
        self._is_believed = False

    def hear_level(self, level: int) -> None:
        """Note a level of the running window."""
        self.loudest = louder(self.loudest, level)

    def health(self, seconds: float) -> PublisherHealth:
        """Sum up what came since the last call."""
        windows = [(track.kind, track.reception.window()) for track in self.tracks]
        expected = sum(window.expected for _, window in windows)
        missing = sum(window.expected * window.loss for _, window in windows)
        bitrate = round(8 * sum(window.octets for _, window in windows) / seconds)
        loss = missing / expected if expected > 0 else 0.0
        self._uplink.second(loss, bitrate)
        loudest, self._loudest_of_second = self._loudest_of_second, None
        audio = self.track(Kind.AUDIO)
        return PublisherHealth(
            source=self.source,
            media=self.media,
            bitrate=bitrate,
            loss=loss,
            round_trip=self.round_trip,
            jitter=audio.reception.jitter / audio.rate if audio else 0.0,
            frames=max((window.frames for kind, window in windows if kind is Kind.VIDEO), default=0) / seconds,
            told=self.told,
            estimate=self._uplink.limit,
            signals=self.signals,
            content=self.content,
            loudest=loudest,
        )

    def _bind(self, packet: rtp.Packet) -> Inlet:
        """Find the stream of a new SSRC (RFC 8843, section 9.2)."""
        inlet = next((inlet for inlet in self._inlets if inlet.claims(packet)), None)
        if inlet is None:
            raise ProtocolError("RTP packet of a stream that was not offered")
        self._by_ssrc[packet.ssrc] = inlet
        return inlet

    def _watch(self, packet: rtp.Packet, time_id: int, size: int, now: float) -> None:
        """Have the line judged by when packets were sent, and tell the source at once when it is too full."""
        sent = rtp.abs_send_time(packet, time_id)
        if sent is not None and self._uplink.take(sent, size, now, self.round_trip):
            rate = self._uplink.allow(self.ration)
            if rate < _MATERIAL * self.told:
                self._tell(rate)

    def _restore(self, inlet: Inlet, packet: rtp.Packet, now: float) -> None:
        """Take a retransmission as the packet that was missing (RFC 4588, section 4).

        What is not missing was sent to probe the line.
        """
        codec = inlet.rtx.get(packet.payload_type)
        if codec is None or len(packet.payload) > _MAX_PAYLOAD:
            raise ProtocolError("RTP packet does not fit its stream")
        if len(packet.payload) > _OSN and (index := inlet.track.gaps.fill(int.from_bytes(packet.payload[:_OSN]))):
            payload = packet.payload[_OSN:]
            _push(inlet.track, Arrival(index, packet.timestamp, packet.marker, codec, None, payload, now))

    def _measure(self, packet: rtp.Packet, inlet: Inlet) -> int | None:
        level = None if inlet.level_id is None else rtp.audio_level(packet, inlet.level_id)
        if level is not None and self._is_believed:
            self.hear_level(level)
        elif len(self.unmeasured) < _MAX_UNMEASURED:
            self.unmeasured.append(packet.payload)
        return level

    def _repair(self, inlet: Inlet, index: int, now: float) -> None:
        """Ask for what is missing before this packet, and once more for what is missing since a round trip."""
        lost = inlet.track.gaps.note(index, now, self._wait)
        if lost is None:
            inlet.track.want_keyframe(now)
        elif lost:
            self._nack(inlet, lost)
        elif inlet.track.gaps.due <= now:
            self._ask_again(inlet, now)

    @property
    def _wait(self) -> float:
        return _ROUND_TRIP if self.round_trip is None else self.round_trip

    def _ask_again(self, inlet: Inlet, now: float) -> None:
        self._nack(inlet, inlet.track.gaps.again(now, self._wait))

    def _nack(self, inlet: Inlet, indices: Sequence[int]) -> None:
        if indices and "nack" in inlet.feedback and inlet.track.ssrc is not None:
            self._send(self._head() + rtcp.nack(OUR_SSRC, inlet.track.ssrc, indices))

    def _ask_keyframe(self, track: Track) -> None:
        if track.ssrc is not None and "nack pli" in self._feedback[track]:
            self._send(self._head() + rtcp.keyframe_request(OUR_SSRC, track.ssrc))

    def _tell(self, rate: int) -> None:
        limited = [inlet for inlet in self._inlets if "goog-remb" in inlet.feedback]
        ssrcs = [inlet.track.ssrc for inlet in limited if inlet.track.ssrc is not None]
        if ssrcs:
            self.told = rate
            self._send(self._head() + rtcp.rate_limit(OUR_SSRC, ssrcs, rate))

    def _head(self) -> bytes:
        """Begin a compound packet (RFC 3550, section 6.1); this one reports on nothing."""
        return rtcp.receiver_report(OUR_SSRC, ()) + rtcp.description(OUR_SSRC, CNAME)

    def _hear(self, report: rtcp.SenderReport, now: float) -> None:
        """Learn which of our moments belongs to which timestamp: all tracks of a sender share its clock."""
        inlet = self._by_ssrc.get(report.ssrc)
        if inlet is None or report.ssrc != inlet.track.ssrc:
            return
        inlet.track.reception.heard(report, now)
        sent = rtcp.unix_of(report.ntp)
        if self._skew is None or abs(now - sent - self._skew) > _CLOCK_JUMP:
            self._skew = now - sent
        self._skew = min(self._skew + _CREEP * (now - self._skewed), now - sent)
        self._skewed = now
        inlet.track.clock = (sent + self._skew, report.timestamp)

    def _hear_goodbye(self, ssrcs: tuple[int, ...]) -> None:
        """Note the streams that end; with the last of them the publisher has left (RFC 3550, section 6.6)."""
        streams = {track.ssrc for track in self.tracks if track.ssrc is not None}
        self._ended.update(streams & set(ssrcs))
        if self._ended and self._ended >= streams:
            self._on_left()
        elif self._pictures.drop(self._ended):
            self._on_pictures()


def _push(track: Track, arrival: Arrival) -> None:
    if arrival.codec is Codec.VP8:
        arrival.payload = without_picture_id(arrival.payload)
    track.push(arrival)


def louder(one: int | None, other: int | None) -> int | None:
    """Return the louder of two levels, in -dBov; None is no sound at all."""
    return min((level for level in (one, other) if level is not None), default=None)
