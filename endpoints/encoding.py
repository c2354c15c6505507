"""Pictures into H.264 and samples into Opus, once; what comes out is sent many times without being encoded again."""

import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.resampler import AudioResampler
from av.video.codeccontext import VideoCodecContext

from endpoints.drawing import Size
from endpoints.rtp import SILENCE
from endpoints.voices import Sound

OPUS_RATE = 48_000
OPUS_SAMPLES = 960  # 20 ms
OPUS_BITRATE = 24_000  # bit/s
FULL_SCALE = 32_768


@dataclass(frozen=True, slots=True)
class Rendition:
    """One quality of picture."""

    size: Size
    rate: int  # frames per second
    bitrate: int  # bit/s
    keyframe_every: int  # frames


LOW = Rendition(Size(320, 180), rate=10, bitrate=90_000, keyframe_every=20)
HIGH = Rendition(Size(640, 360), rate=25, bitrate=500_000, keyframe_every=50)


def h264(frames: Iterable[bytes], rendition: Rendition) -> Iterator[bytes]:
    """Encode planar 4:2:0 frames as constrained baseline, an Annex B access unit each: no B frames, one slice."""
    encoder = VideoCodecContext.create("libx264", "w")
    encoder.width, encoder.height = rendition.size.width, rendition.size.height
    encoder.pix_fmt = "yuv420p"
    encoder.framerate = Fraction(rendition.rate)
    encoder.bit_rate = rendition.bitrate
    encoder.options = {
        "profile": "baseline",
        "level": "3.1",
        "preset": "veryfast",
        "tune": "zerolatency",
        "x264-params": f"keyint={rendition.keyframe_every}:min-keyint={rendition.keyframe_every}:scenecut=0:threads=1"
        f":vbv-maxrate={rendition.bitrate // 1000}:vbv-bufsize={rendition.bitrate // 1000}",
    }
    for number, frame in enumerate(frames):
        picture = _picture(frame, rendition.size)
        picture.pts = number
        yield from (bytes(packet) for packet in encoder.encode(picture))
    yield from (bytes(packet) for packet in encoder.encode(None))


def _picture(frame: bytes, size: Size) -> av.VideoFrame:
    luma, chroma = size.width * size.height, size.width * size.height // 4
    picture = av.VideoFrame(size.width, size.height, "yuv420p")
    for plane, start, length in zip(picture.planes, (0, luma, luma + chroma), (luma, chroma, chroma), strict=True):
        plane.update(frame[start : start + length])
    return picture


def opus(sound: Sound) -> Iterator[tuple[bytes, int]]:
    """Encode a sound as Opus frames of 20 ms, each with the level of what went in (-dBov)."""
    encoder = AudioCodecContext.create("libopus", "w")
    encoder.sample_rate = OPUS_RATE
    encoder.layout = "mono"
    encoder.format = "s16"
    encoder.bit_rate = OPUS_BITRATE
    encoder.options = {"application": "voip", "frame_duration": "20", "compression_level": "5"}
    for frame in _resampled(sound):
        samples = bytes(frame.planes[0])[: 2 * OPUS_SAMPLES]
        for packet in encoder.encode(frame):
            yield bytes(packet), level(samples)


def _resampled(sound: Sound) -> Iterator[av.AudioFrame]:
    """Bring a sound to 48 kHz, in frames of 20 ms; what does not fill the last frame is dropped."""
    count = len(sound.samples) // 2
    frame = av.AudioFrame(format="s16", layout="mono", samples=count, align=1)
    frame.planes[0].update(sound.samples[: 2 * count])
    frame.sample_rate = sound.rate
    resampler = AudioResampler(format="s16", layout="mono", rate=OPUS_RATE, frame_size=OPUS_SAMPLES)
    for piece in (*resampler.resample(frame), *resampler.resample(None)):
        if piece.samples == OPUS_SAMPLES:
            yield piece


def level(samples: bytes) -> int:
    """Return the root mean square of 16-bit samples in -dBov, 0..127 (RFC 6464, section 3)."""
    values = array("h", samples)
    power = sum(value * value for value in values) / max(1, len(values))
    if power == 0:
        return SILENCE
    return min(SILENCE, max(0, round(-10 * math.log10(power / FULL_SCALE**2))))
