"""A process killed while it appends loses nothing that it had acknowledged, and leaves nothing half-done."""

import subprocess
import sys

import pytest
from sqlalchemy import func, select

from server.core.ids import BriefingId
from server.core.journal import verify
from server.store import journal
from server.store.database import Database
from server.store.tables import ConnectionRow, table_of


def killed_after(url: str, acknowledgements: int) -> int:
    """Run an appender, kill it in the middle of its work, and return the last seq that it acknowledged."""
    command = [sys.executable, "-m", "tests.store.appender", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        lines = [child.stdout.readline() for _ in range(acknowledgements)]
        child.kill()
        lines += child.stdout.readlines()
    return max(int(line) for line in lines if line.endswith("\n"))


@pytest.mark.parametrize("acknowledgements", [1, 7, 40])
async def test_what_was_acknowledged_survives_a_kill(url: str, acknowledgements: int) -> None:
    acknowledged = killed_after(url, acknowledgements)

    database = await Database.open(url)
    async with database.read() as session:
        rows = await journal.rows(session, BriefingId("b1"))
        head = await journal.head(session, BriefingId("b1"))
        connection = table_of(ConnectionRow)
        connections = await session.scalar(select(func.count()).select_from(connection))
        still_open = await session.scalar(select(func.count()).where(connection.c.left_at.is_(None)))
    await database.close()

    assert verify(rows, head=head) is None
    assert acknowledged <= len(rows) <= acknowledged + 2  # the append that was on its way may have arrived
    assert (connections, still_open) == ((len(rows) - 2) / 2, 0)
