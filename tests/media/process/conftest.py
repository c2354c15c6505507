"""Fixtures: a supervised media process on a free port, stopped at the end of the test."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from server.media.process.messages import Setup
from server.media.process.supervisor import Supervisor

COMMAND = ("-m", "server.media_process", "critical")
SETUP = Setup("127.0.0.1", 0, ("127.0.0.1",), linger=20.0)


class Start(Protocol):
    """Starts a media process, or attaches to the one there is; a part of its setup may be another."""

    def __call__(self, **changes: object) -> Awaitable[Supervisor]: ...


def pid_of(plane: Supervisor) -> int:
    """Return the number of the media process."""
    assert plane._child is not None
    return plane._child.pid


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    async with AsyncExitStack() as at_the_end:

        async def start_one(**changes: object) -> Supervisor:
            setup = replace(SETUP, **changes)  # type: ignore[arg-type]  # by whoever names a part
            one = await Supervisor.start(tmp_path / "media.socket", setup, COMMAND)
            at_the_end.push_async_callback(one.stop)
            return one

        yield start_one


@pytest.fixture
async def plane(start: Start) -> Supervisor:
    return await start()
