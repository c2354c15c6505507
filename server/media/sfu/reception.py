"""How one stream arrives: extended sequence numbers, loss and jitter (RFC 3550, sections 6.4.1 and A.1 to A.8)."""

from dataclasses import dataclass

from server.media.sfu.rtcp import ReceiverReport, SenderReport, middle


@dataclass(frozen=True, slots=True)
class Window:
    """What arrived between two readings."""

    packets: int
    expected: int
    octets: int
    frames: int  # distinct timestamps

    @property
    def loss(self) -> float:
        """The share of the expected packets that did not come, 0..1; duplicates can't make it negative."""
        return max(0.0, 1 - self.packets / self.expected) if self.expected > 0 else 0.0


class Reception:
    """The running count of one stream; times in seconds, jitter in timestamp units until asked for."""

    __slots__ = ("_base", "_mark", "_report", "_sender", "arrived", "frames", "highest", "jitter", "octets", "packets",
                 "rate", "timestamp")  # fmt: skip

    def __init__(self, rate: int) -> None:
        self.rate = rate  # timestamp units per second
        self.highest: int | None = None  # extended sequence number: 65536 and up
        self.packets = self.octets = self.frames = 0
        self.jitter = 0.0
        self.timestamp = 0  # of the newest packet
        self.arrived = 0.0  # when the newest packet came
        self._base = 0
        self._mark = (0, 0, 0, 0)
        self._report = (0, 0)
        self._sender: tuple[int, float] | None = None

    def count(self, sequence: int, timestamp: int, size: int, now: float) -> int:
        """Take one packet in; return its extended sequence number (RFC 3550, section A.1)."""
        self.packets += 1
        self.octets += size
        highest = self.highest
        if highest is None:
            self.highest = self._base = index = sequence + 0x10000
            self._mark, self._report = (0, index - 1, 0, 0), (0, index - 1)
            self.frames = 1
        else:
            index = highest + ((sequence - highest + 0x8000) & 0xFFFF) - 0x8000
            if index <= highest:
                return index
            self.highest = index
            elapsed = ((timestamp - self.timestamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
            self.jitter += (abs((now - self.arrived) * self.rate - elapsed) - self.jitter) / 16
            self.frames += elapsed != 0
        self.timestamp, self.arrived = timestamp, now
        return index

    def timestamp_at(self, now: float) -> int:
        """Guess the sender's timestamp at a moment near the newest packet."""
        return self.timestamp + round((now - self.arrived) * self.rate)

    def heard(self, report: SenderReport, now: float) -> None:
        """Remember a sender report for the next receiver report."""
        self._sender = (middle(report.ntp), now)

    def window(self) -> Window:
        """Read what came since the last reading."""
        packets, highest, octets, frames = self._mark
        self._mark = (self.packets, self.highest or 0, self.octets, self.frames)
        return Window(self.packets - packets, (self.highest or 0) - highest, self.octets - octets, self.frames - frames)

    def report(self, ssrc: int, now: float) -> ReceiverReport:
        """Make a report block on what came since the last one (RFC 3550, section A.3)."""
        packets, highest = self._report
        self._report = (self.packets, self.highest or 0)
        expected, received = (self.highest or 0) - highest, self.packets - packets
        fraction = max(0, expected - received) * 256 // expected if expected > 0 else 0
        lost = (self.highest or 0) - self._base + 1 - self.packets
        last, at = self._sender or (0, now)
        delay = min(round((now - at) * 65536), 0xFFFFFFFF)  # eighteen hours: a sender may have fallen silent
        return ReceiverReport(ssrc, min(fraction, 255), lost, self.highest or 0, int(self.jitter), last, delay)
