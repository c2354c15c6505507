"""What a line carries: lines simulated packet by packet, with a sender that does as it is told."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.sfu.uplink import LEAST, Uplink

_RATION = 2_500_000
_SIZE = 1_200  # bytes of a packet


@dataclass
class Line:
    """A sender of `wish` bit/s behind a line of `capacity` bit/s, whose queue holds a second of it."""

    capacity: float
    wish: float = 1_200_000
    loss: float = 0.0  # of every packet, whatever the rate
    late: Callable[[float], float] = lambda at: at  # when a packet that came at a moment is noticed
    policed: bool = False  # without a queue: what is too much is dropped
    uplink: Uplink = field(default_factory=Uplink)
    told: int = _RATION
    delay: float = 0.0  # seconds a packet waits in the queue
    arrived: int = 0  # bits in the running second

    def __post_init__(self) -> None:
        self.uplink.watch(True)
        self._free = 0.0  # when the line has sent what it has
        self._now = 62.0  # abs-send-time begins anew two seconds later
        self._random = random.Random(7)

    def run(self, seconds: int) -> None:
        """Send for some seconds; the sender hears of its rate at once."""
        for _ in range(seconds):
            end, sent, lost = self._now + 1, 0, 0
            self.arrived = 0
            while self._now < end:
                sent += 1
                lost += not self._send()
                self._now += 8 * _SIZE / min(self.wish, self.told)
            self.uplink.second(lost / sent, self.arrived)
            self.told = self.uplink.allow(_RATION)

    def interrupt(self, seconds: float) -> None:
        """Carry nothing for a while; what was sent meanwhile is noticed with the first packet after it."""
        self._now += seconds
        self._send()
        sent = round(seconds * min(self.wish, self.told) / 8 / _SIZE)
        self.uplink.second(sent / (sent + 1), 8 * _SIZE)
        self.told = self.uplink.allow(_RATION)

    def _send(self) -> bool:
        """Send one packet; say whether it came."""
        waits = max(0.0, self._free - self._now)
        if self._random.random() < self.loss or waits > (0.02 if self.policed else 1.0):
            return False
        self._free = max(self._free, self._now) + 8 * _SIZE / self.capacity
        self.delay, self.arrived = waits, self.arrived + 8 * _SIZE
        if not self.policed and self.uplink.take(self._stamp(), _SIZE, self.late(self._free), 0.05):
            self.told = self.uplink.allow(_RATION)
        return True

    def _stamp(self) -> int:
        return int(self._now * 0x40000) & 0xFFFFFF


def test_a_line_that_carries_what_is_sent_has_no_limit() -> None:
    jitter = random.Random(3)
    line = Line(5_000_000, late=lambda at: at + jitter.uniform(0, 0.004))
    line.run(30)
    assert (line.told, line.uplink.limit) == (_RATION, None)


@pytest.mark.parametrize("size", [20_000, 40_000])
def test_a_keyframe_that_is_sent_faster_than_the_line_carries_is_not_a_full_line(size: int) -> None:
    uplink, free = Uplink(), 0.0
    uplink.watch(True)
    for frame in range(600):  # at 20 a second: 300 kbit/s over a line of 3 Mbit/s
        at = 50 + frame / 20
        for _ in range(-(-(size if frame % 80 == 40 else 1_800) // _SIZE)):
            free = max(free, at) + 8 * _SIZE / 3_000_000
            uplink.take(int(at * 0x40000) & 0xFFFFFF, _SIZE, free, 0.05)
            at += 8 * _SIZE / 6_000_000
    assert uplink.limit is None


@pytest.mark.parametrize("capacity", [256_000, 400_000, 800_000])
def test_a_narrow_line_is_found_within_two_seconds_and_its_queue_stays_short(capacity: int) -> None:
    line = Line(capacity)
    line.run(2)
    assert line.told < capacity
    line.run(8)
    delays = []
    for _ in range(20):
        line.run(1)
        delays.append(line.delay)
    assert 0.6 * capacity < line.told < 1.2 * capacity
    assert max(delays) < 0.3


def test_a_line_that_recovers_is_used_again() -> None:
    line = Line(400_000)
    line.run(10)
    line.capacity = 5_000_000
    line.run(40)
    assert line.told > 1_000_000


def test_a_limit_that_the_sender_does_not_fill_is_eased_in_the_end() -> None:
    line = Line(400_000)
    line.run(2)
    line.capacity, line.wish = 5_000_000, 250_000
    line.run(8)
    assert line.told < 600_000
    line.run(40)
    assert line.told == _RATION


def test_easing_waits_longer_after_each_time_it_was_wrong() -> None:
    line = Line(400_000)
    falls, before = [], line.told
    for second in range(400):
        line.wish = 250_000 if line.told < 500_000 else 1_200_000
        line.run(1)
        if line.told < 0.8 * before:
            falls.append(second)
        before = line.told
    pauses = [later - earlier for earlier, later in pairwise(falls) if later - earlier > 5]
    assert len(pauses) > 2
    assert pauses[-1] > 2 * pauses[0]


def test_a_line_that_drops_what_is_too_much_is_found_by_its_loss() -> None:
    line = Line(400_000, policed=True)
    line.run(10)
    assert 250_000 < line.told < 500_000
    line.capacity = 5_000_000
    line.run(40)
    assert line.told == _RATION


def test_loss_that_no_lower_rate_cures_is_not_answered_by_ever_lower_rates() -> None:
    line = Line(5_000_000, loss=0.15)
    line.run(60)
    assert line.told > 1_000_000


def test_an_interruption_is_no_full_line() -> None:
    line = Line(5_000_000)
    line.run(5)
    for seconds in (2.5, 8, 60):
        line.interrupt(seconds)
        line.run(3)
        assert (line.told, line.uplink.limit) == (_RATION, None)


def test_another_line_is_judged_anew() -> None:
    line = Line(256_000)
    line.run(10)
    assert line.told < 256_000
    line.uplink.renew()
    assert line.uplink.allow(_RATION) == _RATION
    line.capacity = 5_000_000
    line.interrupt(1.5)
    line.run(3)
    assert (line.told, line.uplink.limit) == (_RATION, None)


def test_a_limit_is_never_below_what_the_sound_needs() -> None:
    line = Line(20_000, wish=100_000)
    line.run(20)
    assert line.told == line.uplink.limit == LEAST


def test_a_line_that_is_not_watched_has_no_limit() -> None:
    line = Line(256_000)
    line.run(5)
    found = line.uplink.limit
    line.uplink.watch(False)
    assert (found or _RATION) < 300_000
    assert line.uplink.allow(150_000) == 150_000


def test_a_long_silence_costs_nothing_and_leaves_the_limit() -> None:
    line = Line(256_000)
    line.run(5)
    limit = line.uplink.limit
    line.uplink.take(0, _SIZE, 1_000_000.0, None)
    assert line.uplink.limit == limit


@given(st.lists(st.tuples(st.integers(0, 0xFFFFFF), st.integers(0, 1500), st.floats(0, 5)), max_size=300))
def test_whatever_a_sender_claims_the_limit_is_a_number(packets: list[tuple[int, int, float]]) -> None:
    uplink, now = Uplink(), 0.0
    uplink.watch(True)
    for send_time, size, pause in packets:
        now += pause / 100
        uplink.take(send_time, size, now, 0.1)
        assert LEAST <= uplink.allow(_RATION) <= _RATION
