"""The sites' calendars: one address at a time for each site, and the briefings that it is invited to."""

from datetime import timedelta

from server.core.events import BriefingCancelled, BriefingDrafted, BriefingEdited, BriefingOpened, BriefingScheduled
from server.core.ids import BriefingId, EndpointCode, RosterName
from server.core.state import Briefing
from server.store import feeds, journal
from server.store.database import Database
from server.store.feeds import Feed
from tests.store.stories import CA_MAU, HA_NOI, START, THANH_HOA, at, plan, scheduled, store

ROSTER, OTHER = RosterName("63"), RosterName("34")


def feed(endpoint: EndpointCode, name: str) -> Feed:
    return Feed(endpoint, name, f"hash of {name}", START)


async def test_renewed_address_replaces_that_of_its_endpoint_alone(database: Database) -> None:
    async with database.begin() as session:
        await feeds.renew(session, ROSTER, [feed(HA_NOI, "a"), feed(THANH_HOA, "b")])
        await feeds.renew(session, OTHER, [feed(THANH_HOA, "c")])
        await feeds.renew(session, ROSTER, [feed(THANH_HOA, "d")])

    async with database.read() as session:
        assert sorted(one.id for one in await feeds.of_roster(session, ROSTER)) == ["a", "d"]
        owners = [await feeds.owner(session, f"hash of {name}") for name in "abcd"]
    assert owners == [(ROSTER, HA_NOI), None, (OTHER, THANH_HOA), (ROSTER, THANH_HOA)]


async def test_revoked_address_is_nobodys(database: Database) -> None:
    async with database.begin() as session:
        await feeds.renew(session, ROSTER, [feed(HA_NOI, "a"), feed(THANH_HOA, "b")])
        await feeds.revoke(session, ROSTER, [HA_NOI])

    async with database.read() as session:
        assert [one.id for one in await feeds.of_roster(session, ROSTER)] == ["b"]


async def test_briefings_of_a_site_are_those_it_is_invited_to_drafts_and_old_ones_aside(database: Database) -> None:
    for name, days in (("late", 7), ("early", 1), ("old", -40)):
        starts = START + timedelta(days=days)
        await scheduled(database, name, starts_at=starts, ends_at=starts + timedelta(hours=2))
    await scheduled(database, "others", endpoints=(CA_MAU,))
    await scheduled(database, "reused", roster=OTHER)
    await store(database, Briefing(BriefingId("draft")), BriefingDrafted(plan()))

    async with database.read() as session:
        found = await feeds.briefings_of(session, ROSTER, THANH_HOA, since=START - timedelta(days=30))

    assert found == ["early", "late"]


async def test_planning_is_read_without_what_happened_in_the_meeting(database: Database) -> None:
    first = await scheduled(database, "b1")
    moved = plan(ends_at=at(9000))
    await store(database, first, BriefingEdited(moved), BriefingOpened(), BriefingCancelled("bão"))
    await scheduled(database, "b2")
    await scheduled(database, "b3")

    async with database.read() as session:
        entries = await journal.load_planning(session, [BriefingId("b1"), BriefingId("b2")])

    assert [(entry.briefing, entry.event) for entry in entries] == [
        ("b1", BriefingDrafted(plan())),
        ("b1", BriefingScheduled()),
        ("b1", BriefingEdited(moved)),
        ("b1", BriefingCancelled("bão")),
        ("b2", BriefingDrafted(plan())),
        ("b2", BriefingScheduled()),
    ]
