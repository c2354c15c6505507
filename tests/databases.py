"""A migrated SQLite database, made once in a run: a service that begins with a copy of it migrates nothing."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from server.store.database import Database

NAME = "giaoban.sqlite3"
"""What a service calls the database in its data directory."""


def lay_out(folder: Path) -> Path:
    """Put an empty, migrated database into a data directory, unless it has one; return the file."""
    path = folder / NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_migrated())
    return path


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        migrate(f"sqlite:///{path}")
        return path.read_bytes()


def migrate(url: str) -> None:
    """Migrate a database, in another thread: this one may have a loop that runs."""
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, _opened_once(url)).result()


async def _opened_once(url: str) -> None:
    database = await Database.open(url)
    await database.close()
