"""Clips: what a site sends, made once, kept on disk, and ready to be put into RTP packets."""

import hashlib
import os
import random
import struct
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from endpoints import drawing, encoding, h264, voices
from endpoints.encoding import Rendition
from endpoints.rtp import SILENCE, level_extension
from endpoints.voices import Sound, Voice

EDITION = 1  # raised when clips come out differently; old ones are then made again
SECONDS = 4  # of a picture before it begins again
VOICE_LEVEL = 50  # -dBov: what is louder counts as voice
SILENT_FRAMES = 50
_QUIET = 10  # of 32,768: some 70 dB below the loudest

_RECORD = struct.Struct("!IB")


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One picture as RTP payloads."""

    payloads: tuple[bytes, ...]
    keyframe: bool


@dataclass(frozen=True, slots=True)
class VideoClip:
    """A picture that loops; its first frame is a keyframe."""

    frames: tuple[VideoFrame, ...]
    rate: int  # frames per second

    def keyframe_from(self, place: int) -> int:
        """Return the place of the first keyframe at or after a place, round the loop."""
        count = len(self.frames)
        return next((place + step) % count for step in range(count) if self.frames[(place + step) % count].keyframe)


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """20 ms of Opus, with the header extension that tells its level."""

    payload: bytes
    extension: bytes


@dataclass(frozen=True, slots=True)
class AudioClip:
    """A sound that loops."""

    frames: tuple[AudioFrame, ...]


Records = list[tuple[bytes, int]]


class NotMade(LookupError):
    """The library does not have this clip, and may not make it."""


class Library:
    """Clips by what they show or say, made when first asked for and kept in a directory.

    Several processes may use one directory.
    """

    def __init__(self, directory: Path, *, may_make: bool = True) -> None:
        """Use a directory, which is made when it is missing; with `may_make` false, raise NotMade for what it lacks."""
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._may_make = may_make

    def picture(self, card: drawing.Card, rendition: Rendition) -> VideoClip:
        """Return the moving test picture of a card."""
        count = SECONDS * rendition.rate
        records = self._kept(
            f"picture {card!r} {rendition!r} {SECONDS}",
            lambda: _flagged(encoding.h264(drawing.frames(card, rendition.size, count), rendition)),
        )
        return VideoClip(tuple(_video_frame(stream, keyframe=bool(flag)) for stream, flag in records), rendition.rate)

    def dark(self, rendition: Rendition) -> VideoClip:
        """Return what a covered camera shows."""
        count = SECONDS * rendition.rate
        frames = partial(drawing.dark_frames, rendition.size, count)
        records = self._kept(f"dark {rendition!r} {SECONDS}", lambda: _flagged(encoding.h264(frames(), rendition)))
        return VideoClip(tuple(_video_frame(stream, keyframe=bool(flag)) for stream, flag in records), rendition.rate)

    def speech(self, text: str, voice: Voice) -> AudioClip:
        """Return a text as it is said by a voice."""
        return self._sound(f"speech {text} {voice!r} {voices.engine()}", lambda: voices.speak(text, voice))

    def amplified(self, text: str, voice: Voice, gain: float) -> AudioClip:
        """Return a text through a desk that is turned up or down by a factor, and clips at full scale."""
        name = f"amplified {gain} {text} {voice!r} {voices.engine()}"
        return self._sound(name, lambda: voices.amplified(voices.speak(text, voice), gain))

    def silence(self) -> AudioClip:
        """Return a second of silence."""
        samples = bytes(2 * encoding.OPUS_SAMPLES * SILENT_FRAMES)
        return self._sound("silence", lambda: Sound(encoding.OPUS_RATE, samples))

    def room(self) -> AudioClip:
        """Return a second of a quiet room: what an open microphone hears while nobody speaks."""
        noise = random.Random("a quiet room")  # noqa: S311 - the same each time
        samples = array("h", (round(noise.gauss(0, _QUIET)) for _ in range(encoding.OPUS_SAMPLES * SILENT_FRAMES)))
        return self._sound("room", lambda: Sound(encoding.OPUS_RATE, samples.tobytes()))

    def _sound(self, name: str, make: Callable[[], Sound]) -> AudioClip:
        return AudioClip(tuple(_audio_frame(*record) for record in self._kept(name, lambda: encoding.opus(make()))))

    def _kept(self, name: str, make: Callable[[], Iterable[tuple[bytes, int]]]) -> Records:
        """Read the records of that name, or make and write them: whole or not at all."""
        path = self._directory / hashlib.sha256(f"{EDITION} {name}".encode()).hexdigest()[:32]
        if path.exists():
            return list(unpack(path.read_bytes()))
        if not self._may_make:
            raise NotMade(name)
        records = list(make())
        with tempfile.NamedTemporaryFile(dir=self._directory, delete=False) as file:
            file.write(pack(records))
        Path(file.name).replace(path)
        return records


def home() -> Path:
    """Return where clips are kept between runs: the user's cache directory."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "giaoban" / "clips"


def joined(*clips: AudioClip) -> AudioClip:
    """Play sounds one after the other."""
    return AudioClip(tuple(frame for clip in clips for frame in clip.frames))


def pack(records: Iterable[tuple[bytes, int]]) -> bytes:
    """Write records, each some bytes and a number of one byte."""
    return b"".join(_RECORD.pack(len(data), number) + data for data, number in records)


def unpack(stored: bytes) -> Iterator[tuple[bytes, int]]:
    """Read what `pack` wrote."""
    place = 0
    while place < len(stored):
        length, number = _RECORD.unpack_from(stored, place)
        place += _RECORD.size
        yield stored[place : place + length], number
        place += length


def _flagged(streams: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    return ((stream, int(h264.is_keyframe(h264.units(stream)))) for stream in streams)


def _video_frame(stream: bytes, *, keyframe: bool) -> VideoFrame:
    return VideoFrame(tuple(h264.payloads(h264.units(stream))), keyframe)


def _audio_frame(payload: bytes, level: int) -> AudioFrame:
    return AudioFrame(payload, _EXTENSIONS[level])


_EXTENSIONS = tuple(level_extension(level, voice=level < VOICE_LEVEL) for level in range(SILENCE + 1))
