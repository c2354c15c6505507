"""The helper process: reads samples and writes findings until its input ends.

Started as `python -m server.media.inspection.helper NICENESS`. Whatever it decodes may crash it or hold it for ever. It
cannot open a file or a connection, and has little memory and little time of the processor for each sample.
"""

import os
import resource
import signal
import sys

import av

from server.media.inspection.level import Levels
from server.media.inspection.messages import (
    LENGTH,
    Finding,
    LevelSample,
    PictureSample,
    framed,
    read_sample,
    write_finding,
)
from server.media.inspection.picture import look
from server.media.inspection.sound import listen
from server.media.sfu.codec import Codec

_MEMORY = 512 << 20  # bytes of address space
_CPU = 3.0  # seconds of the processor for one sample; then the kernel ends the process
_INPUT, _OUTPUT = 0, 1


def main() -> None:
    """Serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the media process decides when it is over
    av.logging.set_level(av.logging.PANIC)
    os.nice(int(sys.argv[1]))
    _prepare()
    _confine()
    levels = Levels()
    while (body := _message()) is not None:
        signal.setitimer(signal.ITIMER_PROF, _CPU)
        finding = _inspect(body, levels)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(framed(write_finding(finding)))


def _inspect(body: bytes, levels: Levels) -> Finding:
    sample = read_sample(body)
    if isinstance(sample, LevelSample):
        return levels.measure(sample.stream, sample.payloads)
    if isinstance(sample, PictureSample):
        return look(sample.codec, sample.units)
    return listen(sample.payloads)


def _prepare() -> None:
    """Load everything that is loaded late, while that is still possible."""
    for codec in (Codec.H264, Codec.VP8):
        look(codec, [b"\0"])
    listen([b"\0"])


def _confine() -> None:
    """Give up what decoding does not need."""
    limits = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_NOFILE: 0,  # what is open stays open; nothing can be opened, no socket made
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def _message() -> bytes | None:
    head = _read(LENGTH.size)
    return None if head is None else _read(LENGTH.unpack(head)[0])


def _read(size: int) -> bytes | None:
    """Read as many bytes; None when the input ends before."""
    parts: list[bytes] = []
    while size > 0:
        part = os.read(_INPUT, size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _send(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(_OUTPUT, rest) :]


if __name__ == "__main__":
    main()
