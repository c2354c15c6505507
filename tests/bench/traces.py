"""Traces: the levels of all sources of a scene in windows of 100 ms, with who truly spoke beside them, as text.

A line is a source's code, its levels (two hexadecimal digits each, -dBov; 7f is silence) and when it spoke, in seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from endpoints.clips import AudioClip
from endpoints.rtp import SILENCE
from tests.bench.scene import Scene
from tests.bench.sounds import TICK, Spans

WINDOW = 0.1  # seconds
_FRAMES = round(WINDOW / TICK)
_LEVEL = 5  # the byte of the header extension that holds the level


@dataclass(frozen=True, slots=True)
class Trace:
    """What a service hears of a scene."""

    levels: Mapping[str, Sequence[int]]  # by source, in -dBov per window
    truth: Mapping[str, Spans]  # seconds
    scored_from: float  # seconds

    @property
    def seconds(self) -> float:
        """How long it is."""
        return WINDOW * max(map(len, self.levels.values()))


def of(scene: Scene) -> Trace:
    """Return the trace of a scene whose packets all come in time: those that speak in it, and the rooms beside them."""
    own = {source: _levels(part.sound, part.lost) for source, part in scene.parts.items() if part.sound}
    length = max(map(len, own.values()))
    rooms = {f"room{number}": (_levels(room) * length)[:length] for number, room in enumerate(scene.rooms)}
    return Trace({**own, **rooms}, scene.truth(), scene.scored_from)


def _levels(sound: AudioClip, lost: frozenset[int] = frozenset()) -> list[int]:
    told = [SILENCE if place in lost else frame.extension[_LEVEL] & SILENCE for place, frame in enumerate(sound.frames)]
    return [min(told[start : start + _FRAMES]) for start in range(0, len(told) - _FRAMES + 1, _FRAMES)]


def write(trace: Trace) -> str:
    """Write a trace."""
    lines = [f"from {trace.scored_from:.1f}"]
    for source, levels in trace.levels.items():
        spoken = " ".join(f"{start:.2f}-{end:.2f}" for start, end in trace.truth.get(source, []))
        lines.append(f"{source} {bytes(levels).hex()} {spoken}".rstrip())
    return "\n".join(lines) + "\n"


def read(text: str) -> Trace:
    """Read what `write` wrote."""
    first, *lines = text.splitlines()
    levels: dict[str, Sequence[int]] = {}
    truth: dict[str, Spans] = {}
    for line in lines:
        source, digits, *spoken = line.split()
        levels[source] = list(bytes.fromhex(digits))
        truth[source] = [(float(start), float(end)) for start, _, end in (one.partition("-") for one in spoken)]
    return Trace(levels, truth, float(first.removeprefix("from ")))
