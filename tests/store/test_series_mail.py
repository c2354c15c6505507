"""Dates that were published together are told by one mail, however many nodes read their journals at once."""

import asyncio

from sqlalchemy import select
from sqlmodel import col

from schedules.occasion import read_key
from server.core.events import (
    BriefingCancelled,
    BriefingDrafted,
    BriefingEdited,
    BriefingScheduled,
    CalendarDate,
    InvitationsSent,
)
from server.core.ids import BriefingId, PublicationId
from server.core.mail import MailState
from server.core.state import Briefing
from server.store import contacts, people, series
from server.store.database import Database
from server.store.tables import MailRow
from tests.store.stories import HA_NOI, THANH_HOA, at, plan, store
from tests.store.test_mailer import contact, mailer

NAMES = tuple(BriefingId(name) for name in ("b3", "b1", "b2"))
WEEK = 7 * 86400


async def published(database: Database) -> list[Briefing]:
    """Store contacts, and three dates that were published together: not in the order of their ids."""
    async with database.begin() as session:
        await contacts.add(session, contact(HA_NOI), contact(THANH_HOA))
    found = []
    for week, name in enumerate(NAMES):
        day = f"2026-{('11-23', '11-30', '12-07')[week]}T08:30:00"
        date = CalendarDate(PublicationId("p1"), day, "2026-11-23T08:30:00", "FREQ=WEEKLY;COUNT=3", "Asia/Ho_Chi_Minh")
        times = {"starts_at": at(week * WEEK), "ends_at": at(week * WEEK + 7200)}
        invited = InvitationsSent((HA_NOI, THANH_HOA), NAMES)
        events = (BriefingDrafted(plan(**times)), BriefingScheduled(date), invited)
        found.append(await store(database, Briefing(name), *events, when=at(-7200)))
    return found


async def keys(database: Database, state: MailState = MailState.WAITING) -> list[tuple[str, str, str]]:
    async with database.read() as session:
        mails = await session.scalars(select(col(MailRow.key)).where(col(MailRow.state) == state.value))
        read = [read_key(key) for key in mails]
    return sorted((key.purpose, key.briefing, key.endpoint) for key in read if key)


async def catch_up(database: Database) -> None:
    """Let four nodes read at once, until nothing is left: one that came second looks again, as it does by itself."""
    for _ in range(3):
        await asyncio.gather(*(mailer(database).catch_up() for _ in range(4)))


async def test_nodes_that_read_at_once_write_one_mail_for_all_dates_and_make_no_link_twice(database: Database) -> None:
    await published(database)

    await catch_up(database)

    assert await keys(database) == [("invitations", "b3", "01"), ("invitations", "b3", "38")]
    for name in NAMES:
        async with database.read() as session:
            tokens = await people.join_tokens(session, name)
        assert sorted(token.endpoint or "" for token in tokens) == ["01", "38"]


async def test_dates_cancelled_together_are_called_off_by_one_mail_that_overtakes_what_waits(
    database: Database,
) -> None:
    states = await published(database)
    await catch_up(database)
    moved = plan(starts_at=at(WEEK + 3600), ends_at=at(WEEK + 7200))
    states[1] = await store(database, states[1], BriefingEdited(moved), when=at(-3700))
    await catch_up(database)
    assert ("change", "b1", "38") in await keys(database)

    for state in states:
        await store(database, state, BriefingCancelled("bão", NAMES), when=at(-3650))
    await catch_up(database)

    off = [("cancellations", "b3", "01"), ("cancellations", "b3", "38")]
    assert [key for key in await keys(database) if key[0] != "invitations"] == off
    assert await keys(database, MailState.LAPSED) == [("change", "b1", "01"), ("change", "b1", "38")]


async def test_publication_names_its_dates_in_their_order(database: Database) -> None:
    await published(database)

    async with database.read() as session:
        found = await series.published(session, PublicationId("p1"))

    assert [(one.id, one.date) for one in found] == [
        ("b3", "2026-11-23T08:30:00"),
        ("b1", "2026-11-30T08:30:00"),
        ("b2", "2026-12-07T08:30:00"),
    ]
