"""How true the record is: labelled Vietnamese speech over real WebRTC, our RTTM against the truth, by pyannote.metrics.

The truth is that of the clean samples and of the chair's calls, never of our detector. A frame of 20 ms counts as
spoken in the 20 ms before it is sent, as a microphone takes it up.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate
from pyannote.metrics.identification import IdentificationErrorRate

from endpoints.simulation import open_session
from endpoints.view import HUB
from tests.bench import scene as scenes
from tests.bench import sounds, traces
from tests.bench.ground import open_ground
from tests.bench.house import house
from tests.bench.scene import Condition, Scene
from tests.bench.sounds import QUIET_ROOM, Spans, encoded, hiss
from tests.bench.stage import Played, open_hall

COLLAR = 0.5
"""Seconds not scored around each true boundary: the whole of it, as pyannote counts, so 250 ms either way."""

JOINED = 0.7
"""Seconds: pauses below it are within a segment by the detector's own rule, so they are no boundaries to be found."""

_AT_ONCE = 0.2
"""Seconds from the chair's call to the moment at which the floor has changed hands for everybody."""

FLOOR = (
    Condition("clean"),
    Condition("white noise", noise="white"),
    Condition("babble", noise="babble"),
    Condition("white noise, microphones opened for the turn", noise="white", muted=True),
    Condition("cross-talk", crosstalk=True),
    Condition("room echo", echoes=True),
    Condition("drop-outs", drops=True),
    Condition("63 open microphones, 20 of them chatting", chatting=20, echoes=True),
)
DISCUSSION = (
    Condition("clean"),
    Condition("white noise", noise="white"),
    Condition("babble", noise="babble"),
    Condition("babble and room echo", noise="babble", echoes=True),
)


@dataclass(frozen=True, slots=True)
class Score:
    """How far a record is from the truth. Times are in seconds, shares 0..1."""

    scored: float  # of true speech, without the collars
    missed: float
    false: float
    confused: float
    rate: float  # the diarization error rate
    named: float  # the same where a voice credited to another site can't be made good by swapping the two throughout
    boundaries: tuple[float, ...]  # how far beginnings and ends of segments lie from the truth, signed


@dataclass(frozen=True, slots=True)
class Found:
    """A scene, played and scored."""

    mode: str
    condition: str
    heard: Score
    turns: tuple[float, ...]  # how far the record's beginnings and ends of turns lie from the chair's calls
    wrong_sites: tuple[str, ...]  # credited with speech on air without the floor
    unsent: float  # seconds of the busiest site that the machine had no time to send: not scored


async def measure(*, keep: Path | None = None) -> AsyncIterator[Found]:
    """Play every scene in one meeting of 63 sites, and score what the record says of each.

    The levels of discussions are kept as traces in the folder `keep`.
    """
    async with (
        house("--no-media") as running,
        open_session() as http,
        open_ground() as ground,
        open_hall(running, http, ground, encoded(hiss(10.0, QUIET_ROOM, 1))) as hall,
    ):
        for condition in FLOOR:
            played = await hall.play(await asyncio.to_thread(scenes.floor, condition, turns=4))
            yield found_on_air("floor", played)
        for number, condition in enumerate(DISCUSSION):
            scene = await asyncio.to_thread(scenes.discussion, condition, seconds=50)
            played = await hall.play(scene)
            if keep is not None:
                (keep / f"discussion-{number}.txt").write_text(traces.write(traces.of(scene)), encoding="utf-8")
            yield found_on_air("discussion, on air", played)
            yield Found("discussion, all rooms", scene.name, everywhere(played), (), (), unsent(played))


def found_on_air(mode: str, played: Played) -> Found:
    """Score what others could hear, and the turns."""
    return Found(mode, played.scene.name, on_air(played), turn_errors(played), wrong_sites(played), unsent(played))


def on_air(played: Played) -> Score:
    """Score what others could hear: the site with the floor, and the hub."""
    return score(played, played.truth(on_air=True), read_rttm(played))


def everywhere(played: Played) -> Score:
    """Score what was heard at any site, whether others could hear it or not."""
    found: dict[str, Spans] = {}
    for one in played.record["speech"]:
        span = played.second_of(one["started_at"]), played.second_of(one["ended_at"])
        found.setdefault(one["endpoint"], []).append(span)
    return score(played, played.truth(on_air=False), found)


def turn_errors(played: Played) -> tuple[float, ...]:
    """Return how far the record's turns lie from the chair's calls, in seconds."""
    calls = [one.at - played.began for one in played.granted]
    turns = played.record["turns"][-len(calls) // 2 :]
    told = (played.second_of(turn[edge]) for turn in turns for edge in ("granted_at", "ended_at"))
    return tuple(found - true for found, true in zip(told, calls, strict=True))


def unsent(played: Played) -> float:
    """Return how many seconds the machine kept the worst of the sources from sending."""
    return max(sum(end - start for start, end in spans) for spans in played.unsent.values())


def wrong_sites(played: Played) -> tuple[str, ...]:
    """Return the sites that are credited with speech on air when they did not have the floor, by the chair's calls."""
    whole = [(played.scene.scored_from, played.scene.seconds)]
    wrong = []
    for site, spans in read_rttm(played).items():
        turns = [(start - _AT_ONCE, end + _AT_ONCE) for start, end in played.on_air.get(site, [])]
        if site != HUB and sounds.without(sounds.common(spans, whole), turns):
            wrong.append(site)
    return tuple(wrong)


def score(played: Played, truth: Mapping[str, Spans], found: Mapping[str, Spans]) -> Score:
    """Compare speech with the truth, within the scene."""
    scene = played.scene
    whole = Timeline([Segment(scene.scored_from, scene.seconds)])
    reference, hypothesis = _annotation(truth, scene), _annotation(found, scene)
    rate = DiarizationErrorRate(collar=COLLAR)(reference, hypothesis, uem=whole, detailed=True)
    named = IdentificationErrorRate(collar=COLLAR)(reference, hypothesis, uem=whole)
    return Score(
        scored=rate["total"],
        missed=rate["missed detection"],
        false=rate["false alarm"],
        confused=rate["confusion"],
        rate=rate["diarization error rate"],
        named=named,
        boundaries=tuple(_boundaries(truth, found)),
    )


def read_rttm(played: Played) -> dict[str, Spans]:
    """Read the speech on air by source, in seconds of the scene."""
    lines = played.rttm.splitlines()
    origin = next(line for line in lines if line.startswith(";;origin=")).partition("=")[2]
    shift = played.second_of(origin)
    found: dict[str, Spans] = {}
    for line in lines:
        if line.startswith("SPEAKER"):
            _, _, _, start, length, _, _, name, *_ = line.split()
            begins = float(start) + shift
            found.setdefault(name.partition("_")[0], []).append((begins, begins + float(length)))
    return found


def _annotation(speech: Mapping[str, Spans], scene: Scene) -> Annotation:
    made = Annotation()
    for source, spans in speech.items():
        for number, (start, end) in enumerate(spans):
            if end > scene.scored_from and start < scene.seconds:
                made[Segment(start, end), f"{source}-{number}"] = source
    return made


def _boundaries(truth: Mapping[str, Spans], found: Mapping[str, Spans]) -> Iterable[float]:
    """Yield how far the first beginning and the last end that was found of each true stretch lie from its own.

    What was missed inside of it, or altogether, is in the error rate.
    """
    for source, spans in truth.items():
        for since, until in sounds.joined(spans, JOINED):
            within = [one for one in found.get(source, []) if one[0] < until and one[1] > since]
            if within:
                yield within[0][0] - since
                yield within[-1][1] - until
