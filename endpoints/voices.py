"""Speech as samples: espeak-ng where it is installed, else a sound with the rhythm and the levels of speech."""

import math
import random
import shutil
import subprocess
from array import array
from contextlib import suppress
from dataclasses import dataclass

_WAV_HEADER = 44  # bytes; espeak-ng streams a plain header of a length it does not know yet
ESPEAK_RATE = 22_050
SOUND_RATE = 16_000


@dataclass(frozen=True, slots=True)
class Voice:
    """One of the voices that sites share."""

    accent: str  # an espeak-ng voice
    pitch: int  # 0..99
    speed: int  # words a minute


VOICES = (
    Voice("vi", 35, 150),
    Voice("vi-vn-x-central", 55, 145),
    Voice("vi-vn-x-south", 45, 155),
    Voice("vi", 70, 150),
    Voice("vi-vn-x-south", 25, 140),
)
HUB_VOICE = Voice("vi", 50, 135)


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono samples, 16 bit little-endian."""

    rate: int  # Hz
    samples: bytes


def engine() -> str:
    """Say which engine speaks: part of the name of what is made with it."""
    return "espeak-ng" if shutil.which("espeak-ng") else "synthesised"


def speak(text: str, voice: Voice) -> Sound:
    """Say a text aloud; an engine that lacks the voice is as good as none."""
    if engine() == "espeak-ng":
        with suppress(subprocess.SubprocessError):
            return _espeak(text, voice)
    return _murmur(text, voice)


def _espeak(text: str, voice: Voice) -> Sound:
    command = ["espeak-ng", "-v", voice.accent, "-p", str(voice.pitch), "-s", str(voice.speed), "--stdin", "--stdout"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=30)  # noqa: S603
    return Sound(ESPEAK_RATE, done.stdout[_WAV_HEADER:])


def _murmur(text: str, voice: Voice) -> Sound:
    """Hum a syllable for each word: a pulse train through two formants' worth of harmonics, with pauses between."""
    chance = random.Random(text)  # noqa: S311
    samples = array("h")
    for word in text.split():
        samples.extend(_syllable(90 + voice.pitch, chance))
        pause = 0.25 if word[-1] in ".," else 0.04
        samples.extend([0] * round(pause * SOUND_RATE))
    return Sound(SOUND_RATE, samples.tobytes())


def _syllable(pitch: float, chance: random.Random) -> list[int]:
    count = round(SOUND_RATE * chance.uniform(0.14, 0.22))
    tone = chance.uniform(-0.15, 0.25)
    formant = chance.choice((3, 4, 6, 8))
    wave: list[int] = []
    for number in range(count):
        share = number / count
        phase = 2 * math.pi * pitch * (1 + tone * share) * number / SOUND_RATE
        tones = math.sin(phase) + 0.6 * math.sin(2 * phase) + 0.7 * math.sin(formant * phase)
        wave.append(round(4500 * math.sin(math.pi * share) ** 0.5 * tones))
    return wave


def amplified(sound: Sound, gain: float) -> Sound:
    """Turn a sound up or down by a factor; what is beyond full scale is cut off."""
    samples = array("h", sound.samples)
    return Sound(sound.rate, array("h", (_limited(sample * gain) for sample in samples)).tobytes())


def _limited(sample: float) -> int:
    return max(-32_768, min(32_767, round(sample)))
