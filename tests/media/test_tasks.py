"""The tasks of the forwarding unit."""

import asyncio

import pytest
from structlog.testing import capture_logs

from server.media.sfu import tasks
from server.media.sfu.tasks import Tasks


async def test_closing_waits_for_what_ends_by_itself() -> None:
    owned, done = Tasks(), asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0)
        done.set()

    owned.start(work(), name="work")
    await owned.close()
    assert done.is_set()


async def test_closing_cancels_what_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_GRACE", 0.01)
    owned, cancelled = Tasks(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    owned.start(work(), name="work")
    await owned.close()
    assert cancelled.is_set()


async def test_a_task_that_fails_is_in_the_log() -> None:
    owned = Tasks()

    async def work() -> None:
        raise ZeroDivisionError

    with capture_logs() as logs:
        owned.start(work(), name="work")
        await owned.close()
    assert [(line["event"], line["task"]) for line in logs] == [("media_task_failed", "work")]
