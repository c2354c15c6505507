"""FFmpeg's own WHIP muxer, inside PyAV: a foreign publisher that sends no audio levels and answers no PLI.

It runs in a process of its own (`python -m tests.media.ffmpeg`): the muxer keeps the interpreter's lock while it waits
for the server's answer.
"""

import asyncio
import datetime as dt
import json
import math
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_RATE, _FRAME = 48_000, 960
_FPS = 25


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write an ECDSA P-256 certificate and key: FFmpeg's built-in one is secp224r1, which OpenSSL refuses."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "giaoban test")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    return cert_file, key_file


@asynccontextmanager
async def publishing(url: str, options: dict[str, str], *, luma: int = 90) -> AsyncIterator[asyncio.subprocess.Process]:
    """Publish a plain picture and a tone until the block ends."""
    command = [sys.executable, "-m", "tests.media.ffmpeg", url, json.dumps(options), str(luma)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stderr=pipe)
    try:
        yield process
    finally:
        await process.communicate(b"")


def publish(url: str, options: dict[str, str], luma: int) -> None:
    """Publish until the standard input ends."""
    stop = threading.Event()
    threading.Thread(target=_set_at_end_of_input, args=(stop,), daemon=True).start()
    with av.open(url, "w", format="whip", options=options) as output:
        video, audio = _streams(output)
        began, count = time.monotonic(), 0
        while not stop.is_set():
            output.mux(video.encode(_picture(luma, count)))
            for part in range(2):
                output.mux(audio.encode(_tone(2 * count + part)))
            count += 1
            stop.wait(max(0.0, began + count / _FPS - time.monotonic()))


def _set_at_end_of_input(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def _streams(output: OutputContainer) -> tuple[VideoStream, AudioStream]:
    video = output.add_stream("libx264", rate=_FPS)
    video.width, video.height, video.pix_fmt, video.gop_size, video.max_b_frames = 320, 240, "yuv420p", _FPS, 0
    video.options = {"profile": "baseline", "preset": "ultrafast", "tune": "zerolatency"}
    audio = output.add_stream("libopus", rate=_RATE)
    audio.layout = "stereo"
    return video, audio


def _picture(luma: int, count: int) -> av.VideoFrame:
    frame = av.VideoFrame(320, 240, "yuv420p")
    for plane, value in zip(frame.planes, (luma, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    frame.pts, frame.time_base = count, Fraction(1, _FPS)
    return frame


def _tone(count: int) -> av.AudioFrame:
    """Make 20 ms of a 440 Hz sine at a tenth of full scale: -23 dBov."""
    start = count * _FRAME
    samples = (int(3277 * math.sin(2 * math.pi * 440 * (start + index) / _RATE)) for index in range(_FRAME))
    data = b"".join(sample.to_bytes(2, "little", signed=True) * 2 for sample in samples)
    frame = av.AudioFrame(format="s16", layout="stereo", samples=_FRAME)
    frame.planes[0].update(data)
    frame.sample_rate, frame.pts, frame.time_base = _RATE, start, Fraction(1, _RATE)
    return frame


if __name__ == "__main__":
    publish(sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]))
