"""A process to be killed: for each line it reads it forks one that empties an outbox, and says its pid.

`python -m tests.store.poster URL PORT [written | dying]`: `written`, each also turns journals into mails; `dying`, each
does nothing else, and kills itself one time in four when it is about to commit. Forking instead of starting: a hundred
processes in seconds, and every one is killed while it works, not while it imports.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, event

from endpoints.rosters import Rosters
from schedules import outbox
from schedules.letters import Office
from schedules.smtp import Address, MailServer, Tls
from server import logs, mailer
from server.mailer import Mailer, Sender
from server.store.database import Database
from server.store.outbox import StoredOutbox
from server.tasks import Tasks

LEASE = timedelta(seconds=0.6)
COMMITS_IN_A_LIFE = 4
SENDER = Sender(
    Office("vp@example.vn", "Văn phòng"), ZoneInfo("Asia/Ho_Chi_Minh"), "https://x.vn", b"k" * 32, Rosters()
)


def now() -> datetime:
    return datetime.now(UTC)


async def work(url: str, port: int, how: str) -> None:
    database = await Database.open(url)
    server = MailServer(Address("127.0.0.1", port, Tls.NONE))
    sending = outbox.Outbox(StoredOutbox(database, now, LEASE), server, now, chance=Random())
    async with Tasks() as tasks:
        if how != "dying":
            tasks.run("outbox", sending.run)
        if how:
            tasks.run("mailer", Mailer(database, SENDER, now, sending.look).run)
        if how == "dying":
            die_at_commits()
        await asyncio.Event().wait()  # until it is killed


def die_at_commits() -> None:
    """From now on this process dies at one of its commits, before it."""
    chance = SystemRandom()

    @event.listens_for(Engine, "commit")
    def _perhaps_die(_connection: Connection) -> None:
        if chance.random() < 1 / COMMITS_IN_A_LIFE:
            os.kill(os.getpid(), signal.SIGKILL)


def fork_for_each_line(url: str, port: int, how: str = "") -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            asyncio.run(work(url, port, how))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    logs.configure("error")
    outbox.LOOK_EVERY = mailer.LOOK_EVERY = 0.05  # type: ignore[misc]
    fork_for_each_line(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
