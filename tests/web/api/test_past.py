"""The past over HTTP: what the status said then, it says of then for ever."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.service import Answer, Service, site

MOVES: tuple[tuple[str, str, str, dict[str, Any] | None], ...] = (
    ("POST", "floor/requests", "38", {"speaker": "Lan", "topic": "Bão số 5"}),
    ("POST", "floor/requests", "01", None),
    ("POST", "floor/grant", "chair", {"endpoint": "38"}),
    ("POST", "content/give", "chair", {"presenter": "38"}),
    ("POST", "agenda", "chair", {"index": 1}),
    ("PUT", "endpoints/01/check-in", "01", {"local_chair": "Bà Hoa", "delegates": [], "headcount": 7}),
    ("POST", "floor/grant", "chair", {"endpoint": "01"}),
    ("POST", "floor/revoke", "chair", {"endpoint": "01"}),
    ("POST", "close", "chair", None),
)


async def shown_live(served: Service, path: str) -> list[dict[str, Any]]:
    """Let a story happen, and return what the status said after each move."""
    said = [(await served.call("GET", f"{path}/status", "operator")).body]
    for method, call, who, body in MOVES:
        caller = site(path, who) if who.isdigit() else who
        moved = await served.call(method, f"{path}/{call}", caller, body)
        assert moved.status < 300, moved.text
        said.append((await served.call("GET", f"{path}/status", "operator")).body)
    return said


async def past(served: Service, path: str, who: str = "operator", **when: str) -> Answer:
    query = "&".join(f"{name}={value}" for name, value in when.items())
    return await served.call("GET", f"{path}/status?{query}", who)


def known(status: dict[str, Any]) -> dict[str, Any]:
    """Leave out of a document what belongs to its telling: the moment, and how the service was then."""
    turn, floor = status["floor"]["turn"], {**status["floor"], "undo": None, "deck": []}
    told = {**status, "floor": {**floor, "turn": None if turn is None else {**turn, "spent": 0}}}
    return {name: value for name, value in told.items() if name not in {"now", "as_of", "media", "alarms"}}


async def test_every_status_of_a_story_can_be_shown_again(served: Service) -> None:
    path = await served.briefing()
    said = await shown_live(served, path)

    for status in said:
        then = (await past(served, path, at=status["now"])).body
        written = (await past(served, path, seq=str(status["seq"]))).body

        assert known(then) == known(written) == known(status)
        assert (then["now"], then["as_of"]["seq"]) == (status["now"], status["seq"])
        assert (then["media"], then["alarms"], status["as_of"]) == ({"since": None}, [], None)


async def test_steps_lead_through_everything_that_happened_and_back(served: Service) -> None:
    path = await served.briefing()
    await shown_live(served, path)

    seen = [(await past(served, path, seq="1")).body["as_of"]]
    while following := seen[-1]["next"]:
        seen.append((await past(served, path, at=following)).body["as_of"])

    entries = (await served.call("GET", f"{path}/journal", "operator")).body["entries"]
    assert sorted({one["at"] for one in entries}) == [one["at"] for one in seen]
    assert [one["previous"] for one in seen] == [None, *(one["at"] for one in seen[:-1])]
    assert seen[-1].items() >= {name: entries[-1][name] for name in ("seq", "at", "actor", "kind")}.items()


async def test_the_past_does_not_change_when_more_happens(served: Service) -> None:
    path = await served.briefing()
    before = (await past(served, path, seq="3")).body

    await shown_live(served, path)

    after = (await past(served, path, seq="3")).body
    assert known(after) == known(before)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"at": "2001-01-01T00:00:00Z"}, "outside_journal"),
        ({"at": (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")}, "outside_journal"),
        ({"seq": "99"}, "outside_journal"),
        ({"seq": "0"}, "invalid_body"),
        ({"seq": "99999999999999"}, "invalid_body"),
        ({"at": "2026-11-23T01:30:00"}, "invalid_body"),
        ({"at": "yesterday"}, "invalid_body"),
        ({"before": "3"}, "invalid_body"),
        ({"at": "2026-11-23T01:30:00Z", "seq": "1"}, "one_moment"),
    ],
)
async def test_moment_that_cannot_be_shown_is_refused(served: Service, when: dict[str, str], code: str) -> None:
    path = await served.briefing(until="draft")

    refused = await past(served, path, **when)

    assert (refused.status, refused.code) == (422, code)


async def test_the_past_is_for_the_staff_alone(served: Service) -> None:
    path = await served.briefing()

    answers = [await past(served, path, who, seq="1") for who in (site(path, "38"), "hub", "chair", "organizer")]

    assert [one.status for one in answers] == [403, 403, 200, 200]
    assert (await past(served, "/api/v1/briefings/nothing", seq="1")).code == "no_such_briefing"


async def test_journal_is_given_by_pages(served: Service) -> None:
    path = await served.briefing()
    await shown_live(served, path)

    whole = (await served.call("GET", f"{path}/journal?limit=500", "operator")).body["entries"]
    page = (await served.call("GET", f"{path}/journal?after=3&limit=2", "operator")).body["entries"]
    beyond = (await served.call("GET", f"{path}/journal?after=500", "operator")).body["entries"]

    assert [one["seq"] for one in whole] == list(range(1, len(whole) + 1))
    assert whole[0]["kind"] == "BriefingDrafted"
    assert whole[0]["data"]["plan"]["title"] == "Giao ban tháng 11"
    assert (page, beyond) == (whole[3:5], [])
