"""When the packets of one stream were captured, by what is told of its sender's clock. Pure; time is an argument."""

from typing import Final

FURTHEST: Final = 5.0
"""Seconds that a packet may have been on its way; whoever tells more is not believed."""

_STEP: Final = 0.001
"""Seconds by which the clock follows what is told, once a second: faster than clocks drift, and nobody hears it."""


class Clock:
    """The clock of one stream.

    Picture and sound count by clocks of their own, which drift apart by a second in three hours: what is told is
    followed, but in steps, since a stream that is being written must not jump.
    """

    def __init__(self, rate: int) -> None:
        """`rate` is how many units of a timestamp are a second."""
        self._rate = rate
        self._told: tuple[float, int] | None = None  # a moment, and the timestamp of what is captured then
        self._known: tuple[float, int] | None = None  # the same, as it is believed

    def hear(self, moment: float, timestamp: int) -> None:
        """Take note that this timestamp is captured at that moment; told about once a second."""
        self._told = moment, timestamp
        if self._known is None:
            self._known = self._told
            return
        believed = self._by(self._known, timestamp)
        self._known = believed + min(max(moment - believed, -_STEP), _STEP), timestamp

    def settle(self) -> None:
        """Believe at once what was told last: another file begins."""
        self._known = self._told

    def moment(self, timestamp: int, at: float) -> float:
        """Tell when something was captured that came at that moment; while that is not known, when it came."""
        if self._known is None:
            return at
        found = self._by(self._known, timestamp)
        return found if abs(found - at) <= FURTHEST else at

    def _by(self, known: tuple[float, int], timestamp: int) -> float:
        """Tell when a timestamp was captured; it is less than half of all timestamps away from the known one."""
        moment, then = known
        ahead = ((timestamp - then + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        return moment + ahead / self._rate
