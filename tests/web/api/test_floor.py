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


async def do(served: Service, path: str, move: str, body: Any = None) -> tuple[int, str]:
    """Make a move of the chair's."""
    answer = await served.call("POST", f"{path}/floor/{move}", "chair", body)
    return answer.status, answer.code if answer.text else ""


async def test_the_speakers_of_the_plan_wait_as_the_lobby_opens(served: Service) -> None:
    speakers = [{"endpoint": "96", "speaker": "Bà Hoa", "topic": "Thuỷ sản"}, {"endpoint": "hub", "speaker": "Ông An"}]
    agenda = [{"title": "Thảo luận", "minutes": 50, "speakers": speakers}]
    path = await served.briefing(agenda=agenda, turn_minutes=5, queue_policy="agenda")

    floor = await floor_of(served, path)
    planned = (await served.call("GET", path, "organizer")).body

    assert [(one["endpoint"], one["speaker"], one["registered"], one["item"]) for one in floor["queue"]] == [
        ("96", "Bà Hoa", True, 0),
        ("hub", "Ông An", True, 0),
    ]
    assert (floor["policy"], planned["turn_minutes"], planned["queue_policy"]) == ("agenda", 5, "agenda")
    assert planned["agenda"][0]["speakers"][0] == speakers[0]


async def test_a_speaker_of_nowhere_is_refused(served: Service) -> None:
    agenda = [{"title": "Thảo luận", "minutes": 50, "speakers": [{"endpoint": "00", "speaker": "Ông Ba"}]}]
    plan = {"title": "x", "starts_at": "2099-01-01T00:00:00Z", "ends_at": "2099-01-01T01:00:00Z", "agenda": agenda}

    refused = await served.call("POST", "/api/v1/briefings", "organizer", plan)

    assert (refused.status, refused.code) == (422, "unknown_speaker")


async def test_a_turn_is_timed_extended_paused_and_continued(served: Service) -> None:
    path = await served.briefing(turn_minutes=5)
    await ask(served, path, "01")
    await give(served, path, "01")

    assert await do(served, path, "extend", {"seconds": 60}) == (204, "")
    assert await do(served, path, "continue") == (409, "not_paused")
    assert await do(served, path, "pause") == (204, "")
    paused = (await floor_of(served, path))["turn"]
    assert await do(served, path, "pause") == (409, "already_paused")
    assert await do(served, path, "continue") == (204, "")
    running = (await floor_of(served, path))["turn"]

    assert (paused["allotted"], paused["paused"], paused["standing"]) == (360, True, True)
    assert (running["number"], running["paused"], running["standing"]) == (1, False, False)
    assert running["spent"] >= paused["spent"]


async def test_a_move_is_taken_back_by_its_moment_and_once(served: Service) -> None:
    path = await served.briefing()
    for code in ("01", "38"):
        await ask(served, path, code)
    await give(served, path, "01")
    await give(served, path, "38")
    undo = (await floor_of(served, path))["undo"]

    wrong = await do(served, path, "undo", {"at": "2026-01-01T00:00:00Z"})
    right = await do(served, path, "undo", {"at": undo["at"]})
    again = await do(served, path, "undo")

    floor = await floor_of(served, path)
    assert (undo["what"], wrong, right, again) == (
        "granted",
        (409, "nothing_to_undo"),
        (204, ""),
        (409, "nothing_to_undo"),
    )
    assert (floor["turn"]["endpoint"], floor["turn"]["number"]) == ("01", 1)
    assert [one["endpoint"] for one in floor["queue"]] == ["38"]
    turns = (await served.call("GET", f"{path}/turns", "operator")).body["turns"]
    assert [(turn["endpoint"], turn["reason"]) for turn in turns] == [("01", None), ("38", "undone")]


async def test_people_of_the_hub_wait_by_name_and_speak_as_the_hub(served: Service) -> None:
    path = await served.briefing()
    requests = f"{path}/floor/requests"

    nameless = await served.call("POST", requests, "chair", {"endpoint": "hub"})
    first = await served.call("POST", requests, "secretary", {"endpoint": "hub", "speaker": "Ông An"})
    second = await served.call("POST", requests, "chair", {"endpoint": "hub", "speaker": "Bà Bé"})
    assert await do(served, path, "grant", {"endpoint": "hub", "request": second.body["request"]}) == (204, "")

    floor = await floor_of(served, path)
    assert (nameless.status, nameless.code) == (422, "speaker_needed")
    assert (first.body["place"], second.body["place"]) == (1, 2)
    assert (floor["turn"]["endpoint"], floor["turn"]["speaker"]) == ("hub", "Bà Bé")
    assert [(one["speaker"], one["asked_by"]) for one in floor["queue"]] == [("Ông An", "secretary")]


async def test_invite_and_recall_give_the_floor_without_a_request(served: Service) -> None:
    path = await served.briefing()
    await ask(served, path, "01")

    assert await do(served, path, "recall", {"endpoint": "96"}) == (409, "never_spoke")
    assert await do(served, path, "invite", {"endpoint": "96", "speaker": "Bà Hoa", "reason": "gấp"}) == (204, "")
    assert await do(served, path, "revoke") == (204, "")
    assert await do(served, path, "recall", {"endpoint": "96", "seconds": 60}) == (204, "")

    turns = (await served.call("GET", f"{path}/turns", "operator")).body["turns"]
    assert [(turn["out_of_order"], turn["recalled"], turn["why"]) for turn in turns] == [
        (True, False, "gấp"),
        (True, True, ""),
    ]
    assert (await floor_of(served, path))["turn"]["allotted"] == 60


async def test_people_of_the_hub_are_called_back_by_name(served: Service) -> None:
    path = await served.briefing()
    for name, topic in (("Ông An", "Ngân sách"), ("Bà Bé", "Y tế")):
        invitation = {"endpoint": "hub", "speaker": name, "topic": topic}
        assert await do(served, path, "invite", invitation) == (204, "")
    await do(served, path, "revoke")

    stranger = await do(served, path, "recall", {"endpoint": "hub", "speaker": "Ông Cả"})
    assert await do(served, path, "recall", {"endpoint": "hub", "speaker": "Ông An"}) == (204, "")

    turn = (await floor_of(served, path))["turn"]
    assert stranger == (409, "never_spoke")
    assert (turn["endpoint"], turn["speaker"], turn["topic"], turn["number"]) == ("hub", "Ông An", "Ngân sách", 3)


async def test_a_request_is_amended_in_its_place_by_its_site_and_no_other(served: Service) -> None:
    path = await served.briefing()
    await ask(served, path, "01")
    change = {"speaker": "Bà Lan", "topic": "Hạn hán"}

    foreign = await served.call("PATCH", f"{path}/floor/requests/01", site(path, "38"), change)
    own = await served.call("PATCH", f"{path}/floor/requests/01", site(path, "01"), change)
    absent = await served.call("PATCH", f"{path}/floor/requests/38", "chair", change)

    (waiting,) = (await floor_of(served, path))["queue"]
    assert (foreign.status, own.status, absent.status, absent.code) == (403, 204, 409, "not_waiting")
    assert (waiting["speaker"], waiting["topic"]) == ("Bà Lan", "Hạn hán")


async def test_everybody_is_muted_until_the_floor_is_given(served: Service) -> None:
    path = await served.briefing()
    for code in ("01", "38"):
        await ask(served, path, code)
    await give(served, path, "01")

    assert await do(served, path, "mute") == (204, "")
    muted = await floor_of(served, path)
    assert await give(served, path, "38") == (204, "")

    assert (muted["muted"], muted["turn"]["paused"]) == (True, True)
    assert not (await floor_of(served, path))["muted"]


async def test_a_site_that_raises_its_hand_without_end_is_told_to_wait_and_no_other(served: Service) -> None:
    path = await served.briefing()
    answers = []
    for _ in range(70):
        answers.append(await served.call("POST", f"{path}/floor/requests", site(path, "38"), {}))
        answers.append(await served.call("DELETE", f"{path}/floor/requests/38", site(path, "38")))

    refused = [one for one in answers if one.status == 429]
    assert refused
    assert (refused[0].code, int(refused[0].headers["Retry-After"]) > 0) == ("too_fast", True)
    assert await ask(served, path, "01") == 201
    assert (await served.call("GET", f"{path}/status", site(path, "38"))).status == 200
