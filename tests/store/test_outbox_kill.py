"""Processes that send are killed at random points: no mail is lost, and none is doubled under another Message-ID."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.core.ids import MailId
from server.core.mail import Census, Cover, Mail
from server.store import outbox
from server.store.database import Database
from tests.mail_server import LocalServer, mail_server


class Posters:
    """Processes that empty an outbox."""

    def __init__(self, forks: "subprocess.Popen[str]") -> None:
        self._forks = forks
        self.pids: list[int] = []

    def start(self) -> None:
        """Start another."""
        assert self._forks.stdin
        assert self._forks.stdout
        self._forks.stdin.write("\n")
        self._forks.stdin.flush()
        self.pids.append(int(self._forks.stdout.readline()))

    def bury(self) -> int:
        """Forget those that have died; return how many."""
        before = len(self.pids)
        self.pids = [pid for pid in self.pids if Path(f"/proc/{pid}").exists()]
        return before - len(self.pids)

    def kill(self, number: int) -> None:
        """Kill one of them at once."""
        os.kill(self.pids.pop(number), signal.SIGKILL)


@contextmanager
def posters(url: str, server: LocalServer, *how: str) -> Iterator[Posters]:
    command = [sys.executable, "-m", "tests.store.poster", url, str(server.port), *how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as forks:
        running = Posters(forks)
        yield running
        for _ in tuple(running.pids):
            running.kill(0)
        forks.kill()


async def fill(database: Database, count: int, to: str = "site") -> set[str]:
    """Put mails into the outbox; return their Message-IDs."""
    async with database.begin() as session:
        for number in range(count):
            mail_id = MailId(f"mail{number:04}")
            message = f"Message-ID: <{mail_id}@example.vn>\r\nSubject: {number}\r\n\r\nKính gửi\r\n".encode()
            mail = Mail(mail_id, "giaoban@example.vn", f"{to}{number}@example.vn", message)
            await outbox.put(session, mail, Cover(f"test/{number}", str(number)), now=datetime.now(UTC))
    return {f"<mail{number:04}@example.vn>" for number in range(count)}


async def emptied(database: Database) -> Census:
    """Wait until nothing waits any more."""
    async with asyncio.timeout(60):
        while True:
            async with database.read() as session:
                census = await outbox.census(session)
            if not census.waiting:
                return census
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("kills", "nodes"),
    [(6, 1), pytest.param(100, 1, marks=pytest.mark.soak), pytest.param(100, 3, marks=pytest.mark.soak)],
)
@pytest.mark.timeout(600)
async def test_killed_at_random_points_no_mail_is_lost_or_doubled_under_another_name(
    database: Database, url: str, tmp_path: Path, kills: int, nodes: int
) -> None:
    chance = random.Random(kills + nodes)
    written = await fill(database, 12 * kills)

    with mail_server(tmp_path / "accepted") as server, posters(url, server) as running:
        for _ in range(nodes):
            running.start()
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.05, 0.35))
            running.kill(chance.randrange(nodes))
            running.start()
        census = await emptied(database)
        accepted = server.accepted

    times = Counter(one.message_id for one in accepted)
    bytes_of = defaultdict(set)
    for one in accepted:
        bytes_of[one.message_id].add(one.sha256)
    doubled = sum(count - 1 for count in times.values())
    assert set(times) == written
    assert [len(digests) for digests in bytes_of.values()] == [1] * len(written)
    assert doubled <= kills  # a process that is killed has one mail in hand
    assert census == Census()
    print(f"kills {kills}, nodes {nodes}: {len(written)} mails, {doubled} doubled")  # noqa: T201 - for who measures


async def test_mail_whose_process_dies_before_the_acceptance_is_sent_by_the_next(
    database: Database, url: str, tmp_path: Path
) -> None:
    written = await fill(database, 1, to="late")

    with mail_server(tmp_path / "accepted") as server, posters(url, server) as running:
        running.start()
        async with asyncio.timeout(20):
            while not server.was_asked_late:  # noqa: ASYNC110 - another process makes the file
                await asyncio.sleep(0.01)
        running.kill(0)
        running.start()
        await emptied(database)
        accepted = server.accepted

    assert [one.message_id for one in accepted] == list(written)


async def test_several_nodes_never_send_one_mail_at_once(database: Database, url: str, tmp_path: Path) -> None:
    written = await fill(database, 60)

    with mail_server(tmp_path / "accepted") as server, posters(url, server) as running:
        for _ in range(3):
            running.start()
        await emptied(database)
        accepted = server.accepted

    assert sorted(one.message_id for one in accepted) == sorted(written)
