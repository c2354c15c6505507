"""Runs the application: opens the port, waits for the signal to stop, and leaves in good order."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog
import uvloop
from aiohttp import web

from server.app import MEDIA_STAYS, build
from server.settings import Settings

log = structlog.get_logger()

LEAVE_WITHIN = 5.0
"""Seconds that running requests get when the service stops."""


def run(main: Coroutine[Any, Any, int]) -> int:
    """Run a command's coroutine on uvloop and return its exit status."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[web.Application, str]]:
    """Serve while the context lasts; gives the application and its base URL.

    Raises OSError when a port is taken.
    """
    app = build(settings)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=LEAVE_WITHIN, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        port = runner.addresses[0][1]
        yield app, settings.base_url or f"http://{_spoken(settings.host)}:{port}"
    finally:
        await runner.cleanup()


async def serve(settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM; until SIGHUP, too, but then the media goes on and waits for the next server."""
    async with running(settings) as (app, url):
        gc.collect()
        gc.freeze()  # what is there now stays: no collection has to look at it again, and hold everybody up meanwhile
        log.info("serving", url=url, media_port=settings.media_port)
        if await stop_signal(signal.SIGHUP) == signal.SIGHUP:
            app[MEDIA_STAYS].set()
    log.info("stopped")
    return 0


async def stop_signal(*others: signal.Signals) -> signal.Signals:
    """Wait for SIGINT, SIGTERM or one of the others, and return which it was."""
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[signal.Signals] = loop.create_future()

    def note(number: signal.Signals) -> None:
        if not stop.done():
            stop.set_result(number)

    for number in (signal.SIGINT, signal.SIGTERM, *others):
        loop.add_signal_handler(number, note, number)
    return await stop


def _spoken(host: str) -> str:
    """Return a host a person can open: an unspecified address is reached through the loopback."""
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104
