"""The mailer: what a journal means is written once, however many read it, and nothing of what was before it."""

import asyncio
import io
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import docx
import pytest
from sqlalchemy import delete, select, text
from sqlmodel import col

from endpoints.rosters import Rosters
from schedules.letters import Office
from schedules.occasion import read_key
from server.core.contacts import Contact, ContactRole
from server.core.events import (
    BriefingCancelled,
    BriefingEdited,
    Classification,
    EndpointJoined,
    InvitationsNudged,
    InvitationsSent,
)
from server.core.ids import ConnectionId, ContactId, EndpointCode, RosterName
from server.core.mail import GivenBack, Later, MailState, Sent, Taken
from server.core.state import Briefing, fold
from server.mailer import Mailer, Sender
from server.records.documents.profile import load
from server.store import contacts, journal, outbox, people
from server.store.database import Database
from server.store.ledger import StoredLedger
from server.store.tables import JournalRow, MailCursorRow, MailRow
from server.tasks import Tasks
from server.web.join_links import secret_of
from tests.store.stories import HA_NOI, THANH_HOA, at, next_entries, plan, scheduled, store

NOW = at(-3600)
SENDER = Sender(
    Office("vp@example.vn", "Văn phòng"), ZoneInfo("Asia/Ho_Chi_Minh"), "https://x.vn", b"k" * 32, Rosters()
)


def contact(endpoint: EndpointCode) -> Contact:
    return Contact(
        id=ContactId(f"c{endpoint}"),
        roster=RosterName("63"),
        endpoint=endpoint,
        name="Lê Văn Thư",
        position="",
        email=f"dm{endpoint}@example.vn",
        phone="",
        roles=(ContactRole.LIAISON,),
        language="vi",
    )


def mailer(database: Database, now: datetime = NOW) -> Mailer:
    return Mailer(database, SENDER, lambda: now, lambda: None)


async def furnished(database: Database, *names: str) -> list[Briefing]:
    """Store contacts, and scheduled briefings that have invited their two sites."""
    async with database.begin() as session:
        await contacts.add(session, contact(HA_NOI), contact(THANH_HOA))
    found = []
    for name in names:
        draft = await scheduled(database, name)
        found.append(await store(database, draft, InvitationsSent((HA_NOI, THANH_HOA)), when=at(-7200)))
    return found


async def keys(database: Database, briefing: Briefing) -> list[tuple[str, int, str]]:
    async with database.read() as session:
        mails = await outbox.of_briefing(session, briefing.id)
    read = [read_key(mail.cover.key) for mail in mails]
    return sorted((key.purpose, key.seq, key.endpoint) for key in read if key)


async def test_entries_are_told_once_and_by_whom_they_concern(database: Database) -> None:
    [before] = await furnished(database, "b1")
    await mailer(database).catch_up()
    invited = [("invitation", 3, "01"), ("invitation", 3, "38")]
    assert await keys(database, before) == invited

    after = await store(database, before, BriefingEdited(plan(title="Khác", endpoints=(HA_NOI,))), when=at(-3700))
    await store(database, after, EndpointJoined(HA_NOI, ConnectionId("c")), BriefingCancelled("bão"), when=at(-3650))
    for _ in range(2):
        await mailer(database).catch_up()

    told = [("cancellation", 6, "01"), ("change", 4, "01"), ("withdrawal", 4, "38")]
    assert await keys(database, before) == sorted([*invited, *told])


async def test_mail_that_is_tried_again_is_overtaken_by_a_later_one(database: Database) -> None:
    [before] = await furnished(database, "b1")
    await mailer(database).catch_up()
    first, second = await taken(database), await taken(database)  # the server wants both later
    for one in (first, second):
        async with database.begin() as session:
            await outbox.settle(session, one, Later(NOW, "451"), NOW)
    first = await taken(database)  # and one of them is on its way when the time changes

    moved = {"starts_at": at(86400), "ends_at": at(86400 + 7200)}
    after = await store(database, before, BriefingEdited(plan(**moved)), when=at(-3700))
    await mailer(database).catch_up()
    async with database.begin() as session:
        await outbox.settle(session, first, Later(NOW, "451"), NOW)

    await store(database, after, BriefingCancelled("bão"), when=at(-3650))
    changes = [await taken(database), await taken(database)]
    async with database.begin() as session:
        await outbox.settle(session, changes[0], Sent(), NOW)
        await outbox.settle(session, changes[1], GivenBack("away"), NOW)
    await mailer(database).catch_up()
    async with database.read() as session:
        waiting = await outbox.listed(session, MailState.WAITING, limit=9)
        aside = await outbox.listed(session, MailState.LAPSED, limit=9)
    assert sorted(key.purpose for mail in waiting if (key := read_key(mail.cover.key))) == ["cancellation"] * 2
    assert sorted(key.purpose for mail in aside if (key := read_key(mail.cover.key))) == ["change", *["invitation"] * 2]


async def taken(database: Database) -> Taken:
    async with database.begin() as session:
        found = await outbox.take(session, now=NOW, until=NOW + timedelta(minutes=1))
    assert found
    return found


async def test_nodes_that_read_at_once_write_each_mail_once_and_make_no_link_twice(database: Database) -> None:
    briefings = await furnished(database, "b1", "b2", "b3")

    await asyncio.gather(*(mailer(database).catch_up() for _ in range(4)))

    for briefing in briefings:
        assert await keys(database, briefing) == [("invitation", 3, "01"), ("invitation", 3, "38")]
        async with database.read() as session:
            assert sorted(token.endpoint or "" for token in await people.join_tokens(session, briefing.id)) == [
                "01",
                "38",
            ]


async def test_links_in_mails_are_those_that_work(database: Database) -> None:
    [briefing] = await furnished(database, "b1")
    await asyncio.gather(*(mailer(database).catch_up() for _ in range(3)))
    async with database.begin() as session:
        taken = await outbox.take(session, now=NOW, until=NOW + timedelta(minutes=1))
        tokens = await people.join_tokens(session, briefing.id)
    assert taken

    addresses = [f"https://x.vn/reply/{secret_of(SENDER.secret, token.id)}" for token in tokens]
    words = message_from_bytes(taken.mail.message, policy=default).get_body(("plain",))
    assert words is not None
    assert sum(address in words.get_content() for address in addresses) == 1


async def attached(database: Database, briefing: Briefing) -> dict[tuple[str, str], list[str]]:
    """Return the files that go with the mails of a briefing, as lines of text, by purpose and site."""
    async with database.read() as session:
        rows = list(await session.scalars(select(MailRow).where(col(MailRow.briefing_id) == briefing.id)))
    found = {}
    for row in rows:
        key = read_key(row.key)
        assert key
        files = list(message_from_bytes(row.message, policy=default).iter_attachments())
        letters = [docx.Document(io.BytesIO(file.get_content())) for file in files]
        found[key.purpose, str(key.endpoint)] = [line.text for letter in letters for line in letter.paragraphs]
    return found


async def test_formal_letter_goes_with_invitations_and_changes_where_the_house_wants_it(database: Database) -> None:
    [before] = await furnished(database, "b1")
    one = Mailer(database, replace(SENDER, profile=load()["party"]), lambda: NOW, lambda: None)
    await one.catch_up()
    moved = {"starts_at": at(86400), "ends_at": at(86400 + 7200)}
    after = await store(database, before, BriefingEdited(plan(**moved)), when=at(-3700))
    await store(database, after, InvitationsNudged((HA_NOI,)), BriefingCancelled("bão"), when=at(-3650))
    await one.catch_up()

    found = await attached(database, before)

    times = {key: [line for line in lines if line.startswith("Thời gian")] for key, lines in found.items()}
    first, second = ("Thời gian: 08 giờ 30 phút, ngày 23 tháng 11", "Thời gian: 08 giờ 30 phút, ngày 24 tháng 11")
    assert {key: [line[: len(first)] for line in lines] for key, lines in times.items()} == {
        ("invitation", "01"): [first],
        ("invitation", "38"): [first],
        ("change", "01"): [second],
        ("change", "38"): [second],
        ("reminder", "01"): [],
        ("cancellation", "01"): [],
        ("cancellation", "38"): [],
    }
    assert "Điểm cầu Thanh Hóa" in found["invitation", "38"]


async def test_no_letter_goes_with_mails_by_default_or_of_what_is_a_state_secret(database: Database) -> None:
    [plain] = await furnished(database, "b1")
    await mailer(database).catch_up()
    draft = await scheduled(database, "b2", classification=Classification.SECRET)
    secret = await store(database, draft, InvitationsSent((HA_NOI,)), when=at(-7200))
    await Mailer(database, replace(SENDER, profile=load()["state"]), lambda: NOW, lambda: None).catch_up()

    assert await attached(database, plain) == {("invitation", "01"): [], ("invitation", "38"): []}
    assert await attached(database, secret) == {("invitation", "01"): []}


async def test_what_stands_when_the_mailer_is_installed_is_not_told(database: Database) -> None:
    [old] = await furnished(database, "b1")
    async with database.begin() as session:  # as the migration leaves it
        await session.execute(text("INSERT INTO mail_cursor (briefing_id, seq) SELECT id, head_seq FROM briefing"))

    await mailer(database).catch_up()
    assert await keys(database, old) == []

    await store(database, old, BriefingCancelled("bão"), when=at(-3650))
    await mailer(database).catch_up()
    assert await keys(database, old) == [("cancellation", 4, "01"), ("cancellation", 4, "38")]


async def test_what_was_missed_is_told_unless_it_is_over(database: Database) -> None:
    [briefing] = await furnished(database, "b1")

    await mailer(database, at(86400)).catch_up()

    assert await keys(database, briefing) == []


async def test_cursor_passes_what_nobody_is_told_without_reading_it(database: Database) -> None:
    [briefing] = await furnished(database, "b1")
    await mailer(database).catch_up()
    joined = [EndpointJoined(HA_NOI, ConnectionId(f"c{number}")) for number in range(5)]
    state = await store(database, briefing, *joined, when=at(-3000))

    await mailer(database).catch_up()

    async with database.read() as session:
        assert await session.scalar(select(col(MailCursorRow.seq))) == state.head.seq
        assert await journal.kinds(session, briefing.id, after=briefing.head.seq) == {"EndpointJoined"}


async def test_journal_that_cannot_be_read_holds_up_no_other(database: Database) -> None:
    broken, sound = await furnished(database, "b1", "b2")
    async with database.begin() as session:
        await session.execute(
            delete(JournalRow).where(col(JournalRow.briefing_id) == broken.id, col(JournalRow.seq) == 1)
        )

    await mailer(database).catch_up()

    assert await keys(database, broken) == []
    assert await keys(database, sound) == [("invitation", 3, "01"), ("invitation", 3, "38")]


async def test_many_journals_that_cannot_be_read_starve_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    *broken, sound = await furnished(database, "b1", "b2", "b3", "b4")
    async with database.begin() as session:
        begins = (col(JournalRow.briefing_id).in_([one.id for one in broken]), col(JournalRow.seq) == 1)
        await session.execute(delete(JournalRow).where(*begins))
    monkeypatch.setattr("server.mailer.MOST", 2)

    await mailer(database).catch_up()

    assert await keys(database, sound) == [("invitation", 3, "01"), ("invitation", 3, "38")]


async def test_mail_to_an_address_that_is_no_liaisons_any_more_is_overtaken_too(database: Database) -> None:
    [before] = await furnished(database, "b1")
    await mailer(database).catch_up()
    async with database.begin() as session:
        await contacts.change(session, replace(contact(HA_NOI), email="moi@example.vn"))

    moved = {"starts_at": at(86400), "ends_at": at(86400 + 7200)}
    await store(database, before, BriefingEdited(plan(**moved)), when=at(-3700))
    await mailer(database).catch_up()

    async with database.read() as session:
        waiting = await outbox.listed(session, MailState.WAITING, limit=9)
    assert sorted(mail.recipient for mail in waiting) == ["dm38@example.vn", "moi@example.vn"]


async def test_mailer_writes_at_once_what_this_node_stores(database: Database) -> None:
    [draft] = await furnished(database, "b1")
    written = asyncio.Event()
    one = Mailer(database, SENDER, lambda: NOW, written.set)
    await one.catch_up()
    written.clear()
    async with Tasks() as tasks:
        tasks.run("mailer", one.run)
        entries = next_entries(draft, [BriefingCancelled("bão")], at(-3650))
        await StoredLedger(database, one.look).append(entries, before=draft, after=fold(draft, entries))
        async with asyncio.timeout(4):  # less than the five seconds between two looks
            await written.wait()
    assert len(await keys(database, draft)) == 4
