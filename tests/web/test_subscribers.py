"""A site's calendar as other programs keep it: on a real CalDAV server nothing of it is lost."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import recurring_ical_events
from aiohttp import ClientSession
from icalendar import Calendar

from server.core.people import Role
from tests.caldav import Collection, caldav_server
from tests.web.support import Client, Clock, answer, bearer

ADDED_BY_SERVERS = frozenset({"CREATED"})


@pytest.fixture
async def collection(tmp_path: Path) -> AsyncIterator[Collection]:
    with caldav_server(tmp_path / "calendars") as url:
        async with ClientSession() as http:
            made = Collection(http, f"{url}/thanh-hoa/giao-ban/")
            await made.make("Giao ban: Thanh Hóa")
            yield made


@pytest.fixture
def organizer(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ORGANIZER])


def times(start: datetime) -> dict[str, str]:
    return {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}


async def publish(client: Client, organizer: dict[str, str], start: datetime, **said: Any) -> str:
    """Publish a briefing of one site; return its path."""
    body = {"title": "Giao ban", "endpoints": ["38"], **times(start), **said}
    made = await answer(await client.post("/api/v1/briefings", json=body, headers=organizer), 201)
    path = f"/api/v1/briefings/{made['id']}"
    await answer(await client.post(f"{path}/schedule", headers=organizer))
    return path


async def feed(client: Client, url: str) -> bytes:
    """Read the calendar as a program that subscribes to it does."""
    async with client.get(url) as response:
        assert response.status == 200
        return await response.read()


async def subscribed(client: Client, organizer: dict[str, str]) -> str:
    body = {"endpoints": ["38"]}
    made = await answer(await client.post("/api/v1/calendar-feeds/63", json=body, headers=organizer), 201)
    [url] = [one["url"] for one in made["feeds"] if one["url"]]
    return "/calendar/" + str(url).rsplit("/", 1)[1]


def facts(event: Any) -> dict[str, Any]:
    """Return what an event says, whatever its spelling: moments in UTC, alarms by their times."""
    said = {name: event[name] for name in event if name not in ADDED_BY_SERVERS}
    moments = {name: said.pop(name).dt.astimezone(UTC) for name in ("DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED")}
    alarms = sorted(alarm["TRIGGER"].dt for alarm in event.walk("VALARM"))
    return {**moments, "alarms": alarms, **{name: str(value) for name, value in said.items()}}


def known(events: Iterable[Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Name events by their UID and, of a series' date, by RECURRENCE-ID."""
    return {(str(one["UID"]), named(one)): facts(one) for one in events}


def named(event: Any) -> str:
    return event["RECURRENCE-ID"].dt.isoformat() if "RECURRENCE-ID" in event else ""


def in_calendar(content: bytes) -> dict[tuple[str, str], dict[str, Any]]:
    return known(Calendar.from_ical(content).walk("VEVENT"))


def uid_of(path: str) -> str:
    return f"giaoban-{path.rsplit('/', 1)[1]}"


async def test_calendar_on_another_server_loses_nothing_and_honours_what_moves_and_is_cancelled(
    client: Client, organizer: dict[str, str], clock: Clock, collection: Collection
) -> None:
    start = clock() + timedelta(days=3)
    agenda = [{"title": "Khai mạc; giới thiệu, điểm danh\\n", "minutes": 5}]
    kept = await publish(client, organizer, start, title='Giao ban "quý IV"; Đắk Lắk, Huế', agenda=agenda)
    moved = await publish(client, organizer, start + timedelta(days=7))
    called_off = await publish(client, organizer, start + timedelta(days=14), classification="internal")
    url = await subscribed(client, organizer)

    await collection.put(before := await feed(client, url))

    assert {uid for uid, _ in in_calendar(before)} == {uid_of(path) for path in (kept, moved, called_off)}
    assert known(await collection.events()) == in_calendar(before)

    clock.pass_(hours=1)
    later = start + timedelta(days=9, hours=3)
    await answer(await client.patch(moved, json=times(later), headers=organizer))
    await answer(await client.post(f"{called_off}/cancel", json={"reason": "bão"}, headers=organizer))
    await collection.put(after := await feed(client, url))

    found = await collection.events()
    assert known(found) == in_calendar(after)
    assert {str(one["UID"]): (str(one["STATUS"]), int(one["SEQUENCE"])) for one in found} == {
        uid_of(kept): ("CONFIRMED", 0),
        uid_of(moved): ("CONFIRMED", 1),
        uid_of(called_off): ("CANCELLED", 1),
    }
    old = start + timedelta(days=7)
    assert await collection.events(old, old + timedelta(hours=2)) == []
    assert [str(one["UID"]) for one in await collection.events(later, later + timedelta(hours=2))] == [uid_of(moved)]


async def test_series_on_another_server_keeps_its_rule_and_what_was_moved_and_cancelled(
    client: Client, organizer: dict[str, str], clock: Clock, collection: Collection
) -> None:
    start = (clock() + timedelta(days=3)).replace(hour=1, minute=30, second=0)
    first = await publish(client, organizer, start)
    body = {"briefing": first.rsplit("/", 1)[1], "rule": "FREQ=WEEKLY;COUNT=5"}
    made = await answer(await client.post("/api/v1/series", json=body, headers=organizer), 201)
    paths = [f"/api/v1/briefings/{one['briefing']}" for one in made["dates"]]
    later = start + timedelta(days=9, hours=3)
    await answer(await client.patch(paths[1], json=times(later), headers=organizer))
    await answer(await client.post(f"{paths[2]}/cancel", json={}, headers=organizer))

    async with client.get(f"/api/v1/series/{made['id']}/calendar", headers=organizer) as response:
        assert (response.status, response.content_type) == (200, "text/calendar")
        await collection.put(content := await response.read())

    found = await collection.events()
    assert known(found) == in_calendar(content)
    names = [made["dates"][place]["original"] + "+07:00" for place in (1, 2)]
    assert sorted(map(named, found)) == ["", *names]
    assert await shown_between(collection, start + timedelta(days=7)) == []
    assert await shown_between(collection, later) == [names[0]]
    shown = recurring_ical_events.of(Calendar.from_ical(content)).between(start, start + timedelta(days=40))
    assert sorted((one.start.astimezone(UTC), str(one["STATUS"])) for one in shown) == [
        (start, "CONFIRMED"),
        (later, "CONFIRMED"),
        (start + timedelta(days=14), "CANCELLED"),
        (start + timedelta(days=21), "CONFIRMED"),
        (start + timedelta(days=28), "CONFIRMED"),
    ]


async def shown_between(collection: Collection, begins: datetime) -> list[str]:
    """Name what takes place at a time: of a series, the server sends all of its events."""
    ends = begins + timedelta(minutes=30)
    found = Calendar()
    for one in await collection.events(begins, ends):
        found.add_component(one)
    return [named(one) for one in recurring_ical_events.of(found).between(begins, ends)]
