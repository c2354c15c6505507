"""What one subscriber's line carries, and which pictures are sent on it: sound first, and no going to and fro.

A receiver's estimate (REMB) can't tell a wide line from a narrow one by itself: it is never much more than one and a
half times what arrives, so after a quiet minute it lags behind a picture that grows. It is believed when something
confirms that less arrives than is sent: it has just fallen, packets are missing to about that extent, or they come
later and later. Loss alone is repaired, not obeyed, unless a third of everything is lost for seconds.

What was given up comes back by trying: padding is sent up to the rate that the next better pictures need, slowly
enough that a line that is still narrow shows it before the sound suffers. Each try that fails doubles the wait before
the next.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from enum import IntEnum

from server.media.plane import Picture
from server.media.sfu.holes import Delivery


class Share(IntEnum):
    """What of the pictures a line is sent, least first. Sound is always sent."""

    SOUND = 0  # no picture
    SMALL = 1  # the smallest layer of the stage, and what is presented
    STAGE = 2  # the best layer of the stage, and what is presented
    ALL = 3  # the hub's picture too


PICTURE = {
    Share.SOUND: Picture.STILL,
    Share.SMALL: Picture.REDUCED,
    Share.STAGE: Picture.FULL,
    Share.ALL: Picture.FULL,
}
"""What a share means for the picture of the stage."""

Needs = Mapping[Share, int]
"""Bit/s that the pictures of each share need now, from all shares; the same for two where there is no difference."""

_MAX_RATE = 100_000_000  # bit/s; an estimate above it means no more than this
_FRESH = 3.0  # seconds that an estimate is believed
_FALL_COUNTS = 2.0  # seconds that the fall of an estimate confirms it
_WINDOW = 1.5  # seconds over which loss is counted
_BASELINE = 20.0  # seconds over which the least round trip is what the line takes when nothing waits in it
_NARROW = 0.7  # an estimate below this part of what is sent says that the line is narrow, if something confirms it
_FALLEN = 0.9  # an estimate below this part of the one before has fallen
_ARRIVES = 1.25  # what arrives is no more than this many times the estimate: they confirm each other
_WAITING = 0.08  # seconds of a queue that does not get shorter that confirm an estimate, or loss
_TREND = 1.5  # seconds over which a queue is seen to grow; reports come once a second
_SHIFTS = 0.02  # seconds by which it is longer or shorter then, if it changes at all
_ENOUGH = 2  # round trips that say whether it does
_LOST = 1 / 3  # loss that no repair makes good
_LOST_NARROW = 1 / 4  # the same on a line that was narrow: there it is likelier to be our own doing
_NOTED = 0.08  # loss that is more than chance, if something else speaks for it
_SEVERE = 0.5  # of what is sent; with less there is nothing to wait for
_PATIENCE = 1.5  # seconds that anything less must last
_ROOM = 0.9  # what may be used of what the line carries

_OUTAGE = 3.0  # seconds without a word; receivers report once a second
_SETTLING = 2.0  # seconds after a change in which queues drain and old reports come in
_HOLD = 4.0  # seconds of a calm line before the first try
_LONGEST_HOLD = 20.0
_TRIAL = 12.0  # seconds that a step up must hold: before, a fall doubles the wait; after, failures are forgotten
_LISTENING = 2.5  # seconds at the first rate of a try, to learn what gets lost at any rate
_GROWTH = 1.5  # of a try's rate, for each second
_LEAST_TRY = 64_000  # bit/s, where a try begins
_MARGIN = 1.15  # what a try must show beyond the need
_PROOF = 1.5  # seconds at that rate, with word from the receiver
_LONGEST_TRY = 20.0  # seconds


class Evidence:
    """What a receiver's estimates and reports say of its line."""

    def __init__(self) -> None:
        self.heard_at = float("-inf")  # when the receiver said anything last
        self.back_at = float("-inf")  # when it spoke again after an outage
        self._estimates: dict[frozenset[int], int] = {}  # by the streams they are for
        self._estimated_at = self._fallen_at = float("-inf")
        self._streams: set[int] = set()  # SSRCs that reports have spoken of
        self._outdated: set[int] = set()  # SSRCs whose next report speaks of what is over, too
        self._deliveries: deque[tuple[float, Delivery]] = deque(maxlen=32)  # when, and what
        self._delays: deque[tuple[float, float]] = deque(maxlen=64)  # when, round trip in seconds

    @property
    def estimate(self) -> int | None:
        """The latest estimate of all streams together, in bit/s."""
        return sum(self._estimates.values()) if self._estimates else None

    def take_estimate(self, rate: int, ssrcs: Iterable[int], sent: int, now: float) -> None:
        """Take a REMB for some streams, while `sent` bit/s of pictures were sent."""
        self._hear(now)
        streams, before = frozenset(ssrcs), self.estimate
        self._estimates = {key: value for key, value in self._estimates.items() if not key & streams}
        self._estimates[streams] = min(rate, _MAX_RATE)
        after = sum(self._estimates.values())
        has_fallen = before is None or after < _FALLEN * before
        if has_fallen and after < _NARROW * sent and not self.is_recovering(now):
            self._fallen_at = now
        self._estimated_at = now

    def take_delivery(self, ssrc: int, delivery: Delivery, now: float) -> None:
        """Take what the receiver has reported of one stream of pictures."""
        self._hear(now)
        self._streams.add(ssrc)
        if delivery.sent and ssrc in self._outdated:
            self._outdated.remove(ssrc)
        elif delivery.sent:
            self._deliveries.append((now, delivery))

    def take_round_trip(self, seconds: float, now: float) -> None:
        """Take a measured round trip."""
        self._delays.append((now, seconds))

    def capacity(self, sent: int, now: float, *, usual: float, tolerated: float) -> int | None:
        """Tell how much of `sent` bit/s the line carries; None while nothing says that it is not all of it.

        `usual` is the loss that is there at any rate; `tolerated` is what says nothing by itself beyond it.
        """
        if not sent:
            return None
        loss = max(0.0, self.loss(now) - usual)
        waiting = 0.0 if self._grown(now) < -_SHIFTS else self.waiting(now, 2)
        arrived = round(sent * (1 - loss))
        estimate = self.estimate if now - self._estimated_at <= _FRESH else None
        if estimate is not None and estimate < _NARROW * sent:
            has_fallen = now - self._fallen_at <= _FALL_COUNTS
            if has_fallen or waiting >= 2 * _WAITING or arrived < _ARRIVES * estimate:
                return estimate
        if estimate is not None and estimate < sent and waiting >= 2 * _WAITING and self._grown(now) > _SHIFTS:
            return estimate
        if loss > _NOTED and waiting >= _WAITING:
            return round(min(arrived, _NARROW * sent))
        if loss > tolerated or waiting > 1:
            return round(max(_SEVERE * sent, min(arrived, _NARROW * sent)))
        return None

    def is_calm(self, usual: float, now: float) -> bool:
        """Say whether packets neither wait nor get lost beyond the `usual` loss."""
        return self.waiting(now, 1) < _WAITING and self.loss(now) <= usual + _NOTED

    def forget(self) -> None:
        """Begin anew: what is sent has changed, and earlier reports say nothing of it.

        Nor does the first one after: what got lost at the end is noticed only when something else arrives.
        """
        self._deliveries.clear()
        self._outdated = set(self._streams)
        self._fallen_at = float("-inf")

    def is_steady(self, since: float, now: float) -> bool:
        """Say whether packets seem to wait ever since, but never longer nor shorter, and none is lost.

        When less is sent a queue gets shorter; what stays as it is is no queue, but a longer way.
        """
        measured = [delay for at, delay in self._delays if at > since]
        if len(measured) < _ENOUGH or not self.is_waiting(now):
            return False
        return max(measured) - min(measured) <= _SHIFTS and self.loss(now) <= _NOTED

    def is_waiting(self, now: float) -> bool:
        """Say whether packets seem to wait for longer than pictures that come in bursts."""
        return self.waiting(now, 2) >= 2 * _WAITING

    def take_longer_way(self) -> None:
        """Take it that packets need as long as they do now when nothing waits."""
        self._delays.clear()

    def is_recovering(self, now: float) -> bool:
        """Say whether an outage has just ended: what the receiver says first speaks of the outage."""
        return now - self.back_at < _SETTLING

    def _hear(self, now: float) -> None:
        """Note that the receiver speaks; until it has settled after an outage, forget what it says."""
        if _OUTAGE <= now - self.heard_at < float("inf"):
            self.back_at = now
        if self.is_recovering(now):
            self.forget()
        self.heard_at = now

    def loss(self, now: float) -> float:
        """Return the share of the packets that were lost lately, 0..1."""
        recent = [one for at, one in self._deliveries if now - at <= _WINDOW]
        return Delivery(sum(one.sent for one in recent), sum(one.lost for one in recent)).loss

    def _grown(self, now: float) -> float:
        """Tell by how much the queue is longer than a while ago, in seconds.

        One that gets shorter is sent less than the line carries. One that goes on growing is sent more; where the way
        has become longer, it grows once and no more.
        """
        earlier = next((delay for at, delay in reversed(self._delays) if now - at >= _TREND), None)
        return 0.0 if earlier is None else self._delays[-1][1] - earlier

    def waiting(self, now: float, count: int) -> float:
        """Guess for how long packets wait in queues, in seconds: the latest `count` round trips less the least one."""
        recent = [delay for at, delay in self._delays if now - at <= _BASELINE]
        return min(recent[-count:]) - min(recent) if recent else 0.0


class Downlink:
    """Decides what a line is sent. Times are seconds of any clock that only runs forward."""

    def __init__(self) -> None:
        self.share = Share.ALL
        self.evidence = Evidence()
        self._carries = 0  # bit/s the line was found to carry last; 0: it was never found narrow
        self._changed_at = float("-inf")
        self._troubled_at = float("-inf")  # the last sign that it carries too little
        self._narrow_since: float | None = None
        self._hold = _HOLD  # seconds before the next try
        self._has_climbed = False  # the last change was for the better
        self._given_up: Share | None = None  # for what may have been no queue
        self._try_began: float | None = None
        self._proving_since: float | None = None
        self._usual_loss = 0.0  # at the rate with which a try begins

    @property
    def picture(self) -> Picture:
        """What the line carries of the stage."""
        return PICTURE[self.share]

    @property
    def estimate(self) -> int | None:
        """What the line is believed to carry, in bit/s; None: not known."""
        return self.evidence.estimate or self._carries or None

    def judge(self, needs: Needs, sent: int, now: float) -> Share:
        """Decide what the line is sent from now on; `sent` are the bit/s of pictures and padding of the last second."""
        if self.evidence.is_recovering(now):
            return self.share
        is_settled = self._try_began is not None or now - self._changed_at >= _SETTLING
        relevant = sent if is_settled else min(sent, needs[self.share])  # the last second's may be what was given up
        tolerated = _LOST if self.share is Share.ALL else _LOST_NARROW
        usual = self._usual_loss if self._try_began is not None else 0.0
        if not (is_settled or self._has_climbed):
            usual = 1.0  # what was lost before a fall is reported after it
        capacity = self.evidence.capacity(relevant, now, usual=usual, tolerated=tolerated)
        if capacity is not None and (is_settled or capacity < _SEVERE * relevant):
            self._suffer(capacity, needs, relevant, now)
        elif self.share < Share.ALL:
            self._narrow_since = None
            self._recover(needs, now)
        else:
            self._narrow_since = None
        return self.share

    def padding(self, needs: Needs, pictures: int, now: float) -> int:
        """Say how many bit/s to send besides `pictures` bit/s, to try whether the line carries more."""
        if self._try_began is None:
            return 0
        goal = _MARGIN * needs[self._following]
        first = max(_LEAST_TRY, pictures, min(self._carries, goal) / 4)
        grown = now - self._try_began - _LISTENING
        growing = float(first * _GROWTH ** max(0.0, grown))
        if grown <= 0:
            self._usual_loss = self.evidence.loss(now)
        if growing < goal:
            self._proving_since = None
        elif self._proving_since is None:
            self._proving_since = now
        return max(0, round(min(growing, goal)) - pictures)

    @property
    def _following(self) -> Share:
        return Share(self.share + 1)

    def _suffer(self, capacity: int, needs: Needs, sent: int, now: float) -> None:
        """Give up what the line does not carry: at once what is hopeless, else what stays so for a while."""
        self._troubled_at = now
        if self._try_began is not None:
            self._hold = min(2 * self._hold, _LONGEST_HOLD)
            self._carries = max(capacity, needs[self.share])
            self._change(self.share, now)
            return
        if self._narrow_since is None:
            self._narrow_since = now
        if self.share and (capacity < _SEVERE * sent or now - self._narrow_since >= _PATIENCE):
            if self._has_climbed and now - self._changed_at < _TRIAL:
                self._hold = min(2 * self._hold, _LONGEST_HOLD)
            self._carries = capacity
            self._fall(needs, now)

    def _fall(self, needs: Needs, now: float) -> None:
        """Keep the best that the line carries, and less than before."""
        self._given_up = max(self.share, self._given_up or self.share)
        carried = [share for share in Share if share < self.share and needs[share] <= _ROOM * self._carries]
        self._change(max(carried, default=Share.SOUND), now)

    def _recover(self, needs: Needs, now: float) -> None:
        """Come back one step at a time, after a calm time and a try; at once where the next step costs nothing."""
        if self._has_climbed and now - self._changed_at >= _TRIAL:
            self._hold = _HOLD
        if self._given_up is not None and now - self._changed_at >= _SETTLING:
            self._doubt(self._given_up, now)
        elif needs[self.share] > 2 * self._carries:  # another picture, and far too large for what is known of this line
            self._fall(needs, now)
        elif needs[self._following] == 0:
            self._try_began = None  # there is nothing to come back to
        elif needs[self._following] <= needs[self.share]:
            self._change(self._following, now)
        elif self._try_began is None:
            if now - max(self._changed_at, self._troubled_at) >= self._hold:
                self._try_began, self._proving_since = now, None
                self.evidence.forget()
        elif now - self._try_began >= _LONGEST_TRY:
            self._suffer(self._carries, needs, 0, now)
        elif self._is_proven(now):
            self._carries = round(_MARGIN * needs[self._following])
            self._change(self._following, now)

    def _doubt(self, given_up: Share, now: float) -> None:
        """Take the last fall back where there was no queue, but a longer way."""
        if not self.evidence.is_waiting(now):
            self._given_up = None
        elif self.evidence.is_steady(self._changed_at, now):
            self.evidence.take_longer_way()
            self._change(given_up, now)

    def _is_proven(self, now: float) -> bool:
        """Say whether the receiver has had the rate for long enough, and its reports are as good as before."""
        since = self._proving_since
        if since is None or now - since < _PROOF or self.evidence.heard_at - since < _PROOF / 2:
            return False
        return self.evidence.is_calm(self._usual_loss, now)

    def _change(self, share: Share, now: float) -> None:
        self._has_climbed = share > self.share
        self.share = share
        if self._has_climbed:
            self._given_up = None
        self._changed_at = now
        self._narrow_since = self._try_began = self._proving_since = None
        self.evidence.forget()
