"""A line and a receiver in numbers, for rules that judge lines: queue and loss, estimates and reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.media.sfu.downlink import Downlink, Needs, Share
from server.media.sfu.holes import Delivery

STEP = 0.1  # seconds


@dataclass
class Line:
    """Carries what is sent, and tells how much of it arrives and how late."""

    rate: float = float("inf")  # bit/s
    queue: float = 0.3  # seconds; what would wait longer is lost
    loss: float = 0.0  # besides, 0..1
    waiting: float = 0.0  # bits

    def carry(self, bits: float) -> float:
        """Return how many bits of these are taken in this step."""
        taken = bits * (1 - self.loss)
        if self.rate == float("inf"):
            return taken
        taken = min(taken, self.rate * (self.queue + STEP) - self.waiting)
        self.waiting = max(0.0, self.waiting + taken - self.rate * STEP)
        return taken

    @property
    def delay(self) -> float:
        """Seconds that a packet waits now."""
        return self.waiting / self.rate


@dataclass
class Receiver:
    """A browser's receiver: estimates by growing delay, at most 1.5 times what arrives; reports once a second."""

    estimates: bool
    estimate: float | None = None
    arrived: list[float] = field(default_factory=list)  # bits, of each step
    _delay: float = 0.0
    _expected: float = 0.0
    _lost: float = 0.0

    def take(self, sent: float, taken: float, line: Line) -> int | None:
        """Take a step's bits; return an estimate to send at once."""
        self.arrived.append(min(taken, line.rate * STEP))
        self._expected += sent
        self._lost += sent - taken
        if not self.estimates or not sent:
            return None
        throughput = sum(self.arrived[-10:]) / STEP / 10
        grows = line.delay > self._delay + 0.01
        self._delay = line.delay
        before = self.estimate
        if grows:
            self.estimate = min(self.estimate or float("inf"), 0.85 * throughput)
        elif self.estimate is not None:
            self.estimate = max(self.estimate, min(self.estimate * 1.008, 1.5 * throughput + 10_000))
        elif len(self.arrived) > 50:
            self.estimate = throughput
        hurries = self.estimate is not None and (before is None or self.estimate < 0.97 * before)
        return round(self.estimate or 0) if hurries else None

    def report(self) -> Delivery:
        """Sum up the last second, in packets of 1,000 bytes."""
        delivery = Delivery(round(self._expected / 8_000), self._lost / 8_000)
        self._expected = self._lost = 0.0
        return delivery


@dataclass
class Trial:
    """A downlink on a line, step by step; `log` has each second's share."""

    needs: Needs
    line: Line = field(default_factory=Line)
    estimates: bool = True
    round_trip: float = 0.05
    now: float = 1_000.0
    log: list[Share] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)  # seconds a packet waited, of each step
    losses: list[float] = field(default_factory=list)  # by the queue, of each step

    def __post_init__(self) -> None:
        self.downlink = Downlink()
        self.receiver = Receiver(self.estimates)
        self._sent = [0.0] * 10

    def run(self, seconds: float) -> list[Share]:
        """Let time pass; return the share of each of these seconds."""
        before = len(self.log)
        for _ in range(round(seconds / STEP)):
            self._step()
        return self.log[before:]

    def _step(self) -> None:
        self.now += STEP
        downlink, needs = self.downlink, self.needs
        pictures = needs[downlink.share]
        bits = (pictures + downlink.padding(needs, pictures, self.now)) * STEP
        self._sent = [*self._sent[1:], bits]
        sent = round(sum(self._sent))
        taken = self.line.carry(bits + SOUND * STEP) * bits / (bits + SOUND * STEP)
        self.delays.append(self.line.delay)
        self.losses.append(bits * (1 - self.line.loss) - taken)
        hurried = self.receiver.take(bits, taken, self.line)
        second = round(self.now / STEP) % 10 == 0
        if self.line.loss == 1:
            return  # nor does a report get through
        if hurried is not None or (second and self.receiver.estimate is not None and bits):
            downlink.evidence.take_estimate(round(self.receiver.estimate or 0), [7], sent, self.now)
        if second:
            downlink.evidence.take_delivery(7, self.receiver.report(), self.now)
            downlink.evidence.take_round_trip(self.round_trip + self.line.delay, self.now)
            self.log.append(downlink.share)
        downlink.judge(needs, sent, self.now)


SOUND = 40_000
"""Bit/s of sound."""


def needs(stage: int = 1_200_000, small: int = 150_000, hub: int = 1_200_000) -> Mapping[Share, int]:
    """Return the needs of a stage in two layers beside the hub."""
    return {Share.SOUND: 0, Share.SMALL: small, Share.STAGE: stage, Share.ALL: stage + hub}
