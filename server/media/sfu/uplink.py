"""What a publisher's line carries, from the delay its packets gather and from their loss.

The delay detector and its rate control are aiortc's (draft-ietf-rmcat-gcc-02, sections 4 to 6). They are no part of its
public interface; every such name is in this file.
"""

from aiortc.rate import BandwidthUsage, RemoteBitrateEstimator

LEAST = 64_000
"""The lowest limit, in bit/s: what the sound alone takes."""

_SILENCE = 2_000  # ms without a packet: what was known of the line is old, and aiortc counts them one by one
_HEAVY, _LIGHT = 0.10, 0.02  # shares of packets lost: above, the rate falls; below, it rises (section 6)
_CUT, _RISE = 0.85, 1.08
_PATIENCE, _MOST_PATIENCE = 10, 160  # seconds without delay until a limit is tried that nobody fills
_FORGET = 0.1  # of the line's own loss, where a second shows less
_UNCURED = 0.75  # a cut that leaves more than this share of the loss has shown that the rate is not its cause


class Uplink:
    """The limit of one line, while it is watched: none until the line was found to be full. Rates in bit/s."""

    def __init__(self) -> None:
        self.is_watched = False
        self._told = 0
        self._estimator: RemoteBitrateEstimator
        self._heard: int  # when the last packet came, in ms
        self._by_delay: int | None
        self._eased: int  # a limit beyond what the sender fills; 0: none
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
        if at - self._heard > _SILENCE:
            self._estimator = RemoteBitrateEstimator()
        self._heard = at
        if round_trip is not None:
            self._estimator.rate_control.rtt = int(round_trip * 1000)
        found = self._estimator.add(at, send_time, size, 0)
        if found is None:
            return False
        is_full = self._estimator.detector.state() is BandwidthUsage.OVERUSING
        if is_full:
            self._settle(found[0])
        elif self._by_delay is not None:
            self._by_delay = max(found[0], self._eased)
        return is_full

    def second(self, loss: float, bitrate: int) -> None:
        """Take note of one second: the share of packets lost, and the rate that arrived.

        A limit that the sender does not fill would stay for ever, for the detector knows what is sent: it is eased.
        Loss that a lower rate does not cure is the line's own, and no reason to go lower still.
        """
        if not self.is_watched:
            return
        self._quiet += 1
        if self._by_delay is not None and self._quiet >= self._patience:
            self._by_delay = self._eased = round(max(self._by_delay, self._eased) * _RISE)
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
        if self._eased:
            self._patience = min(2 * self._patience, _MOST_PATIENCE)
        self._by_delay, self._eased, self._quiet = limit, 0, 0

    def _reset(self) -> None:
        self._estimator, self._heard, self._by_delay = RemoteBitrateEstimator(), 0, None
        self._quiet, self._eased, self._patience = 0, 0, _PATIENCE
        self._by_loss, self._own_loss, self._cut_at = None, 0.0, None


def _below(limit: int | None, ration: int) -> int | None:
    return None if limit is None or limit >= ration else limit
