"""Scenes of a briefing with their truth: who says what when, in which rooms, on which lines; and the chair's moves."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from endpoints import rosters
from endpoints.clips import AudioClip
from endpoints.view import HUB
from tests.bench import sounds
from tests.bench.sounds import FRAME, NOMINAL, QUIET_ROOM, RATE, Samples, Spans

SNR = 10.0
"""dB by which speech is above the noise, where there is some."""

LEAKED = -30.0
"""dB of the stage in a microphone whose browser cancels the echo of its loudspeaker."""

_GAINS = (0.0, 3.0, -4.0, 2.0, -2.0)
"""dB: microphones and their owners differ."""

_LOOP = 10.0  # seconds of a room without anybody
_SETTLED = 12.0  # seconds of noise before anybody speaks
_OUTAGE = 3.0  # seconds

INTERJECTIONS = (
    "Tôi thống nhất với ý kiến của đồng chí.",
    "Xin hỏi thêm một câu.",
    "Vâng, chúng tôi xin tiếp thu.",
    "Nội dung này đã được giao từ quý một.",
    "Đề nghị đồng chí nói rõ hơn về tiến độ.",
    "Việc đó thuộc trách nhiệm của cấp huyện.",
    "Đúng vậy, tỉnh đã có văn bản gửi trung ương.",
    "Bao giờ thì xong?",
    "Chậm nhất là cuối tháng mười.",
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What makes hearing hard; each of it where it is named, the rest is quiet."""

    name: str
    noise: str = ""  # "white" or "babble", `SNR` below the speech, at every microphone
    echoes: bool = False  # rooms reverberate, and leak the stage from their loudspeakers
    crosstalk: bool = False  # the hub interrupts; who is next begins too early, who was before goes on
    drops: bool = False  # one packet in twenty is lost, and each turn loses its line for `_OUTAGE`
    chatting: int = 0  # sites that talk all the time without the floor
    muted: bool = False  # microphones are open only from a second before the grant to the end of the turn


@dataclass(frozen=True, slots=True)
class Cue:
    """Something the chair does; `at` is in seconds of the scene."""

    at: float
    move: str  # grant or release
    endpoint: str


@dataclass(slots=True)
class Part:
    """What one source sends."""

    clean: Samples
    gain: float  # dB
    said: Spans = field(default_factory=list)  # when its people truly speak
    gone: Spans = field(default_factory=list)  # when its line carries nothing
    closed: Spans = field(default_factory=list)  # when its microphone is off
    lost: frozenset[int] = frozenset()  # frames that do not arrive
    sound: AudioClip | None = None  # made from all this


@dataclass(slots=True)
class Scene:
    """A scene, ready to be played."""

    name: str
    seconds: float
    scored_from: float  # until then rooms are only listened to
    parts: dict[str, Part]
    rooms: tuple[AudioClip, ...]  # what everybody else sends, in turn
    cues: tuple[Cue, ...]

    def truth(self, on_air: Mapping[str, Spans] | None = None) -> dict[str, Spans]:
        """Return who truly spoke when; with `on_air` only where others could hear it. The hub always can be heard."""
        found = {}
        for source, part in self.parts.items():
            heard = sounds.without(part.said, [*part.gone, *part.closed])
            if on_air is not None and source != HUB:
                heard = sounds.common(heard, on_air.get(source, []))
            found[source] = heard
        return found


class Script:
    """A scene while it is written."""

    def __init__(self, condition: Condition, seed: int) -> None:
        self.now = _SETTLED if condition.noise else 2.0
        self.cues: list[Cue] = []
        self._condition = condition
        self._lead = self.now
        self._chance = random.Random(seed)
        self._seed = seed
        self._said: list[tuple[str, float, Samples, Spans]] = []
        self._opened: dict[str, Spans] = {}
        self._gone: dict[str, Spans] = {}

    def say(self, source: str, text: str, *, at: float | None = None) -> float:
        """Let a source say something, now or at a time; return when it ends."""
        who = 4 if source == HUB else int(source)
        clean, spans = sounds.voice(text, who)
        begin = sounds.frames_of(self.now if at is None else at) * sounds.TICK
        self._said.append((source, begin, clean, [(begin + start, begin + end) for start, end in spans]))
        return begin + spans[-1][1]

    def cue(self, move: str, endpoint: str) -> None:
        """Let the chair do something now."""
        self.cues.append(Cue(self.now, move, endpoint))
        if move == "grant":
            self._opened.setdefault(endpoint, []).append((self.now - 1.0, self.now + 1.0))
        else:
            since, _ = self._opened[endpoint].pop()
            self._opened[endpoint].append((since, self.now))

    def lose_line(self, source: str, at: float) -> None:
        """Let a source's line carry nothing for a while."""
        self._gone.setdefault(source, []).append((at, at + _OUTAGE))

    def wait(self, least: float, most: float) -> None:
        """Let some time pass."""
        self.now += self._chance.uniform(least, most)

    def finished(self, name: str) -> Scene:
        """Make the sounds."""
        seconds = self.now + 1.0
        sources = list(dict.fromkeys((HUB, *(source for source, *_ in self._said))))
        parts = {source: self._part(source, seconds, _GAINS[place % 5]) for place, source in enumerate(sources)}
        on_air = {HUB: [(0.0, seconds)], **self._turns()}
        for number, (source, part) in enumerate(parts.items()):
            others = {code: spans for code, spans in on_air.items() if code != source}
            part.sound = sounds.encoded(self._heard(part, _mixed(parts, others), seconds, number))
            part.lost = self._lost(part, seconds)
        rooms = tuple(sounds.encoded(self._room(_LOOP, 0.0, 100 + number)) for number in range(4))
        return Scene(name, seconds, self._lead - 1.0, parts, rooms, tuple(self.cues))

    def _turns(self) -> dict[str, Spans]:
        """Return when each site has the floor."""
        found: dict[str, Spans] = {}
        for given, taken in zip(self.cues[::2], self.cues[1::2], strict=True):
            found.setdefault(given.endpoint, []).append((given.at, taken.at))
        return found

    def _part(self, source: str, seconds: float, gain: float) -> Part:
        part = Part(np.zeros(sounds.frames_of(seconds) * FRAME), gain, gone=self._gone.get(source, []))
        for _, begin, clean, spans in (one for one in self._said if one[0] == source):
            start = round(begin * RATE)
            kept = clean[: len(part.clean) - start]
            part.clean[start : start + len(kept)] += kept
            part.said = sounds.joined([*part.said, *((one, min(end, seconds)) for one, end in spans)], 0.3)
        if self._condition.muted and source != HUB:
            part.closed = sounds.without([(0.0, seconds)], self._opened.get(source, []))
        return part

    def _heard(self, part: Part, stage: Samples, seconds: float, number: int) -> Samples:
        """Return what a microphone takes up: its people, their room, its noise, and what leaks."""
        voice = part.clean
        if self._condition.echoes:
            late = np.roll(stage, round(0.15 * RATE))
            voice = sounds.echoing(voice, seed=number) + late * sounds.amplitude(LEAKED)
        heard = voice * sounds.amplitude(part.gain) + self._room(seconds, part.gain, number)
        for start, end in part.closed:
            heard[round(start * RATE) : round(end * RATE)] = 0.0
        return heard

    def _room(self, seconds: float, gain: float, number: int) -> Samples:
        quiet = sounds.hiss(seconds, QUIET_ROOM, self._seed + number)
        level = NOMINAL + gain - SNR
        if self._condition.noise == "white":
            return sounds.hiss(seconds, level, self._seed + number)
        return quiet + sounds.babble(seconds, level, number) if self._condition.noise else quiet

    def _lost(self, part: Part, seconds: float) -> frozenset[int]:
        """Return the frames that do not arrive: bursts of one to five, one in twenty altogether, and outages."""
        gone = {place for start, end in part.gone for place in range(*map(sounds.frames_of, (start, end)))}
        place, frames = 0, sounds.frames_of(seconds)
        while self._condition.drops and place < frames:
            burst = self._chance.randint(1, 5)
            gone.update(range(place, place + burst))
            place += burst + self._chance.randint(1, 38 * burst)
        return frozenset(gone)


def _mixed(parts: Mapping[str, Part], on_air: Mapping[str, Spans]) -> Samples:
    """Return what loudspeakers play: everybody while on air."""
    mixed = np.zeros_like(parts[HUB].clean)
    for source, part in parts.items():
        for start, end in on_air.get(source, []):
            stretch = slice(round(start * RATE), round(end * RATE))
            mixed[stretch] += part.clean[stretch]
    return mixed


def speakers() -> Iterator[str]:
    """Yield the sites that take the floor: some of the first, so that small rosters have them too."""
    yield from [unit.code for unit in rosters.load("63").units]


def floor(condition: Condition, *, turns: int, seed: int = 1) -> Scene:
    """Write the scene of a floor that is given round: the hub invites, the chair gives the floor, the site speaks."""
    script, codes = Script(condition, seed), list(speakers())
    texts = sounds.sentences()
    for number in range(turns):
        site, later = codes[number], codes[number + 1]
        ends = script.say(HUB, "Xin mời điểm cầu tiếp theo phát biểu.")
        if condition.crosstalk:
            script.say(site, INTERJECTIONS[0], at=ends - 0.2)
        script.now = ends
        script.wait(0.4, 0.9)
        script.cue("grant", site)
        script.wait(0.6, 1.1)
        began = script.now
        ends = script.say(site, " ".join(texts[(2 * number + step) % len(texts)] for step in range(2)))
        if condition.crosstalk:
            script.say(HUB, "Đề nghị đồng chí nói ngắn gọn.", at=began + 2.0)
            script.say(later, INTERJECTIONS[number % 9], at=began + 3.0)
            ends -= 1.2
        if condition.drops:
            script.lose_line(site, began + 2.0)
        script.now = ends
        script.wait(0.3, 0.9)
        script.cue("release", site)
        script.wait(0.5, 1.0)
    for site in codes[turns + 1 : turns + 1 + condition.chatting]:
        _chat(script, site, script.now)
    return script.finished(condition.name)


def _chat(script: Script, site: str, until: float) -> None:
    """Let a site talk all the time."""
    said, at = sounds.sentences(), 0.5 + int(site) % 7 / 5
    step = int(site)
    while at < until - 4.0:
        at = script.say(site, said[step % len(said)], at=at) + 0.4
        step += 1


def discussion(condition: Condition, *, seconds: float, seed: int = 1) -> Scene:
    """Write the scene of a discussion: one site has the floor, the hub and other sites fall in, also at the same time.

    Short sentences follow each other within half a second or overlap. Only the hub and the holder are on air.
    """
    script, chance = Script(condition, seed), random.Random(seed)
    holder, *others = list(speakers())[:5]
    texts = (*INTERJECTIONS, *sounds.sentences())
    script.cue("grant", holder)
    end, last, begins = script.now + seconds, "", script.now + 1.0
    free = dict.fromkeys((HUB, holder, *others), 0.0)  # when each has finished
    while begins < end - 6.0:
        source = chance.choice([one for one in (HUB, holder, HUB, holder, *others) if one != last])
        begins = max(begins, free[source] + 0.8)
        free[source] = script.say(source, chance.choice(texts), at=begins)
        begins, last = max(begins + 0.5, free[source] + chance.uniform(-0.6, 0.5)), source
    script.now = max(end, *free.values()) + 0.5
    script.cue("release", holder)
    return script.finished(condition.name)
