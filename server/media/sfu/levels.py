"""The level of Opus that comes without one: decoded in a thread of its own, never in the packet loop."""

import asyncio
import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import av
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError

SILENCE = 127
_STRIDE = 4  # every fourth sample tells the energy well enough


class Meter:
    """One publisher's decoder."""

    def __init__(self) -> None:
        self._decoder = av.CodecContext.create("opus", "r")
        self.is_busy = False

    def measure(self, payloads: Iterable[bytes]) -> int | None:
        """Decode some Opus packets; return the loudest level in -dBov, None when none was sound."""
        levels = [level for payload in payloads if (level := self._level(payload)) is not None]
        return min(levels, default=None)

    def _level(self, payload: bytes) -> int | None:
        if not isinstance(self._decoder, AudioCodecContext):
            return None
        try:
            frames = self._decoder.decode(av.Packet(payload))
        except FFmpegError:
            return None
        levels = [level_of(bytes(frame.planes[0])) for frame in frames]
        return min(levels, default=None)


def level_of(samples: bytes) -> int:
    """Return the level of float samples in -dBov: the root mean square over full scale (RFC 6465, appendix A)."""
    values = memoryview(samples).cast("f")[::_STRIDE].tolist()
    power = math.hypot(*values) / math.sqrt(len(values)) if values else 0.0
    return max(0, min(SILENCE, round(-20 * math.log10(power)))) if power > 0 else SILENCE


class Meters:
    """The meters of all publishers that need one, and their thread."""

    def __init__(self, limit: int) -> None:
        """At most `limit` publishers are metered at a time."""
        self._limit = limit
        self._busy = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="levels")

    def measure(self, meter: Meter, payloads: list[bytes], tell: Callable[[int], None]) -> None:
        """Measure in the thread and `tell` the level from the loop; does nothing while too much is under way."""
        if meter.is_busy or self._busy >= self._limit:
            return

        def done(future: asyncio.Future[int | None]) -> None:
            meter.is_busy = False
            self._busy -= 1
            if not future.cancelled() and (level := future.result()) is not None:
                tell(level)

        meter.is_busy = True
        self._busy += 1
        asyncio.get_running_loop().run_in_executor(self._thread, meter.measure, payloads).add_done_callback(done)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)
