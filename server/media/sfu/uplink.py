"""What a publisher's line carries, from the delay its packets gather and from their loss.

The delay detector and its rate control are aiortc's (draft-ietf-rmcat-gcc-02, sections 4 to 6). They are no part of its
public interface; every such name is in this file.
"""

from aiortc.rate import BandwidthUsage, RemoteBitrateEstimator

LEAST = 64_000
"""The lowest limit, in bit/s: what the sound alone takes."""

_TICKS = 1 << 18  # of abs-send-time, in a second
_TURN = 64.0  # seconds, after which it begins anew
_WINDOW = 0.2  # seconds in which the quickest packet is looked for
_DRIFT = 0.0005  # of two clocks: the least time on the way may grow by this share of the time
_SILENCE = 2_000  # ms without a packet: the line was interrupted, and aiortc would count them one by one
_HEAVY, _LIGHT = 0.10, 0.02  # shares of packets lost: above, the rate falls; below, it rises (section 6)
_CUT, _RISE, _CLIMB = 0.85, 1.08, 1.2  # of a rate: when it is too much, and each second while it is not
_SURE = 5  # seconds of rising without delay, after which it climbs
_STANDING = 0.025  # seconds that every packet waits in a queue that stands
_PATIENCE, _MOST_PATIENCE = 10, 160  # seconds without delay until a limit is tried that nobody fills
_FORGET = 0.1  # of the line's own loss, where a second shows less
_UNCURED = 0.75  # a cut that leaves more than this share of the loss has shown that the rate is not its cause


class _Queue:
    """How long even the quickest packets wait: in a queue that stands, not in one keyframe's (RFC 8289, 3.1)."""

    __slots__ = ("_began", "_first", "_least", "_quickest", "waits")

    def __init__(self) -> None:
        self.waits = 0.0  # seconds
        self._first: float | None = None  # the time on the way of the first packet, by two clocks; others are compared
        self._least = float("inf")
        self._quickest = float("inf")  # in the running window
        self._began = 0.0

    def note(self, send_time: int, now: float) -> None:
        """Take note of a packet's abs-send-time and arrival."""
        shift = now - send_time / _TICKS
        self._first = shift if self._first is None else self._first
        way = (shift - self._first + _TURN / 2) % _TURN - _TURN / 2
        self._quickest = min(self._quickest, way)
        if now - self._began >= _WINDOW:
            self._least = min(self._least + _DRIFT * _WINDOW, self._quickest)
            self.waits = self._quickest - self._least
            self._began, self._quickest = now, float("inf")


class Uplink:
    """The limit of one line, while it is watched: none until the line was found to be full. Rates in bit/s."""

    def __init__(self) -> None:
        self.is_watched = False
        self._told = 0
        self._estimator: RemoteBitrateEstimator
        self._heard: int  # when the last packet came, in ms
        self._by_delay: int | None
        self._is_eased: bool  # the limit is beyond what the sender fills
        self._was_interrupted: bool  # and the loss of it has not been counted
        self._queue: _Queue
        self._quiet: int  # seconds since the line was last found full
        self._patience: int
        self._by_loss: int | None
        self._own_loss: float  # what the line loses at any rate
        self._cut_at: float | None  # the loss that the last second's cut is to cure
        self._reset()

    def watch(self, is_watched: bool) -> None:
        """Begin anew, or stop: a line that is asked for little shows nothing, and costs nothing to leave alone."""
        if is_watched != self.is_watched:
            self.is_watched = is_watched
            self._reset()

    def renew(self) -> None:
        """Begin anew: it is another line, and something got lost on the way to it."""
        self._reset()
        self._was_interrupted = True

    @property
    def limit(self) -> int | None:
        """What the line carries; None: it has not been found full."""
        limits = [limit for limit in (self._by_delay, self._by_loss) if limit is not None]
        return max(LEAST, min(limits)) if limits else None

    def allow(self, ration: int) -> int:
        """Return the rate to tell: the ration, or less where the line carries less; a limit above it is forgotten."""
        self._by_delay = _below(self._by_delay, ration)
        self._by_loss = _below(self._by_loss, ration)
        limit = self.limit
        self._told = ration if limit is None else min(ration, limit)
        return self._told

    def take(self, send_time: int, size: int, now: float, round_trip: float | None) -> bool:
        """Take note of a packet; say whether it shows the line too full.

        `send_time` is its abs-send-time, `size` in bytes, the other times in seconds.
        """
        at = int(now * 1000)
        if self._heard and at - self._heard > _SILENCE:
            self._estimator, self._queue, self._was_interrupted = RemoteBitrateEstimator(), _Queue(), True
        self._heard = at
        if round_trip is not None:
            self._estimator.rate_control.rtt = int(round_trip * 1000)
        self._queue.note(send_time, now)
        found = self._estimator.add(at, send_time, size, 0)
        if found is None:
            return False
        is_full = self._estimator.detector.state() is BandwidthUsage.OVERUSING and self._queue.waits > _STANDING
        if is_full:
            self._settle(found[0])
        elif self._by_delay is not None:
            self._by_delay = max(found[0], self._by_delay)
        return is_full

    def second(self, loss: float, bitrate: int) -> None:
        """Take note of one second: the share of packets lost, and the rate that arrived.

        A limit that the sender does not fill would stay for ever, for the detector knows what is sent: it is eased.
        Loss that a lower rate does not cure is the line's own, and no reason to go lower still. Nor is what got lost
        while nothing at all came.
        """
        if not self.is_watched:
            return
        if self._was_interrupted:
            self._was_interrupted = not bitrate
            return
        self._quiet += 1
        if self._by_delay is not None and self._quiet >= self._patience:
            rise = _RISE if self._quiet < self._patience + _SURE else _CLIMB
            self._by_delay, self._is_eased = round(self._by_delay * rise), True
        excess = loss - self._own_loss
        if excess <= _HEAVY:
            self._own_loss += _FORGET * min(0.0, excess)
            self._cut_at = None
            if self._by_loss is not None and excess < _LIGHT:
                self._by_loss = round(self._by_loss * _RISE)
        elif self._cut_at is not None and loss > _UNCURED * self._cut_at:
            self._own_loss = loss
        else:
            self._by_loss, self._cut_at = round(max(_CUT * bitrate, (1 - loss) * self._told)), loss

    def _settle(self, limit: int) -> None:
        """Take a limit that was found the hard way; where an eased one has led to it, the next waits twice as long."""
        if self._is_eased:
            self._patience = min(2 * self._patience, _MOST_PATIENCE)
        self._by_delay, self._is_eased, self._quiet = limit, False, 0

    def _reset(self) -> None:
        self._estimator, self._heard, self._by_delay = RemoteBitrateEstimator(), 0, None
        self._quiet, self._is_eased, self._patience, self._was_interrupted = 0, False, _PATIENCE, False
        self._queue = _Queue()
        self._by_loss, self._own_loss, self._cut_at = None, 0.0, None


def _below(limit: int | None, ration: int) -> int | None:
    return None if limit is None or limit >= ration else limit
