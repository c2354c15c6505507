"""Processes that turn journals into mails are killed at random points: what each entry means is told, and told once."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from schedules.occasion import MailKey
from server.core.events import Event, InvitationsNudged, InvitationsSent
from server.core.ids import BriefingId, EndpointCode
from server.core.state import Briefing
from server.store import contacts, mail_cursors, people
from server.store.database import Database
from server.store.tables import MailRow
from server.web.join_links import secret_of
from tests.mail_server import LocalServer, mail_server
from tests.store.poster import SENDER
from tests.store.stories import HA_NOI, THANH_HOA, scheduled, store
from tests.store.test_mailer import contact
from tests.store.test_outbox_kill import emptied, posters

SITES = (HA_NOI, THANH_HOA)
ROUNDS: Sequence[tuple[str, Event]] = (("invitation", InvitationsSent(SITES)), ("reminder", InvitationsNudged(SITES)))
"""What is told of each briefing, one entry after the other."""


async def planned(database: Database, count: int) -> list[Briefing]:
    """Store briefings that are still to come, and whom to write to."""
    async with database.begin() as session:
        await contacts.add(session, *map(contact, SITES))
    begin = datetime.now(UTC) + timedelta(days=2)
    times = {"starts_at": begin, "ends_at": begin + timedelta(hours=2)}
    return [await scheduled(database, f"b{number:03}", **times) for number in range(count)]


async def happen(database: Database, briefing: Briefing) -> set[str]:
    """Let everything happen that is told of a briefing; return the keys of the mails it means."""
    meant = set[str]()
    for seq, (purpose, event) in enumerate(ROUNDS, briefing.head.seq + 1):
        briefing = await store(database, briefing, event, when=datetime.now(UTC))
        meant |= {str(MailKey(purpose, briefing.id, seq, code, contact(code).email)) for code in SITES}
    return meant


async def is_all_read(database: Database) -> bool:
    async with database.read() as session:
        return not await mail_cursors.behind(session, limit=1)


async def all_told(database: Database) -> None:
    """Wait until every journal has been read on and nothing waits any more."""
    async with asyncio.timeout(60):
        while not await is_all_read(database):  # noqa: ASYNC110 - another process reads
            await asyncio.sleep(0.05)
    await emptied(database)


async def written(database: Database) -> list[MailRow]:
    async with database.read() as session:
        return list(await session.scalars(select(MailRow)))


async def working_links(database: Database, briefing: BriefingId) -> dict[EndpointCode, str]:
    """Return where each site of a briefing answers."""
    async with database.read() as session:
        tokens = await people.join_tokens(session, briefing)
    assert len(tokens) == len(SITES)  # made once, however often it was begun
    return {one.endpoint: f"https://x.vn/reply/{secret_of(SENDER.secret, one.id)}" for one in tokens if one.endpoint}


def words(row: MailRow) -> str:
    body = message_from_bytes(row.message, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def check(database: Database, briefings: Sequence[Briefing], meant: set[str]) -> list[MailRow]:
    """Check that what was meant was written, once, with links that work."""
    rows = await written(database)
    assert sorted(row.key for row in rows) == sorted(meant)  # none lost, none written twice
    for briefing in briefings:
        links = await working_links(database, briefing.id)
        told = [row for row in rows if row.briefing_id == briefing.id]
        assert sum(link in words(row) for row in told for link in links.values()) == len(told)
    return rows


@pytest.mark.parametrize(
    ("kills", "nodes"),
    [(6, 2), pytest.param(100, 1, marks=pytest.mark.soak), pytest.param(100, 3, marks=pytest.mark.soak)],
)
@pytest.mark.timeout(600)
async def test_killed_at_random_points_every_entry_is_told_once_to_each_under_one_message_id(
    database: Database, url: str, tmp_path: Path, kills: int, nodes: int
) -> None:
    chance = random.Random(kills + nodes)
    briefings = await planned(database, 2 * kills)
    meant = set[str]()

    with mail_server(tmp_path / "accepted") as server, posters(url, server, "written") as running:
        for _ in range(nodes):
            running.start()
        for number in range(kills):
            for briefing in briefings[2 * number :][:2]:
                meant |= await happen(database, briefing)
            await asyncio.sleep(chance.uniform(0, 0.2))  # while they are read and written
            running.kill(chance.randrange(nodes))
            running.start()
        await all_told(database)
        accepted = server.accepted

    rows = await check(database, briefings, meant)
    times, bytes_of = Counter(one.message_id for one in accepted), defaultdict(set)
    for one in accepted:
        bytes_of[one.message_id].add(one.sha256)
    doubled = sum(count - 1 for count in times.values())
    assert set(times) == {f"<{row.id}@example.vn>" for row in rows}
    assert [len(digests) for digests in bytes_of.values()] == [1] * len(rows)
    assert doubled <= kills  # a process that is killed has one mail in hand
    print(f"kills {kills}, nodes {nodes}: {len(meant)} mails, {doubled} doubled")  # noqa: T201 - for who measures


@pytest.mark.parametrize("count", [4, pytest.param(100, marks=pytest.mark.soak)])
@pytest.mark.timeout(600)
async def test_dying_at_its_commits_a_mailer_leaves_nothing_half_told(
    database: Database, url: str, tmp_path: Path, count: int
) -> None:
    briefings = await planned(database, count)
    meant, deaths = set[str](), 0
    for briefing in briefings:
        meant |= await happen(database, briefing)

    with posters(url, LocalServer(0, tmp_path), "dying") as running:
        while not await is_all_read(database):
            deaths += running.bury()
            if not running.pids:
                running.start()
            await asyncio.sleep(0.02)

    await check(database, briefings, meant)
    print(f"deaths {deaths}: {len(meant)} mails")  # noqa: T201 - for who measures
