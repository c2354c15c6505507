"""What a subscriber receives, counted by slot without decoding anything (RFC 3550, appendix A)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from endpoints import rtcp, rtp
from endpoints.sdp import Section

SLOTS = ("stage", "hub")
CLOCKS = {"audio": 48_000, "video": 90_000}  # Hz
_HALF = 0x8000


@dataclass
class Received:
    """One stream's arrival."""

    slot: str  # stage or hub
    kind: str  # audio or video
    packets: int = 0
    octets: int = 0  # of whole packets
    frames: int = 0  # packets with the marker: pictures, for video
    loudest: int = rtp.SILENCE  # -dBov, since the last `quieten`
    last_at: float | None = None  # monotonic seconds
    jitter: float = 0.0  # seconds


@dataclass
class _Track:
    """One SSRC of a stream and what a receiver report needs of it."""

    stream: Received
    level_id: int | None
    first: int
    highest: int  # extended
    packets: int = 0
    expected_before: int = 0
    packets_before: int = 0
    transit: float | None = None
    report: int = 0  # middle of the NTP time of the last SR
    report_at: float = 0.0


@dataclass
class Reception:
    """Everything one subscriber receives."""

    sections: tuple[Section, ...]
    streams: dict[tuple[str, str], Received] = field(init=False)
    strangers: int = 0  # packets of streams the answer did not announce

    def __post_init__(self) -> None:
        self.streams = {}
        self._tracks: dict[int, _Track] = {}
        self._announced: dict[int, tuple[Received, Section]] = {}
        for section, slot in zip(self.sections, _slots(self.sections), strict=True):
            stream = self.streams.setdefault((slot, section.kind), Received(slot, section.kind))
            self._announced |= dict.fromkeys(section.ssrcs, (stream, section))

    def take(self, packet: bytes, now: float) -> None:
        """Count one RTP packet at a time of the monotonic clock. Raises ValueError for what is no RTP."""
        header = rtp.read(packet)
        track = self._tracks.get(header.ssrc) or self._begin(header)
        if track is None:
            self.strangers += 1
            return
        stream = track.stream
        track.packets += 1
        stream.packets += 1
        stream.octets += len(packet)
        stream.frames += header.marker
        stream.last_at = now
        step = (header.sequence - track.highest) & 0xFFFF
        if step < _HALF:
            track.highest += step
        _measure_jitter(track, header.timestamp / CLOCKS[stream.kind], now)
        if track.level_id is not None and header.extension:
            heard = rtp.level_of(header.extension, track.level_id)
            stream.loudest = min(stream.loudest, rtp.SILENCE if heard is None else heard)

    def _begin(self, header: rtp.Header) -> _Track | None:
        """Meet an SSRC for the first time; None when the answer has not announced it."""
        if header.ssrc not in self._announced:
            return None
        stream, section = self._announced[header.ssrc]
        track = _Track(stream, section.level_id, first=header.sequence, highest=header.sequence)
        self._tracks[header.ssrc] = track
        return track

    def heard_report(self, sent: rtcp.Sent, now: float) -> None:
        """Note a sender report, for the round trip the sender computes from ours."""
        if track := self._tracks.get(sent.ssrc):
            track.report, track.report_at = sent.ntp_middle, now

    def blocks(self, now: float) -> Iterable[rtcp.Block]:
        """Return the report blocks of the streams received, and begin the next interval."""
        return [_block(ssrc, track, now) for ssrc, track in self._tracks.items()]

    def packets(self, slot: str) -> int:
        """Count what has arrived in a slot, sound and picture."""
        return sum(stream.packets for stream in self.streams.values() if stream.slot == slot)

    def quieten(self) -> None:
        """Forget the loudest levels heard so far."""
        for stream in self.streams.values():
            stream.loudest = rtp.SILENCE


def _slots(sections: tuple[Section, ...]) -> list[str]:
    """Name the slot of each m-line: the first of a kind is the stage, the second the hub."""
    seen: dict[str, int] = {}
    slots = []
    for section in sections:
        number = seen[section.kind] = seen.get(section.kind, -1) + 1
        slots.append(SLOTS[number])
    return slots


def _measure_jitter(track: _Track, media_time: float, now: float) -> None:
    """Follow RFC 3550, section 6.4.1; a jump of more than a second is another source, not jitter."""
    transit = now - media_time
    if track.transit is not None and (step := abs(transit - track.transit)) < 1:
        track.stream.jitter += (step - track.stream.jitter) / 16
    track.transit = transit


def _block(ssrc: int, track: _Track, now: float) -> rtcp.Block:
    expected = track.highest - track.first + 1
    interval = expected - track.expected_before
    missing = max(0, interval - (track.packets - track.packets_before))
    track.expected_before, track.packets_before = expected, track.packets
    return rtcp.Block(
        ssrc=ssrc,
        fraction_lost=min(255, 256 * missing // interval) if interval else 0,
        lost=max(0, expected - track.packets),
        highest=track.highest & 0xFFFFFFFF,
        jitter=round(track.stream.jitter * CLOCKS[track.stream.kind]),
        last_report=track.report,
        delay=round((now - track.report_at) * 65536) & 0xFFFFFFFF if track.report else 0,
    )
