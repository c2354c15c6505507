"""Cameras and microphones with and without faults: encoded once, and played through a peer that is all wire."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import cycle

import av
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext

from endpoints import h264
from server.media.sfu.codec import Codec
from tests.media.wire import H264, OPUS, VP8, Wire

FPS = 25
WIDTH, HEIGHT = 192, 108
_FRAMES = 25
_ENCODERS = {Codec.H264: "libx264", Codec.VP8: "libvpx"}
_OPTIONS = {
    Codec.H264: {"profile": "baseline", "preset": "ultrafast", "tune": "zerolatency", "x264-params": "scenecut=0"},
    Codec.VP8: {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"},
}


def lit(number: int) -> bytes:
    """A room in which a bright thing moves."""
    luma = bytearray(_ROOM)
    for row in range(40, 80):
        start = row * WIDTH + 6 * (number % _FRAMES)
        luma[start : start + 30] = b"\xe0" * 30
    return bytes(luma)


def still(_: int) -> bytes:
    """The same room, and nothing moves."""
    return _ROOM


def dark(_: int) -> bytes:
    """A cap on the lens."""
    return b"\x10" * (WIDTH * HEIGHT)


_ROOM = bytes(60 + (x // 12 + y // 12) % 2 * 70 for y in range(HEIGHT) for x in range(WIDTH))


def tone(amplitude: int) -> bytes:
    """20 ms of a 250 Hz sine of 16-bit samples; beyond full scale it is cut off, as a converter does."""
    one = [round(amplitude * value) for value in _SINE]
    return b"".join(max(-32_768, min(32_767, value)).to_bytes(2, "little", signed=True) for value in one * 5)


def _sine(steps: int) -> Iterable[float]:
    real, imaginary = 1.0, 0.0
    turn = complex(0, 2 * 3.141592653589793 / steps)
    place = complex(real, imaginary)
    for _ in range(steps):
        yield place.imag
        place *= 1 + turn + turn**2 / 2 + turn**3 / 6 + turn**4 / 24


_SINE = tuple(_sine(192))


@cache
def video(codec: Codec, camera: str, *, keyframe_every: int = _FRAMES) -> tuple[bytes, ...]:
    """Encode a second of what a camera of this module sees; the first picture is a keyframe."""
    encoder = av.CodecContext.create(_ENCODERS[codec], "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.framerate, encoder.time_base, encoder.bit_rate = Fraction(FPS), Fraction(1, FPS), 150_000
    encoder.gop_size = keyframe_every
    encoder.options = _OPTIONS[codec]
    frames = [encoder.encode(_frame(globals()[camera](number), number)) for number in range(_FRAMES)]
    return tuple(bytes(packet) for packets in [*frames, encoder.encode(None)] for packet in packets)


def _frame(luma: bytes, number: int) -> av.VideoFrame:
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, width, value in zip(frame.planes, (WIDTH, WIDTH // 2, WIDTH // 2), (luma, b"", b""), strict=True):
        rows = value or b"\x80" * (width * HEIGHT // 2)
        plane.update(
            b"".join(rows[row * width : (row + 1) * width].ljust(plane.line_size, b"\0") for row in range(plane.height))
        )
    frame.pts = number
    return frame


@cache
def sound(amplitude: int) -> tuple[bytes, ...]:
    """Encode a second of a tone as Opus."""
    encoder = AudioCodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = 48_000, "mono", "s16", 48_000
    packets: list[bytes] = []
    for number in range(50):
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(tone(amplitude))
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 960, Fraction(1, 48_000)
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(packets)


def payloads(codec: Codec, unit: bytes) -> list[bytes]:
    """Cut an encoded picture into RTP payloads."""
    if codec is Codec.H264:
        return h264.payloads(h264.units(unit))
    parts = [unit[place : place + 1_000] for place in range(0, len(unit), 1_000)]
    return [(b"\x10" if number == 0 else b"\x00") + part for number, part in enumerate(parts)]


@dataclass(frozen=True, slots=True)
class Room:
    """What a site sends: "" is no picture; the level (-dBov) is what its browser claims."""

    camera: str = "lit"
    amplitude: int = 3_000
    level: int = 24
    codec: Codec = Codec.H264
    has_sound: bool = True


async def play(wire: Wire, room: Room) -> None:
    """Send what is seen and heard in a room until the task is cancelled."""
    number = {Codec.H264: H264, Codec.VP8: VP8}[room.codec]
    units = cycle(video(room.codec, room.camera)) if room.camera else None
    packets = cycle(sound(room.amplitude))
    loop = asyncio.get_running_loop()
    began, count = loop.time(), 0
    while True:
        parts = payloads(room.codec, next(units)) if units else []
        for place, part in enumerate(parts):
            wire.send(number, part, timestamp=3_600 * count, marker=place == len(parts) - 1)
        for half in range(2 if room.has_sound else 0):
            wire.send(OPUS, next(packets), timestamp=960 * (2 * count + half), level=room.level)
        count += 1
        await asyncio.sleep(max(0.0, began + count / FPS - loop.time()))
