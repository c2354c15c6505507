"""What is wrong with what a source sends: decided from measurements, with hysteresis. Pure; time is an argument."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.media.plane import Signal

SILENCE = 127
"""The level, in -dBov, of samples that are all zero (RFC 6464, section 3)."""

COLUMNS, ROWS = 32, 18
"""Blocks of a picture whose brightness is compared."""

BLACK_IN_A_ROW, FROZEN_IN_A_ROW, CLIPPING_IN_A_ROW, MISMATCH_IN_A_ROW = 2, 3, 2, 3
"""Findings of the same fault that make a signal; the first of its opposite ends it, for sound as many as began it."""

APART = 10
"""dB between the level that a source tells of a second and the level of what is decoded, from which it is wrong."""

INAUDIBLE = 55
"""-dBov: differences below this level are of no account, for none of it is speech."""

_CLIPPED = 0.005  # share of samples at full scale that is heard as distortion
_CLEAN = 0.001
_CLIPPING_LASTS = 15.0  # seconds without a loud second after which the last finding is of no account
_DARK, _FLAT = 32, 8  # luma of the lightest block of a black picture; how much lighter than the darkest it may be
_NOISE, _NOISE_IN_A_BLOCK = 1.5, 6  # luma by which encodings of the same picture differ, on average and at most
_SKIPPED = 2.5  # bytes for each macroblock of 16 by 16: a picture below this says "as before"


@dataclass(frozen=True, slots=True)
class Look:
    """One still, measured."""

    luma: bytes  # the mean brightness of its blocks, row by row
    last: bytes | None  # the same of a picture about a second later; None: not looked at
    macroblocks: int  # in the picture that was sent
    delta: int | None  # bytes of the smallest picture between keyframes around it; None: not known


class Judge:
    """The faults of one source. Every method takes the time in seconds; it never goes back."""

    def __init__(self, now: float, *, missing_after: float, silent_after: float) -> None:
        """Begin with nothing wrong; the two are seconds without a picture, and of digital silence.

        The quietest of real rooms has some noise, so silence of an open microphone is a fault.
        """
        self._missing_after = missing_after
        self._silent_after = silent_after
        self._pictured = now  # when a picture arrived last
        self._sounded = now  # when there was a sound, or the microphone was closed
        self._look: Look | None = None
        self._black = 0  # findings in a row
        self._frozen = 0
        self._clipping = Hysteresis(CLIPPING_IN_A_ROW)
        self._mismatch = Hysteresis(MISMATCH_IN_A_ROW)
        self._compared = 0  # seconds of sound whose levels were compared
        self._listened = now

    def arrive(self, now: float) -> None:
        """Some picture has arrived."""
        self._pictured = now

    def hear(self, level: int | None, now: float, *, is_open: bool) -> None:
        """Take the loudest level of a window, in -dBov; `is_open`: whether the microphone ought to be on."""
        if not is_open or (level is not None and level < SILENCE):
            self._sounded = now

    def look(self, look: Look) -> None:
        """Take one still."""
        before, self._look = self._look, look
        self._black = self._black + 1 if is_black(look) else 0
        if before is None or not is_same(before, look):
            self._frozen = 0
        elif not self.is_suspect or look.last is not None:
            self._frozen += 1

    @property
    def is_suspect(self) -> bool:
        """Whether stills were the same: then the next is looked at together with the pictures that follow it."""
        return self._frozen > 0

    def listen(self, clipped: float, now: float) -> None:
        """Take the share of clipped samples in a loud second, 0..1."""
        self._listened = now
        if clipped >= _CLIPPED:
            self._clipping.note(bad=True)
        elif clipped < _CLEAN:
            self._clipping.note(bad=False)

    def compare(self, told: Sequence[int], level: int) -> None:
        """Take the levels that the packets of a second told, and that of what was decoded of it, in -dBov.

        Silence that is told as such proves nothing of what will be told of speech.
        """
        said, found = min(mean(told), INAUDIBLE) if told else INAUDIBLE, min(level, INAUDIBLE)
        if told and min(said, found) < INAUDIBLE:
            self._compared += 1
            self._mismatch.note(bad=abs(said - found) > APART)

    @property
    def is_untried(self) -> bool:
        """Whether too few sounds were compared to know what the levels of this source are worth."""
        return self._compared < MISMATCH_IN_A_ROW

    @property
    def is_doubtful(self) -> bool:
        """Whether the latest comparison speaks against what has been taken for true."""
        return self._mismatch.is_turning

    def signals(self, now: float) -> frozenset[Signal]:
        """Say what is wrong now."""
        found = {
            Signal.SILENT: now - self._sounded >= self._silent_after,
            Signal.CLIPPING: self._clipping.is_on and now - self._listened < _CLIPPING_LASTS,
            Signal.LEVEL_MISMATCH: self._mismatch.is_on,
            **self._of_the_picture(now),
        }
        return frozenset(signal for signal, is_found in found.items() if is_found)

    def _of_the_picture(self, now: float) -> dict[Signal, bool]:
        """What is black stands still too, and what does not arrive is neither: one word is enough."""
        if now - self._pictured >= self._missing_after:
            return {Signal.NO_SIGNAL: True}
        if self._black >= BLACK_IN_A_ROW:
            return {Signal.BLACK: True}
        return {Signal.FROZEN: self._frozen >= FROZEN_IN_A_ROW}


class Hysteresis:
    """Turns with as many findings in a row."""

    def __init__(self, needed: int) -> None:
        self.is_on = False
        self._needed = needed
        self._against = 0

    @property
    def is_turning(self) -> bool:
        """Whether the last finding was against what it is."""
        return self._against > 0

    def note(self, *, bad: bool) -> None:
        """Take one finding."""
        self._against = 0 if bad == self.is_on else self._against + 1
        if self._against == self._needed:
            self.is_on, self._against = bad, 0


def mean(levels: Sequence[int]) -> int:
    """Return the level of all packets together, in -dBov: the mean of their power."""
    return round(-10 * math.log10(sum(10 ** (-level / 10) for level in levels) / len(levels)))


def is_black(look: Look) -> bool:
    """Whether there is nearly no light, and no detail."""
    return max(look.luma) <= _DARK and max(look.luma) - min(look.luma) <= _FLAT


def is_same(before: Look, after: Look) -> bool:
    """Whether nothing moved: neither from one still to the next nor after it, and next to nothing came between.

    The last condition is for rooms where nobody moves: a camera's noise costs bytes, a frozen picture costs few.
    """
    if after.delta is not None and after.delta > _SKIPPED * after.macroblocks:
        return False
    return agree(before.luma, after.luma) and (after.last is None or agree(after.luma, after.last))


def agree(one: bytes, other: bytes) -> bool:
    """Whether two pictures are the same but for noise and for what encoding does to them."""
    apart = [abs(first - second) for first, second in zip(one, other, strict=True)]
    return max(apart) <= _NOISE_IN_A_BLOCK and sum(apart) <= _NOISE * len(apart)
