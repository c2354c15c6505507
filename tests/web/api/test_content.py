"""The content slot over HTTP: who may give, take and stop, who may publish into it, and what everybody sees."""

from typing import Any

import pytest
from aiortc.mediastreams import VideoStreamTrack

from tests.service import Service, site
from tests.web.api.test_floor import ask, give
from tests.web.api.test_media import SDP, offer_sdp, post, whip


async def floor_to(served: Service, path: str, code: str) -> None:
    """Let a site have the floor."""
    await ask(served, path, code)
    assert await give(served, path, code) == (204, "")


async def let_present(served: Service, path: str, presenter: str) -> tuple[int, str]:
    """Give the content slot."""
    answer = await served.call("POST", f"{path}/content/give", "chair", {"presenter": presenter})
    return answer.status, answer.code if answer.text else ""


async def content_of(served: Service, path: str) -> Any:
    return (await served.call("GET", f"{path}/status", "hub")).body["content"]


async def test_content_is_given_to_the_hub_or_the_speaker_and_everybody_sees_to_whom(served: Service) -> None:
    path = await served.briefing()
    await floor_to(served, path, "38")

    nobody = await content_of(served, path)
    hub = (await let_present(served, path, "hub"), await content_of(served, path))
    speaker = (await let_present(served, path, "38"), await content_of(served, path))

    assert nobody is None
    assert hub == ((204, ""), {"presenter": "hub", "name": "hub", "since": hub[1]["since"], "publishing": False})
    assert speaker[0] == (204, "")
    assert (speaker[1]["presenter"], speaker[1]["name"]) == ("38", "Thanh Hóa")


async def test_content_is_not_given_to_who_does_not_speak(served: Service) -> None:
    path = await served.briefing()

    assert await let_present(served, path, "38") == (409, "floor_needed")
    assert await let_present(served, path, "00") == (404, "not_invited")
    assert await let_present(served, path, "") == (422, "invalid_body")
    assert await let_present(served, await served.briefing(until="draft"), "hub") == (409, "not_open")


async def test_content_is_taken_from_who_is_named_or_from_whoever_presents(served: Service) -> None:
    path = await served.briefing()
    take = f"{path}/content/take"
    await let_present(served, path, "hub")

    wrong = await served.call("POST", take, "chair", {"presenter": "38"})
    right = await served.call("POST", take, "chair")
    again = await served.call("POST", take, "chair")

    assert (wrong.status, wrong.code) == (409, "not_presenting")
    assert right.status == 204
    assert (again.status, again.code) == (409, "not_presenting")
    assert await content_of(served, path) is None


@pytest.mark.parametrize("who", ["hub", "chair"])
async def test_the_hub_stops_its_own_presenting_and_no_other(served: Service, who: str) -> None:
    path = await served.briefing()
    await floor_to(served, path, "38")
    await let_present(served, path, "38")

    foreign = await served.call("POST", f"{path}/content/stop", who)
    own = await served.call("POST", f"{path}/content/stop", site(path, "38"))
    await let_present(served, path, "hub")
    hubs = await served.call("POST", f"{path}/content/stop", who)

    assert (foreign.status, foreign.code) == (409, "not_presenting")
    assert (own.status, hubs.status) == (204, 204)


async def test_content_ends_with_the_turn(served: Service) -> None:
    path = await served.briefing()
    await floor_to(served, path, "38")
    await let_present(served, path, "38")

    await served.call("POST", f"{path}/floor/release", site(path, "38"))

    assert await content_of(served, path) is None


async def test_content_is_published_only_by_whom_it_was_given_to(served: Service) -> None:
    path = await served.briefing()
    await floor_to(served, path, "38")
    offer = await offer_sdp(send=True, track=VideoStreamTrack)
    target = f"{whip(path)}/content"

    early = await post(served, target, site(path, "38"), offer)
    await let_present(served, path, "38")
    other = await post(served, target, site(path, "96"), offer)
    hub = await post(served, target, "chair", offer)
    own = await post(served, target, site(path, "38"), offer)
    options = await served.call("OPTIONS", target, "")

    assert [(one.status, one.code) for one in (early, other, hub)] == [(409, "not_presenting")] * 3
    assert (own.status, own.headers["Content-Type"]) == (201, "application/sdp; charset=utf-8")
    assert (options.status, options.headers["Accept-Post"]) == (200, SDP)


async def test_a_content_session_is_over_when_the_slot_is_taken(served: Service) -> None:
    path = await served.briefing()
    await let_present(served, path, "hub")
    created = await post(served, f"{whip(path)}/content", "hub", await offer_sdp(send=True, track=VideoStreamTrack))

    await served.call("POST", f"{path}/content/take", "chair")
    ended = await served.call("DELETE", created.headers["Location"], "hub")

    assert created.status == 201
    assert (ended.status, ended.code) == (404, "unknown_media")
