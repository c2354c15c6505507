"""The helper process as the media process sees it: given one sample at a time, watched, and started again."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from server.core.errors import ProtocolError
from server.media.inspection.messages import LARGEST, LENGTH, Finding, Sample, framed, read_finding, write_sample

log = structlog.get_logger(__name__)

_PROGRAM = (sys.executable, "-P", "-m", "server.media.inspection.helper")
_MOST_WAITING = 64  # samples; about one of each source
_PAUSE = 1.0  # seconds before a helper is started again


@dataclass(frozen=True, slots=True)
class Job:
    """A sample and who waits for the finding."""

    sample: Sample
    done: Callable[[Finding | None], None]  # None: the helper did not survive it


class Inspector:
    """A queue of samples and the one process that works it off; the process is started with the first sample."""

    def __init__(self, *, niceness: int = 10, answer_within: float = 10.0) -> None:
        """A helper that has not answered `answer_within` seconds after it was asked is ended.

        It has to be long: on a busy machine the helper waits for a processor.
        """
        self.restarts = 0
        self._program = (*_PROGRAM, str(niceness))
        self._answer_within = answer_within
        self._queue: asyncio.Queue[Job | None] = asyncio.Queue()
        self._process: Process | None = None
        self._is_stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The helper's process, while there is one."""
        return self._process.pid if self._process else None

    def submit(self, sample: Sample, done: Callable[[Finding | None], None]) -> bool:
        """Have a sample inspected when its turn comes; False while too many wait."""
        if self._queue.qsize() >= _MOST_WAITING:
            return False
        self._queue.put_nowait(Job(sample, done))
        return True

    async def run(self) -> None:
        """Work the queue off until `stop`."""
        while (job := await self._queue.get()) is not None:
            finding = await self._inspect(job.sample)
            job.done(finding)
            if finding is None:
                await self._pause()
        await self._end()

    def stop(self) -> None:
        """End the process and `run`."""
        self._is_stopping.set()
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)
        if self._process is not None:
            self._kill(self._process)

    async def _inspect(self, sample: Sample) -> Finding | None:
        """Ask the helper; one that dies, hangs or talks nonsense is ended."""
        try:
            async with asyncio.timeout(self._answer_within):
                return await self._ask(await self._helper(), sample)
        except (OSError, EOFError, TimeoutError, ProtocolError) as error:
            await self._end()
            if not self._is_stopping.is_set():
                self.restarts += 1
                log.warning("inspector_lost", reason=type(error).__name__, sample=type(sample).__name__)
            return None

    async def _helper(self) -> Process:
        """Return the process; one that has ended while it was idle is replaced."""
        if self._process is not None and self._process.returncode is not None:
            self.restarts += 1
            log.warning("inspector_lost", reason="idle", sample="")
            await self._end()
        if self._process is None:  # without the environment: it holds the secrets of the service
            self._process = await asyncio.create_subprocess_exec(*self._program, stdin=PIPE, stdout=PIPE, env={})
        return self._process

    async def _ask(self, process: Process, sample: Sample) -> Finding:
        if process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(framed(write_sample(sample)))
        await process.stdin.drain()
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        if length > LARGEST:
            raise ProtocolError("finding is too large")
        return read_finding(await process.stdout.readexactly(length))

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            self._kill(process)
            await process.wait()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_stopping.wait(), _PAUSE)

    def _kill(self, process: Process) -> None:
        with suppress(ProcessLookupError):
            process.kill()
