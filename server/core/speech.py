"""Speech: audio levels become the dominant speaker and speaking segments.

A *burst* is sound above the room's noise without a pause longer than `GAP`; a cough or a slammed door is a short one.
A *segment* is made of bursts long enough to be speech, joined over pauses shorter than `HANG_OVER`. It ends where
speech was last heard, not where the waiting ended, and is wholly on air or wholly off: it is cut where that changes.

A segment is also cut every `LONGEST` seconds, so that a crash loses little: consecutive pieces touch.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from server.core.dominance import SILENT, Activity, decide, observe
from server.core.events import SpeechDetected
from server.core.ids import EndpointCode
from server.core.noise import Noise, listen

SILENCE = 127
"""The level of silence, in -dBov (RFC 6464, section 3); 0 is full scale."""

GATE = SILENCE - 55
"""Nothing quieter than -55 dBov is speech, however quiet the room."""

ABOVE = 4
"""dB above the noise's top at which a burst begins, ..."""

CLEARLY = 10
"""... which are so many while that is no louder than `CLEAR`: in a quiet room even paper is 4 dB above the noise."""

CLEAR = SILENCE - 35

PAUSE = 4
"""dB below that at which a burst pauses, but not into the noise."""

LEAK = 20
"""dB below what is on air elsewhere: what is quieter comes from a loudspeaker."""

LATE = 4
"""For how many windows after others were heard a loudspeaker may play what they said."""

WINDOW = timedelta(milliseconds=100)
"""How long a window is but for jitter."""

GAP = timedelta(milliseconds=250)
OPENS = timedelta(milliseconds=250)
"""Sound within a burst that opens a segment ..."""

EXTENDS = timedelta(milliseconds=150)
"""... and that extends an open one: a click after a sentence does not. These four count windows, which come a few
milliseconds early or late; so each lies between two numbers of them."""

HANG_OVER = timedelta(milliseconds=650)
LONGEST = timedelta(seconds=30)
DECISION = timedelta(milliseconds=300)
"""How often the dominant speaker is decided."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Sound that may be speech."""

    since: datetime
    until: datetime
    sound: timedelta  # without the pauses
    loudest: int  # -dBov


@dataclass(frozen=True, slots=True)
class Segment:
    """Speech that has not ended yet; just after a cut it is empty, `since` == `until`."""

    since: datetime
    until: datetime
    on_air: bool
    loudest: int = SILENCE


@dataclass(frozen=True, slots=True)
class Voice:
    """What is remembered of one source."""

    noise: Noise = field(default_factory=Noise)
    activity: Activity = SILENT
    on_air: bool = False
    burst: Burst | None = None
    segment: Segment | None = None


def _nobody() -> Mapping[EndpointCode, Voice]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Speech:
    """What is remembered of all sources of a briefing."""

    voices: Mapping[EndpointCode, Voice] = field(default_factory=_nobody)
    until: datetime | None = None  # the end of the last window
    dominant: EndpointCode | None = None
    decided_at: datetime | None = None


Detected = tuple[SpeechDetected, ...]


def hear(
    speech: Speech,
    at: datetime,
    window: float,
    levels: Iterable[tuple[EndpointCode, int]],
    on_air: Collection[EndpointCode],
) -> tuple[Speech, Detected]:
    """Take in one window of levels (-dBov) and return the segments that it ended, in order of source.

    `at` is the start of the window, UTC; `window` its length in seconds, about 0.1; `on_air` holds the sources that
    others can hear. A source that is missing was silent. Time never goes back: what was heard already is not again.
    """
    end = at + timedelta(seconds=window)
    if speech.until is not None:
        at = max(at, speech.until)
    if end <= at:
        return speech, ()
    measured = dict(levels)
    stage = {source: _loudest(speech.voices.get(source, UNHEARD), measured.get(source)) for source in on_air}
    voices: dict[EndpointCode, Voice] = {}
    detected: list[SpeechDetected] = []
    for source in {**speech.voices, **measured}:
        voice, ended = _settle(speech.voices.get(source, UNHEARD), at, on_air=source in on_air)
        detected += _detected(source, ended)
        leak = max((loudness for other, loudness in stage.items() if other != source), default=0) - LEAK
        voice, ended = _sound(voice, at, end, _loudness(measured.get(source)), leak)
        detected += _detected(source, ended)
        voices[source] = voice
    return _decided(Speech(MappingProxyType(voices), end, speech.dominant, speech.decided_at)), tuple(detected)


def finish(speech: Speech, at: datetime) -> tuple[Speech, Detected]:
    """End every open segment, none later than `at`, and forget all but the time."""
    ended = [
        event
        for source, voice in speech.voices.items()
        if voice.segment is not None
        for event in _detected(source, replace(voice.segment, until=min(voice.segment.until, at)))
    ]
    return Speech(until=speech.until), tuple(ended)


def dominant(speech: Speech) -> EndpointCode | None:
    """Return the source that dominates the conversation; None until somebody has spoken."""
    return speech.dominant


UNHEARD = Voice()


def _settle(voice: Voice, at: datetime, *, on_air: bool) -> tuple[Voice, Segment | None]:
    """Let time pass up to `at` and go on or off air there; return the segment that ended by either."""
    burst, segment = voice.burst, voice.segment
    if burst is not None and at - burst.until > GAP:
        burst = None
    ended: Segment | None = None
    if segment is not None and (at if burst is None else burst.since) - segment.until >= HANG_OVER:
        segment, ended = None, segment
    if on_air != voice.on_air:
        if segment is not None:
            ended, segment = segment, None if burst is None else Segment(at, at, on_air)
        burst = None if burst is None else replace(burst, since=at, loudest=SILENCE)
    if burst is voice.burst and segment is voice.segment and on_air == voice.on_air:
        return voice, None
    return Voice(voice.noise, voice.activity, on_air, burst, segment), ended


def _loudness(level: int | None) -> int:
    return 0 if level is None else SILENCE - min(max(level, 0), SILENCE)


def _loudest(voice: Voice, level: int | None) -> int:
    """Return how loud a source is now, or was just before."""
    return max((_loudness(level), *voice.noise.latest[-LATE:]))


def _sound(voice: Voice, at: datetime, end: datetime, loudness: int, leak: int) -> tuple[Voice, Segment | None]:
    """Take in one window, of which what is quieter than `leak` comes from a loudspeaker.

    Return the piece that has become `LONGEST`.
    """
    heard = listen(voice.noise, loudness)
    burst, segment, ended = voice.burst, voice.segment, None
    if heard.steady:
        burst, segment = _without(burst, segment, end - heard.steady * WINDOW)
    least = max(leak, _threshold(heard, is_open=burst is not None))
    activity = observe(voice.activity, loudness, least)
    if loudness >= least:
        burst = _longer(burst or Burst(at, at, timedelta(0), SILENCE), end, end - at, SILENCE - loudness)
        segment = _confirmed(segment, burst, on_air=voice.on_air)
        if segment is not None and segment.until - segment.since >= LONGEST:
            ended, segment = segment, Segment(end, end, segment.on_air)
            burst = replace(burst, since=end, loudest=SILENCE)
    return Voice(heard, activity, voice.on_air, burst, segment), ended


def _threshold(noise: Noise, *, is_open: bool) -> int:
    """Return the least loudness at which a burst begins, or goes on."""
    begins = max(noise.top + ABOVE, min(noise.top + CLEARLY, CLEAR), GATE)
    return max(begins - PAUSE, noise.top + 1, GATE) if is_open else begins


def _without(burst: Burst | None, segment: Segment | None, since: datetime) -> tuple[Burst | None, Segment | None]:
    """Take back what was taken for speech since a moment; what has been reported already stays."""
    if burst is not None and burst.until > since:
        burst = None if burst.since >= since else replace(burst, until=since)
    if segment is not None and segment.until > since:
        segment = None if segment.since >= since else replace(segment, until=since)
    return burst, segment


def _longer(burst: Burst, end: datetime, sound: timedelta, level: int) -> Burst:
    return Burst(burst.since, end, burst.sound + sound, min(burst.loudest, level))


def _confirmed(segment: Segment | None, burst: Burst, *, on_air: bool) -> Segment | None:
    """Return the segment with the burst, if that is long enough to be speech."""
    if segment is not None:
        loudest = min(segment.loudest, burst.loudest)
        return replace(segment, until=burst.until, loudest=loudest) if burst.sound >= EXTENDS else segment
    return Segment(burst.since, burst.until, on_air, burst.loudest) if burst.sound >= OPENS else None


def _detected(source: EndpointCode, segment: Segment | None) -> Detected:
    if segment is None or segment.until <= segment.since:
        return ()
    return (SpeechDetected(source, segment.since, segment.until, segment.on_air, segment.loudest),)


def _decided(speech: Speech) -> Speech:
    """Decide who dominates, when it is time to."""
    due = None if speech.decided_at is None else speech.decided_at + DECISION - WINDOW / 2  # windows jitter
    if speech.until is None or (due is not None and speech.until < due):
        return speech
    activities = {source: voice.activity for source, voice in speech.voices.items()}
    return replace(speech, dominant=decide(speech.dominant, activities), decided_at=speech.until)
