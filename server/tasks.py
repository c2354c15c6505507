"""The set that owns every long-running task: each has a name, is restarted when it fails, and is awaited at the end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

import structlog

log = structlog.get_logger()

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


class Tasks:
    """Supervised tasks; use as an async context manager, leaving cancels and awaits them all."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Start empty."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cancel every task and wait until each has ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Keep `work` running: a failure is logged, and it starts again after a pause (0.5 s, doubled to 30 s)."""
        task = asyncio.get_running_loop().create_task(_supervise(name, work), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _supervise(name: str, work: Callable[[], Awaitable[None]]) -> None:
    pause = FIRST_PAUSE
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await work()
        except Exception:
            log.exception("task_failed", task=name)
        else:
            return
        if asyncio.get_running_loop().time() - began > LONGEST_PAUSE:
            pause = FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Call `work` again and again, `seconds` apart."""
    while True:
        await asyncio.sleep(seconds)
        await work()
