"""The floor over HTTP: who may ask, give, take, and what everybody sees."""

import asyncio
from typing import Any

import pytest

from tests.service import Service, site


async def ask(served: Service, path: str, code: str, **more: Any) -> int:
    asked = await served.call("POST", f"{path}/floor/requests", site(path, code), {"topic": "Bão số 5", **more})
    return asked.status


async def give(served: Service, path: str, code: str) -> tuple[int, str]:
    answer = await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": code})
    return answer.status, answer.code if answer.text else ""


async def floor_of(served: Service, path: str) -> Any:
    return (await served.call("GET", f"{path}/status", "operator")).body["floor"]


async def test_queue_is_in_the_order_of_asking_and_survives_a_grant(served: Service) -> None:
    path = await served.briefing()
    for code in ("96", "01", "38"):
        assert await ask(served, path, code) == 201

    assert await give(served, path, "01") == (204, "")

    floor = await floor_of(served, path)
    assert floor["turn"]["endpoint"] == "01"
    assert [one["endpoint"] for one in floor["queue"]] == ["96", "38"]
    assert floor["on_deck"] == ["96", "38"]


async def test_double_grant_and_grant_to_nobody_waiting_are_refused(served: Service) -> None:
    path = await served.briefing()
    await ask(served, path, "01")

    assert await give(served, path, "38") == (409, "not_waiting")
    assert await give(served, path, "01") == (204, "")
    assert await give(served, path, "01") == (409, "already_speaking")
    assert await give(served, path, "00") == (404, "not_invited")


async def test_two_grants_at_once_leave_one_speaker(served: Service) -> None:
    path = await served.briefing()
    for code in ("01", "38", "96"):
        await ask(served, path, code)

    await asyncio.gather(*(give(served, path, code) for code in ("01", "38", "96")))

    turns = (await served.call("GET", f"{path}/turns", "operator")).body["turns"]
    assert [turn["ended_at"] is None for turn in turns] == [False, False, True]
    assert {turn["reason"] for turn in turns} == {"preempted", None}


async def test_holder_releases_its_own_floor_and_no_other(served: Service) -> None:
    path = await served.briefing()
    await ask(served, path, "01")
    await give(served, path, "01")

    other = await served.call("POST", f"{path}/floor/release", site(path, "38"))
    own = await served.call("POST", f"{path}/floor/release", site(path, "01"))
    again = await served.call("POST", f"{path}/floor/release", site(path, "01"))

    assert (other.status, other.code) == (409, "not_speaking")
    assert own.status == 204
    assert (again.status, again.code) == (409, "not_speaking")


async def test_revoke_names_the_holder_or_nobody(served: Service) -> None:
    path = await served.briefing()
    await ask(served, path, "01")
    await give(served, path, "01")

    wrong = await served.call("POST", f"{path}/floor/revoke", "chair", {"endpoint": "38"})
    right = await served.call("POST", f"{path}/floor/revoke", "chair")

    assert (wrong.status, wrong.code) == (409, "not_speaking")
    assert right.status == 204
    assert (await floor_of(served, path))["turn"] is None


async def test_chair_reorders_with_a_reason_only(served: Service) -> None:
    path = await served.briefing()
    for code in ("01", "38"):
        await ask(served, path, code)
    order = f"{path}/floor/order"

    silent = await served.call("POST", order, "chair", {"endpoints": ["38", "01"], "reason": " "})
    partial = await served.call("POST", order, "chair", {"endpoints": ["38"], "reason": "gấp"})
    done = await served.call("POST", order, "chair", {"endpoints": ["38", "01"], "reason": "gấp"})

    assert (silent.status, silent.code) == (422, "reason_needed")
    assert (partial.status, partial.code) == (409, "order_mismatch")
    assert done.status == 204
    assert [one["endpoint"] for one in (await floor_of(served, path))["queue"]] == ["38", "01"]


async def test_chair_asks_on_behalf_and_a_site_only_for_itself(served: Service) -> None:
    path = await served.briefing()
    requests = f"{path}/floor/requests"

    nameless = await served.call("POST", requests, "chair", {"topic": "x"})
    behalf = await served.call("POST", requests, "chair", {"topic": "x", "endpoint": "38"})
    foreign = await served.call("POST", requests, site(path, "01"), {"endpoint": "38"})
    withdrawn = await served.call("DELETE", f"{requests}/38", site(path, "01"))

    assert (nameless.status, nameless.code) == (422, "endpoint_missing")
    assert (behalf.status, behalf.body) == (201, {"endpoint": "38", "place": 1, "request": 1})
    assert foreign.status == 403
    assert withdrawn.status == 403


@pytest.mark.parametrize("until", ["draft", "closed"])
async def test_floor_is_shut_outside_the_meeting(served: Service, until: str) -> None:
    path = await served.briefing(until="live" if until == "closed" else until)
    if until == "closed":
        await served.call("POST", f"{path}/close", "chair")

    asked = await served.call("POST", f"{path}/floor/requests", site(path, "01"), {})

    assert (asked.status, asked.code) in {(409, "not_open"), (401, "link_ended")} or asked.status == 410
