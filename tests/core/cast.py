"""The cast of the core's tests: three sites, a chair, a plan, and the shortest ways to a state."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from server.core.events import (
    AgendaItem,
    BriefingDrafted,
    BriefingOpened,
    BriefingScheduled,
    BriefingStarted,
    EndpointJoined,
    Event,
    FloorGranted,
    FloorRequested,
    ItemKind,
    Plan,
)
from server.core.ids import Actor, BriefingId, ConnectionId, EndpointCode, MediaId, RosterName
from server.core.journal import Entry, Head, seal
from server.core.state import Briefing, fold

ID = BriefingId("gb-2026-11")
HA_NOI, THANH_HOA, CA_MAU = EndpointCode("01"), EndpointCode("38"), EndpointCode("96")
STRANGER = EndpointCode("99")
LAN = Actor("user:lan")
DESK, PHONE = ConnectionId("desk"), ConnectionId("phone")
FIRST, SECOND = MediaId("first"), MediaId("second")
GRACE = timedelta(seconds=30)
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A moment relative to the planned start."""
    return START + timedelta(seconds=seconds)


def plan(**changes: Any) -> Plan:
    fields: dict[str, Any] = {
        "title": "Giao ban tháng 11",
        "starts_at": at(0),
        "ends_at": at(7200),
        "roster": RosterName("63"),
        "endpoints": (HA_NOI, THANH_HOA, CA_MAU),
        "agenda": (AgendaItem("Khai mạc", 5, ItemKind.OPENING), AgendaItem("Báo cáo", 40, ItemKind.REPORT, HA_NOI)),
    }
    return Plan(**{**fields, **changes})


def then(briefing: Briefing, *events: Event, when: datetime = START) -> Briefing:
    """Let events happen to a briefing at one moment."""
    return fold(briefing, seal(briefing.id, briefing.head, events, actor=LAN, at=when))


def told(steps: Iterable[tuple[float, Event]]) -> list[Entry]:
    """Seal a story of (seconds after the start, event) into a journal."""
    entries: list[Entry] = []
    head = Head()
    for seconds, event in steps:
        entries += seal(ID, head, [event], actor=LAN, at=at(seconds))
        head = Head(entries[-1].seq, entries[-1].hash)
    return entries


def fresh() -> Briefing:
    return Briefing(ID)


def drafted(**changes: Any) -> Briefing:
    return then(fresh(), BriefingDrafted(plan(**changes)), when=at(-86400))


def scheduled(**changes: Any) -> Briefing:
    return then(drafted(**changes), BriefingScheduled(), when=at(-80000))


def opened(**changes: Any) -> Briefing:
    return then(scheduled(**changes), BriefingOpened(), when=at(-1800))


def live(**changes: Any) -> Briefing:
    return then(opened(**changes), BriefingStarted(), when=at(0))


def joined(briefing: Briefing, *endpoints: EndpointCode) -> Briefing:
    """Let sites join from the desk."""
    return then(briefing, *(EndpointJoined(endpoint, DESK) for endpoint in endpoints), when=at(10))


def waiting(*endpoints: EndpointCode) -> Briefing:
    """A live briefing with a queue."""
    return then(live(), *(FloorRequested(endpoint, "Ông Minh", "Lũ lụt") for endpoint in endpoints), when=at(20))


def speaking(endpoint: EndpointCode, *queue: EndpointCode) -> Briefing:
    """A live briefing in which one site has the floor since second 30, and others wait."""
    return then(waiting(endpoint, *queue), FloorGranted(endpoint, "Ông Minh", "Lũ lụt"), when=at(30))
