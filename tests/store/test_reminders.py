"""Reminders in the database: the house's, a briefing's own from its journal, and what has been sent."""

import asyncio

from server.core import events as e
from server.core.events import Addressee, LeadUnit, ReminderRule, RemindersSet
from server.core.ids import BriefingId
from server.core.state import Phase
from server.store import reminders
from server.store.database import Database
from server.store.reminders import Round
from tests.store.stories import START, at, scheduled, store

B1, B2, B3 = BriefingId("b1"), BriefingId("b2"), BriefingId("b3")
HOUR = ReminderRule(60, LeadUnit.MINUTES, (Addressee.TECHNICIAN, Addressee.ORGANIZER), on=False)
DAY = ReminderRule(1, LeadUnit.DAYS, (Addressee.LIAISON,))


async def test_house_begins_with_four_reminders(database: Database) -> None:
    async with database.read() as session:
        found = await reminders.of_house(session)

    assert [rule.key for rule in found] == ["3-working_days", "1-days", "60-minutes", "15-minutes"]
    assert all(rule.on for rule in found)


async def test_house_has_what_was_set_last_and_may_have_none(database: Database) -> None:
    async with database.begin() as session:
        await reminders.set_of_house(session, [HOUR, DAY])
    async with database.read() as session:
        assert await reminders.of_house(session) == (DAY, HOUR)

    async with database.begin() as session:
        await reminders.set_of_house(session, [])
    async with database.read() as session:
        assert await reminders.of_house(session) == ()


async def test_of_two_who_set_the_house_at_once_the_last_is_right(database: Database) -> None:
    first_is_in = asyncio.Event()

    async def first() -> None:
        async with database.begin() as session:
            await reminders.claim_house(session)
            await reminders.set_of_house(session, [HOUR, DAY])
            first_is_in.set()
            await asyncio.sleep(0.2)

    async def second() -> None:
        await first_is_in.wait()
        async with database.begin() as session:
            await reminders.claim_house(session)
            await reminders.set_of_house(session, [DAY])

    await asyncio.gather(first(), second())

    async with database.read() as session:
        assert await reminders.of_house(session) == (DAY,)


async def test_own_reminders_are_the_last_chosen_and_may_be_none_or_the_houses_again(database: Database) -> None:
    first = await scheduled(database, "b1")
    first = await store(database, first, RemindersSet((DAY,)))
    await store(database, first, RemindersSet((HOUR,)), e.BriefingOpened())
    await store(database, await scheduled(database, "b2"), RemindersSet(()))
    await store(database, await scheduled(database, "b3"), RemindersSet((DAY,)), RemindersSet(None))

    async with database.read() as session:
        assert await reminders.own(session, [B1, B2, B3]) == {B1: (HOUR,), B2: ()}
        assert await reminders.own(session, [B2]) == {B2: ()}


async def test_what_has_been_sent_is_known_until_the_briefing_moves(database: Database) -> None:
    await scheduled(database, "b1")
    await scheduled(database, "b2")
    done, later = Round(B1, "1-days", START, at(-86400)), Round(B1, "1-days", START, at(-80000))
    other = Round(B2, "1-days", START, at(-86400))
    async with database.begin() as session:
        for one in (done, later, other):
            await reminders.finish(session, one)

    async with database.begin() as session:
        assert sorted(await reminders.rounds(session, [B1, B2]), key=lambda one: one.briefing) == [done, other]
        await reminders.forget_rounds(session, B1)
        assert await reminders.rounds(session, [B1, B2]) == [other]


async def test_claim_tells_the_phase_and_the_start(database: Database) -> None:
    await scheduled(database, "b1")

    async with database.begin() as session:
        assert await reminders.claim(session, B1) == (Phase.SCHEDULED, START)
        assert await reminders.claim(session, B2) is None
