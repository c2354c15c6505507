"""The event stream over HTTP: exact resumption, presence, and who sees what."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse

from server.core.presence import MOST_CONNECTIONS
from tests.service import Service, site

PATIENCE = 5


@dataclass
class Stream:
    """A client's end of an event stream."""

    answer: ClientResponse
    seen: list[tuple[str, str | None, Any]] = field(default_factory=list)

    async def next(self) -> tuple[str, str | None, Any]:
        """Return the next event: its name, its id and its data."""
        name, event_id = "message", None
        while True:
            line = (await asyncio.wait_for(self.answer.content.readline(), PATIENCE)).decode().rstrip("\n")
            if not line and self.answer.content.at_eof():
                raise EOFError
            key, _, value = line.partition(": ")
            match key:
                case "event":
                    name = value
                case "id":
                    event_id = value
                case "data":
                    return name, event_id, json.loads(value)

    async def until(self, wanted: str) -> Any:
        """Return the data of the next event of that name."""
        while True:
            name, event_id, data = await self.next()
            self.seen.append((name, event_id, data))
            if name == wanted:
                return data

    async def status_where(self, true: Any) -> Any:
        """Return the first status document that fits."""
        while not true(status := await self.until("status")):
            pass
        return status


@asynccontextmanager
async def stream(served: Service, path: str, who: str, **headers: str) -> AsyncIterator[Stream]:
    sent = {**served.bearer(who), **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with served.http.get(f"{path}/events", headers=sent) as answer:
        assert answer.status == 200, await answer.text()
        yield Stream(answer)


def presence_of(status: Any, code: str) -> str:
    return next(str(one["presence"]) for one in status["endpoints"] if one["code"] == code)


async def test_open_stream_is_presence_and_its_end_is_absence(served: Service) -> None:
    path = await served.briefing()

    async with stream(served, path, "operator") as watching:
        assert presence_of(await watching.until("status"), "38") == "absent"
        async with stream(served, path, site(path, "38")):
            await watching.status_where(lambda status: presence_of(status, "38") == "present")
        await watching.status_where(lambda status: presence_of(status, "38") == "lost")


async def test_site_with_two_devices_stays_until_the_last_one_leaves(served: Service) -> None:
    path = await served.briefing()
    who = site(path, "38")

    async with stream(served, path, "operator") as watching, stream(served, path, who):
        async with stream(served, path, who):
            await watching.status_where(lambda status: status["counts"]["present"] == 1)
        await watching.until("journal")
        left = [data for name, _, data in watching.seen if name == "journal" and data["kind"] == "EndpointLeft"]
        while not left:
            data = await watching.until("journal")
            left = [data] if data["kind"] == "EndpointLeft" else []
        status = (await served.call("GET", f"{path}/status", "operator")).body

    assert presence_of(status, "38") == "present"


async def test_stream_opened_before_the_lobby_becomes_presence_when_it_opens(served: Service) -> None:
    path = await served.briefing(until="scheduled", starts_at="2030-01-01T00:00:00Z", ends_at="2030-01-01T02:00:00Z")

    async with stream(served, path, site(path, "01")) as early:
        before = await early.until("status")
        await served.call("POST", f"{path}/open", "organizer")
        after = await early.status_where(lambda status: presence_of(status, "01") == "present")

    assert (before["state"], presence_of(before, "01")) == ("scheduled", "absent")
    assert after["state"] == "open"


async def test_resumed_stream_has_every_entry_once(served: Service) -> None:
    path = await served.briefing()
    for _ in range(5):
        await served.call("POST", f"{path}/floor/requests", "chair", {"endpoint": "01"})
        await served.call("DELETE", f"{path}/floor/requests/01", "chair")
    head = (await served.call("GET", f"{path}/status", "operator")).body["seq"]

    async with stream(served, path, "operator", Last_Event_ID="3") as resumed:
        ids = [(await resumed.next())[1] for _ in range(head - 3)]
        await served.call("POST", f"{path}/floor/requests", "chair", {"endpoint": "01"})
        while ids[-1] != str(head + 1):
            ids += [event_id for name, event_id, _ in [await resumed.next()] if name == "journal"]

    assert ids == [str(seq) for seq in range(4, head + 2)]


@pytest.mark.parametrize("event_id", ["x", "-1", "1.5", "9" * 40, "１"])
async def test_strange_event_id_is_refused(served: Service, event_id: str) -> None:
    path = await served.briefing()

    refused = await served.call("GET", f"{path}/events?after={event_id}", "operator")

    assert (refused.status, refused.code) == (422, "bad_event_id")


async def test_event_id_of_the_future_waits_for_what_comes(served: Service) -> None:
    path = await served.briefing()

    async with stream(served, path, "operator", Last_Event_ID="999999") as early:
        name, _, _ = await early.next()

    assert name == "status"


async def test_sites_do_not_see_how_others_are(served: Service) -> None:
    path = await served.briefing()
    form = {"local_chair": "Lan", "headcount": 3}
    await served.call("PUT", f"{path}/endpoints/38/check-in", site(path, "38"), form)

    async with stream(served, path, site(path, "01"), Last_Event_ID="0") as watching:
        status = await watching.until("status")

    kinds = {data["kind"] for name, _, data in watching.seen if name == "journal"}
    assert all(one["check_in"] is None for one in status["endpoints"])
    assert status["counts"]["checked_in"] == 1
    assert "EndpointCheckedIn" not in kinds


async def test_closing_the_briefing_is_seen_and_the_stream_goes_on(served: Service) -> None:
    path = await served.briefing()

    async with stream(served, path, "operator") as watching:
        await served.call("POST", f"{path}/close", "chair")
        status = await watching.status_where(lambda status: status["state"] == "closed")

    assert status["ended_at"] is not None


async def test_stream_that_cannot_join_when_the_lobby_opens_ends_without_a_fault(
    served: Service, caplog: pytest.LogCaptureFixture
) -> None:
    far = (datetime.now(UTC) + timedelta(days=1)).replace(hour=8)
    path = await served.briefing(until="scheduled", starts_at=f"{far:%FT%T}Z", ends_at=f"{far:%FT}23:59:59Z")
    async with AsyncExitStack() as stack:
        streams = [
            await stack.enter_async_context(stream(served, path, site(path, "38"))) for _ in range(MOST_CONNECTIONS + 1)
        ]
        await served.call("POST", f"{path}/open", "organizer")
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            ends = [group.create_task(drained(one)) for one in streams]
            ended, others = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for other in others:
                other.cancel()
        status = await served.call("GET", f"{path}/status", "operator")

    assert (len(ended), status.body["counts"]["present"]) == (1, 1)
    assert caplog.records == []


async def drained(one: Stream) -> None:
    """Read a stream to its end."""
    async for _ in one.answer.content:
        pass
