"""Briefings to store: a plan, moments, and the shortest way from events to a stored journal."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from server.core.events import AgendaItem, BriefingDrafted, BriefingScheduled, Event, Plan
from server.core.ids import Actor, BriefingId, EndpointCode, RosterName
from server.core.journal import Entry, seal
from server.core.state import Briefing, fold
from server.store import journal
from server.store.database import Database

HA_NOI = EndpointCode("01")
THANH_HOA = EndpointCode("38")
CA_MAU = EndpointCode("96")
LAN = Actor("user:lan")
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A moment relative to the planned start."""
    return START + timedelta(seconds=seconds)


def plan(**changes: object) -> Plan:
    fields: dict[str, object] = {
        "title": "Giao ban tháng 11",
        "starts_at": START,
        "ends_at": START + timedelta(hours=2),
        "roster": RosterName("63"),
        "endpoints": (HA_NOI, THANH_HOA),
        "agenda": (AgendaItem("Khai mạc", 5),),
    }
    return Plan(**{**fields, **changes})  # type: ignore[arg-type]


def next_entries(briefing: Briefing, events: Sequence[Event], when: datetime = START) -> list[Entry]:
    return seal(briefing.id, briefing.head, events, actor=LAN, at=when)


async def store(database: Database, before: Briefing, *events: Event, when: datetime = START) -> Briefing:
    """Append events in a transaction of their own and return the state they lead to."""
    entries = next_entries(before, events, when)
    after = fold(before, entries)
    async with database.begin() as session:
        await journal.append(session, entries, before=before, after=after)
    return after


async def scheduled(database: Database, name: str = "b1", **changes: object) -> Briefing:
    return await store(
        database, Briefing(BriefingId(name)), BriefingDrafted(plan(**changes)), BriefingScheduled(), when=at(-86400)
    )
