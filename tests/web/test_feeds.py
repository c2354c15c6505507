"""The sites' calendars: subscribed to by an unguessable address, until it is revoked; read by Radicale too."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, encode_basic_auth
from icalendar import Calendar

from server.core.ids import EndpointCode, RosterName
from server.core.people import Role
from server.store import feeds
from server.store.feeds import Feed
from server.web.keys import DATABASE
from tests.mail_server import free_port
from tests.web.support import Client, Clock, Planned, answer, bearer
from tests.web.test_problems import check_problem

FEEDS = "/api/v1/calendar-feeds/63"
LAN = {"Authorization": encode_basic_auth("lan", "")}


@pytest.fixture
def organizer(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ORGANIZER])


async def made(client: Client, organizer: dict[str, str], *codes: str) -> dict[str, str]:
    """Make addresses; return the paths of all that work, by endpoint."""
    found = await answer(await client.post(FEEDS, json={"endpoints": list(codes)}, headers=organizer), 201)
    return {one["endpoint"]: one["url"].removeprefix(str(client.make_url("/"))) for one in found["feeds"] if one["url"]}


async def read(client: Client, path: str) -> Any:
    response = await client.get(f"/{path.lstrip('/')}")
    assert (response.status, response.content_type) == (200, "text/calendar"), await response.text()
    return Calendar.from_ical(await response.read())


def told(calendar: Any) -> list[tuple[str, int, str]]:
    return [(str(one["SUMMARY"]), int(one["SEQUENCE"]), str(one["STATUS"])) for one in calendar.walk("VEVENT")]


async def move(client: Client, planned: Planned, organizer: dict[str, str], name: str) -> None:
    await answer(await client.post(f"{planned.path}/{name}", json={}, headers=organizer))


async def test_published_briefing_is_in_the_calendars_of_its_sites_alone(
    client: Client, planned: Planned, organizer: dict[str, str]
) -> None:
    paths = await made(client, organizer, "38", "96")
    assert told(await read(client, paths["38"])) == []  # a draft
    await move(client, planned, organizer, "schedule")

    calendar = await read(client, paths["38"])

    assert told(calendar) == [("Giao ban", 0, "CONFIRMED")]
    [event] = calendar.walk("VEVENT")
    assert str(event["URL"]) == str(client.make_url(f"/join/{planned.links['38']}"))
    assert str(calendar["NAME"]) == "Giao ban: Thanh Hóa"
    assert told(await read(client, paths["96"])) == []


async def test_moved_and_cancelled_briefing_says_so(
    client: Client, planned: Planned, organizer: dict[str, str], clock: Clock
) -> None:
    path = (await made(client, organizer, "38"))["38"]
    await move(client, planned, organizer, "schedule")
    later = {"ends_at": (clock() + timedelta(hours=3)).isoformat()}
    await answer(await client.patch(planned.path, json=later, headers=organizer))
    assert told(await read(client, path)) == [("Giao ban", 1, "CONFIRMED")]

    await move(client, planned, organizer, "cancel")

    assert told(await read(client, path)) == [("Giao ban", 2, "CANCELLED")]


async def test_renewed_address_ends_the_old_one_and_a_revoked_one_reads_nothing(
    client: Client, organizer: dict[str, str]
) -> None:
    old = (await made(client, organizer, "38", "01"))["38"]
    new = (await made(client, organizer, "38"))["38"]

    assert new != old
    await check_problem(await client.get(f"/{old.lstrip('/')}"), 404, "no_feed")
    assert (await client.delete(f"{FEEDS}/38", headers=organizer)).status == HTTPStatus.NO_CONTENT
    await check_problem(await client.get(f"/{new.lstrip('/')}"), 404, "no_feed")
    shown = await answer(await client.get(FEEDS, headers=organizer))
    assert [one["endpoint"] for one in shown["feeds"] if one["url"]] == ["01"]


async def test_missing_addresses_are_made_and_the_others_stay(client: Client, organizer: dict[str, str]) -> None:
    before = await made(client, organizer, "38")

    found = await answer(await client.post(FEEDS, json={"endpoints": "missing"}, headers=organizer), 201)

    urls = {one["endpoint"]: one["url"] for one in found["feeds"]}
    assert (len(urls), None in urls.values()) == (63, False)
    assert urls["38"].endswith(before["38"])


async def test_site_that_is_on_no_roster_is_refused(client: Client, organizer: dict[str, str]) -> None:
    for path, codes, code in (
        (FEEDS, ["00"], "unknown_endpoint"),
        (FEEDS.replace("63", "64"), ["38"], "unknown_roster"),
    ):
        await check_problem(await client.post(path, json={"endpoints": codes}, headers=organizer), 422, code)


async def test_reader_that_has_it_already_is_told_so(client: Client, organizer: dict[str, str]) -> None:
    path = (await made(client, organizer, "38"))["38"]
    first = await client.get(f"/{path.lstrip('/')}")

    again = await client.get(f"/{path.lstrip('/')}", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status, await again.read()) == (HTTPStatus.NOT_MODIFIED, b"")


@asynccontextmanager
async def radicale(folder: Path) -> AsyncIterator[ClientSession]:
    """Run a CalDAV server of somebody else's, and speak to it as one of its users."""
    port = free_port()
    options = {"server-hosts": f"127.0.0.1:{port}", "storage-filesystem-folder": str(folder), "auth-type": "none"}
    command = [sys.executable, "-W", "ignore", "-m", "radicale", "--config", os.devnull]
    command += [f"--{name}={value}" for name, value in options.items()]
    process = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
    try:
        async with ClientSession(f"http://127.0.0.1:{port}", headers=LAN) as http:
            await until_answers(http)
            yield http
    finally:
        process.kill()
        await process.wait()


async def until_answers(http: ClientSession) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                async with http.get("/.web/"):
                    return
            except ClientError:
                await asyncio.sleep(0.05)


async def test_radicale_imports_a_calendar_and_gives_it_back_whole(
    client: Client, planned: Planned, organizer: dict[str, str], tmp_path: Path
) -> None:
    path = (await made(client, organizer, "38"))["38"]
    await move(client, planned, organizer, "schedule")
    content = await (await client.get(f"/{path.lstrip('/')}")).read()

    async with radicale(tmp_path / "collections") as http:
        sent = await http.put("/lan/giaoban/", data=content, headers={"Content-Type": "text/calendar"})
        assert sent.status == HTTPStatus.CREATED, await sent.text()
        kept: Any = Calendar.from_ical(await (await http.get("/lan/giaoban/")).read())

    ours: Any = Calendar.from_ical(content)
    [before], [after] = ours.walk("VEVENT"), kept.walk("VEVENT")
    assert dict(after) == dict(before)
    assert [dict(alarm) for alarm in after.walk("VALARM")] == [dict(alarm) for alarm in before.walk("VALARM")]
    assert str(kept.walk("VTIMEZONE")[0]["TZID"]) == "Asia/Ho_Chi_Minh"


async def test_address_of_another_server_secret_is_missing_and_made_again(
    client: Client, organizer: dict[str, str]
) -> None:
    async with client.app[DATABASE].begin() as session:
        await feeds.renew(session, RosterName("63"), [Feed(EndpointCode("38"), "x", "another hash", datetime.now(UTC))])
    shown = await answer(await client.get(FEEDS, headers=organizer))
    assert [one for one in shown["feeds"] if one["url"]] == []

    found = await answer(await client.post(FEEDS, json={"endpoints": "missing"}, headers=organizer), 201)

    assert [one["endpoint"] for one in found["feeds"] if not one["url"]] == []
