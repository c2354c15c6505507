"""Stills over HTTP: everybody's for the staff, the stage's for everybody, and never a site off air for another."""

from dataclasses import replace
from datetime import UTC, datetime

from multidict import CIMultiDict

from server.core.ids import HUB, BriefingId, EndpointCode, MediaId
from server.core.stills import Still, on_stage
from server.live.room import Room
from server.web.keys import ROOMS
from tests.service import Service, site

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0 of "


async def room_at(served: Service, path: str) -> Room:
    room: Room = await served.app[ROOMS].get(BriefingId(path.rsplit("/", 1)[1]))
    return room


def still(source: str) -> Still:
    return Still(NOW, JPEG + source.encode(), 320, 180)


async def asked(served: Service, path: str, who: str, **headers: str) -> tuple[int, bytes, CIMultiDict[str]]:
    sent = {**served.bearer(who), **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with served.http.get(path, headers=sent) as answer:
        return answer.status, await answer.read(), CIMultiDict(answer.headers)


async def test_staff_see_every_source_and_ask_again_for_nothing(served: Service) -> None:
    path = await served.briefing(until="scheduled")
    room = await room_at(served, path)
    room.stills = {EndpointCode("38"): still("38"), HUB: still("hub")}

    status, body, headers = await asked(served, f"{path}/stills/38", "operator")
    assert (status, body, headers["Content-Type"]) == (200, still("38").jpeg, "image/jpeg")
    assert headers["Cache-Control"] == "private, no-cache"
    tag = headers["ETag"]
    assert tag.startswith('"')
    status, body, headers = await asked(served, f"{path}/stills/38", "operator", If_None_Match=f'"other", {tag}')
    assert (status, body, headers["ETag"]) == (304, b"", tag)
    assert (await asked(served, f"{path}/stills/hub", "chair"))[1] == still("hub").jpeg

    room.stills[EndpointCode("38")] = still("38, later")
    status, body, _ = await asked(served, f"{path}/stills/38", "operator", If_None_Match=tag)
    assert (status, body) == (200, still("38, later").jpeg)


async def test_source_without_a_still_is_a_problem(served: Service) -> None:
    path = await served.briefing(until="scheduled")
    missing = await served.call("GET", f"{path}/stills/01", "operator")
    assert (missing.status, missing.code) == (404, "no_still")


async def test_sites_see_the_stage_alone(served: Service) -> None:
    path = await served.briefing(until="scheduled")
    room = await room_at(served, path)
    room.stills = {EndpointCode("38"): still("38"), EndpointCode("96"): still("96"), HUB: still("hub")}

    assert (await asked(served, f"{path}/stills/38", site(path, "38")))[0] == 403
    assert (await asked(served, f"{path}/stills/96", site(path, "38")))[0] == 403
    assert (await asked(served, f"{path}/stills/stage", site(path, "38")))[1] == still("hub").jpeg
    assert (await asked(served, f"{path}/stills/stage", "hub"))[0] == 404  # the hub is not shown itself


async def test_stage_is_the_holder_that_publishes_and_nobody_is_shown_itself(served: Service) -> None:
    path = await served.briefing()
    await served.call("POST", f"{path}/floor/requests", site(path, "38"), {"speaker": "Hòa", "topic": ""})
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    state = (await room_at(served, path)).state
    holder = EndpointCode("38")
    assert on_stage(state, None) == HUB  # it does not send yet

    speaking = replace(state, sites={**state.sites, holder: replace(state.site(holder), media=MediaId("camera"))})
    assert [on_stage(speaking, viewer) for viewer in (None, HUB, EndpointCode("96"), holder)] == [
        holder,
        holder,
        holder,
        HUB,
    ]
