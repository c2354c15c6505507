"""The noise of a room: a floor under the sound that rises slowly and falls at once.

It is the minimum of the smoothed loudness over the last ten seconds, after the minimum statistics of R. Martin
(2001): speech has pauses, a fan has none. Loudness is 127 - level, in dB: 0 is digital silence, 127 full scale.
"""

from dataclasses import dataclass, replace

ASSUMED = 77.0
"""The floor of a room that was not heard long enough yet: -50 dBov."""

HIGHEST = 87.0
"""Steady sound above -40 dBov is not taken for noise, so a speaker who never pauses is not lost."""

BLOCK = 25
"""Windows of 100 ms in a block; a block's minimum is forgotten as a whole."""

BLOCKS = 4

SMOOTHING = 1 / 3
"""The weight of the latest window: a drop-out of one window does not pull the floor down."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What is known of a room's noise."""

    floor: float = ASSUMED
    smooth: float = ASSUMED
    lowest: float = ASSUMED  # in the running block
    past: tuple[float, ...] = (ASSUMED,) * (BLOCKS - 1)  # the minima of the blocks before it
    windows: int = 0  # heard in the running block


def listen(noise: Noise, loudness: int) -> Noise:
    """Learn from one window; digital silence says nothing about the room and changes nothing."""
    if loudness <= 0:
        return noise
    smooth = noise.smooth + (loudness - noise.smooth) * SMOOTHING
    lowest = min(noise.lowest, smooth)
    floor = min(noise.floor, lowest)
    if noise.windows + 1 < BLOCK:
        return Noise(floor, smooth, lowest, noise.past, noise.windows + 1)
    return _next_block(replace(noise, smooth=smooth, lowest=lowest))


def _next_block(noise: Noise) -> Noise:
    """Close the running block: now, and only now, the floor may rise."""
    past = (*noise.past[1:], noise.lowest)
    return Noise(min(*past, noise.smooth, HIGHEST), noise.smooth, noise.smooth, past)
