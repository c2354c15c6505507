"""What a site's own page sees and hears of its camera and its microphone: their clips, decoded and measured."""

from array import array
from collections.abc import Iterable, Iterator
from itertools import cycle, islice, pairwise
from statistics import fmean, pstdev

import av
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext

from endpoints import h264, rtp
from endpoints.clips import AudioClip, AudioFrame, VideoClip
from endpoints.encoding import OPUS_RATE

LOOKS = 2  # a second
SIZE = (64, 36)  # pixels of a look: enough to tell black from dark
BLACK, RANGE = 16, 219  # luma of ITU-R BT.601
FULL = 0.999  # of full scale
QUIET = 0.9  # the share of sounds that may be quieter than what is called the quietest
FRAMES_PER_SECOND = 50  # of sound
FLOAT = 4  # bytes of a sample

Luma = list[float]


def seen(camera: VideoClip) -> dict[str, int]:
    """Measure a picture as a line check does: its size, its luma of 0..255, and how much of that changes."""
    frames = list(_decoded(camera))
    looks = [_luma(frame) for frame in frames[:: max(1, camera.rate // LOOKS)]]
    changes = [fmean(abs(now - then) for then, now in zip(*both, strict=True)) for both in pairwise(looks)]
    return {
        "width": frames[0].width,
        "height": frames[0].height,
        "brightness": round(fmean(looks[-1])),
        "contrast": round(pstdev(looks[-1])),
        "motion": round(100 * max(changes, default=0.0)),
    }


def heard(microphone: AudioClip, seconds: float) -> dict[str, int]:
    """Measure the first seconds of a sound as a line check does: levels in -dBov, and what is at full scale."""
    frames = list(islice(cycle(microphone.frames), round(seconds * FRAMES_PER_SECOND)))
    levels = sorted(_level(frame) for frame in frames)
    samples = [sample for piece in _sounds(frames) for sample in piece]
    return {
        "loudest": levels[0],
        "quietest": levels[int(len(levels) * QUIET)],
        "clipped": round(1000 * fmean(abs(sample) >= FULL for sample in samples)),
    }


def _decoded(clip: VideoClip) -> Iterator[av.VideoFrame]:
    decoder = VideoCodecContext.create("h264", "r")
    for frame in clip.frames:
        yield from decoder.decode(av.Packet(h264.stream(frame.payloads)))
    yield from decoder.decode(None)


def _luma(frame: av.VideoFrame) -> Luma:
    """Return a small picture's luma, spread over 0..255 as a screen shows it."""
    width, height = SIZE
    plane = frame.reformat(width, height, "yuv420p").planes[0]
    stride, octets = plane.line_size, bytes(plane)
    rows = (octets[row * stride : row * stride + width] for row in range(height))
    return [min(255.0, max(0.0, (value - BLACK) * 255 / RANGE)) for row in rows for value in row]


def _sounds(frames: Iterable[AudioFrame]) -> Iterator["array[float]"]:
    """Decode to samples of -1..1 at full scale."""
    decoder = AudioCodecContext.create("opus", "r")
    decoder.sample_rate = OPUS_RATE
    decoder.layout = "mono"
    for frame in frames:
        for piece in decoder.decode(av.Packet(frame.payload)):
            yield array("f", bytes(piece.planes[0])[: piece.samples * FLOAT])


def _level(frame: AudioFrame) -> int:
    level = rtp.level_of(frame.extension[rtp.EXTENSION_HEADER :], rtp.LEVEL_ID)
    return rtp.SILENCE if level is None else level
