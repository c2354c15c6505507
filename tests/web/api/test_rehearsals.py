"""Rehearsals over HTTP: planned, begun by hand and by the clock, and nothing of them in the record."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.service import Service, site
from tests.web.api.test_line_checks import planned


async def journal(served: Service, path: str) -> list[str]:
    """Return the kinds of all entries."""
    entries = (await served.call("GET", f"{path}/journal?limit=500", "operator")).body["entries"]
    return [entry["kind"] for entry in entries]


async def state_of(served: Service, path: str) -> str:
    return str((await served.call("GET", path, "operator")).body["state"])


async def present_in(served: Service, path: str) -> int:
    return int((await served.call("GET", f"{path}/status", "operator")).body["counts"]["present"])


async def test_a_rehearsal_is_planned_shown_to_sites_and_taken_off(served: Service) -> None:
    path = await planned(served)
    start = (datetime.now(UTC) + timedelta(hours=6)).replace(microsecond=0)

    made = await served.call("POST", f"{path}/rehearsals", "organizer", {"starts_at": start.isoformat(), "minutes": 60})
    shown = (await served.call("GET", f"{path}/status", site(path, "38"))).body["rehearsals"]
    dropped = await served.call("DELETE", f"{path}/rehearsals/1", "organizer")
    again = await served.call("DELETE", f"{path}/rehearsals/1", "organizer")
    odd = await served.call("DELETE", f"{path}/rehearsals/x", "organizer")

    assert (made.status, made.body["rehearsals"]) == (201, shown)
    assert abs(datetime.fromisoformat(shown[0]["starts_at"]) - start) < timedelta(seconds=1)
    assert (dropped.status, again.status, odd.code) == (204, 404, "no_such_rehearsal")
    assert (await served.call("GET", f"{path}/rehearsals", "operator")).body == {"rehearsals": []}


CHECK_IN: dict[str, Any] = {"local_chair": "Ông Minh", "delegates": [], "headcount": 3}


async def test_a_rehearsal_is_held_in_the_room_and_leaves_no_trace_in_the_record(served: Service) -> None:
    path = await planned(served)
    who = site(path, "38")

    begun = await served.call("POST", f"{path}/rehearsals/begin", "operator", {})
    await served.call("PUT", f"{path}/endpoints/38/check-in", who, CHECK_IN)
    await served.call("POST", f"{path}/floor/requests", who, {"speaker": "Ông Minh", "topic": "Lũ"})
    granted = await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    recorded = await served.call("POST", f"{path}/notes", "secretary", {"kind": "remark", "text": "x"})
    within = (await served.call("GET", f"{path}/status", who)).body
    ended = await served.call("POST", f"{path}/rehearsals/end", "operator", {})
    after = (await served.call("GET", f"{path}/status", "operator")).body
    record = (await served.call("GET", f"{path}/record", "organizer")).body
    turns = (await served.call("GET", f"{path}/turns", "operator")).body

    assert (begun.status, granted.status, ended.status) == (204, 204, 204)
    assert (recorded.status, recorded.code) == (409, "wrong_phase")
    assert (within["state"], within["rehearsal"]["number"], within["floor"]["turn"]["number"]) == ("rehearsal", 1, 1)
    assert (after["state"], after["rehearsal"], after["counts"]["checked_in"]) == ("scheduled", None, 0)
    came = [(one["first_joined_at"], one["revision"]) for one in record["attendance"]]
    assert (record["turns"], record["chairs"], came) == ([], [], [(None, 0)] * 3)
    assert record["head"]["seq"] == after["seq"]
    assert turns == {"turns": [], "speech": []}
    kinds = await journal(served, path)
    assert kinds.index("RehearsalBegan") < kinds.index("FloorGranted") < kinds.index("RehearsalEnded")


async def test_the_meeting_begins_anew_after_its_rehearsal(served: Service) -> None:
    path = await planned(served)
    who = site(path, "38")

    await served.call("POST", f"{path}/rehearsals/begin", "organizer", {})
    await served.call("PUT", f"{path}/endpoints/38/check-in", who, CHECK_IN)
    opened = await served.call("POST", f"{path}/open", "organizer")
    checked_in = await served.call("PUT", f"{path}/endpoints/38/check-in", who, CHECK_IN)

    assert opened.body["state"] == "open"
    assert checked_in.body["revision"] == 1
    assert (await journal(served, path))[-4:] == [
        "EndpointCheckedIn",
        "RehearsalEnded",
        "BriefingOpened",
        "EndpointCheckedIn",
    ]


async def test_the_clock_begins_a_planned_rehearsal(served: Service) -> None:
    path = await planned(served)
    start = datetime.now(UTC) + timedelta(seconds=1)

    await served.call("POST", f"{path}/rehearsals", "organizer", {"starts_at": start.isoformat(), "minutes": 5})

    async with asyncio.timeout(10):
        while await state_of(served, path) != "rehearsal":  # noqa: ASYNC110 - over HTTP
            await asyncio.sleep(0.05)
    assert (await journal(served, path))[-1] == "RehearsalBegan"


async def test_a_site_whose_stream_stays_open_is_in_the_meeting_after_the_rehearsal(served: Service) -> None:
    path = await planned(served)
    await served.call("POST", f"{path}/rehearsals/begin", "organizer", {})

    async def present(wanted: int) -> None:
        async with asyncio.timeout(10):
            while await present_in(served, path) != wanted:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.05)

    async with served.http.get(f"{path}/events", headers=served.bearer(site(path, "38"))):
        await present(1)
        await served.call("POST", f"{path}/rehearsals/end", "organizer", {})
        await present(0)
        await served.call("POST", f"{path}/open", "organizer")
        await present(1)


PAGES = ("/", "/planning/month", "/planning/year", "/outbox", "/reminders")
OWN_PAGES = (
    "",
    "/edit",
    "/join-links",
    "/invitations",
    "/documents",
    "/reminders",
    "/chair",
    "/go",
    "/status",
    "/record",
)


async def test_every_page_knows_a_briefing_that_is_being_rehearsed(served: Service) -> None:
    path = await planned(served)
    begun = await served.call("POST", f"{path}/rehearsals/begin", "operator", {})
    asked = [*PAGES, *(path.removeprefix("/api/v1") + page for page in OWN_PAGES)]
    found = {page: await served.call("GET", page, "admin", Accept="text/html") for page in asked}

    assert begun.status == 204
    assert {page: one.status for page, one in found.items()} == dict.fromkeys(asked, 200)
    assert "badge--rehearsal" in found["/"].text
