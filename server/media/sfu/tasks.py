"""The tasks of the forwarding unit: each is owned here, none is forgotten."""

import asyncio
from collections.abc import Coroutine

import structlog

log = structlog.get_logger(__name__)

_GRACE = 2.0  # seconds


class Tasks:
    """A set of tasks that holds on to each until it ends, and logs those that end in an exception."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None], *, name: str) -> None:
        """Run one piece of work to its end, or to `close`."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Wait for what still runs; cancel what does not end by itself within `_GRACE`."""
        running = tuple(self._running)
        if running:
            _, late = await asyncio.wait(running, timeout=_GRACE)
            for task in late:
                task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("media_task_failed", task=task.get_name(), exc_info=error)
