"""Files that no journal names are taken away: when the service starts, and once a day."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import structlog

from server.files.files import Files
from server.store import documents
from server.store.database import Database

log = structlog.get_logger()

EVERY = 24 * 3600.0
"""Seconds between two sweeps."""


async def sweep(files: Files, database: Database, clock: Callable[[], datetime]) -> None:
    """Sweep again and again, for ever. Raises StorageUnavailable."""

    async def named(digests: Sequence[str]) -> Collection[str]:
        async with database.read() as session:
            return await documents.named(session, digests)

    while True:
        if gone := await files.sweep(named, now=clock().timestamp()):
            log.info("files_swept", count=gone)
        await asyncio.sleep(EVERY)
