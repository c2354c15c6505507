"""The work programme over HTTP: what is to be followed up, over all briefings."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.service import Answer, Service

LATE: dict[str, Any] = {"kind": "report", "text": "Báo cáo quý I", "owner": "Văn phòng", "due": "2020-Q1"}
FAR: dict[str, Any] = {"kind": "task", "text": "Rà soát hồ", "endpoint": "38", "owner": "Sở NN&MT", "due": "2199-12-31"}
ASKED: dict[str, Any] = {"kind": "recommendation", "text": "=Cấp vốn", "endpoint": "38", "addressee": "Bộ Tài chính"}
SAID: dict[str, Any] = {"kind": "conclusion", "text": "Thống nhất"}


async def noted(served: Service, *notes: dict[str, Any], **changes: Any) -> str:
    path = await served.briefing(**changes)
    for note in notes:
        answer = await served.call("POST", f"{path}/notes", "secretary", note)
        assert answer.status == 201, answer.text
    return path


async def texts(served: Service, query: str = "") -> list[str]:
    answer = await served.call("GET", f"/api/v1/follow-up{query}", "secretary")
    assert answer.status == 200, answer.text
    return [item["note"]["text"] for item in answer.body["items"]]


async def test_what_is_to_be_done_is_listed_over_all_briefings_what_is_late_first(served: Service) -> None:
    await noted(served, FAR, ASKED, SAID)
    path = await noted(served, LATE, title="Giao ban tháng 12")

    answer = (await served.call("GET", "/api/v1/follow-up", "chair")).body

    assert [item["note"]["text"] for item in answer["items"]] == ["Báo cáo quý I", "Rà soát hồ", "=Cấp vốn"]
    assert (answer["more"], answer["items"][0]["briefing"]["title"]) == (False, "Giao ban tháng 12")
    assert answer["items"][0]["note"] == (await served.call("GET", f"{path}/notes/1", "secretary")).body


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?show=late", ["Báo cáo quý I"]),
        ("?show=all", ["Báo cáo quý I", "Rà soát hồ", "=Cấp vốn", "Xong rồi"]),
        ("?show=all&state=done", ["Xong rồi"]),
        ("?endpoint=38&roster=63", ["Rà soát hồ", "=Cấp vốn"]),
        ("?endpoint=38&roster=34", []),
        ("?owner=B%E1%BB%99+T%C3%A0i+ch%C3%ADnh", ["=Cấp vốn"]),
        ("?owner=V%C4%83n+ph%C3%B2ng", ["Báo cáo quý I"]),
    ],
)
async def test_only_what_is_asked_for_is_listed(served: Service, query: str, expected: list[str]) -> None:
    path = await noted(served, FAR, LATE, ASKED, {**FAR, "text": "Xong rồi", "endpoint": "01"})
    await served.call("POST", f"{path}/notes/4/state", "secretary", {"state": "done"})

    assert await texts(served, query) == expected


async def test_the_list_is_a_table_for_spreadsheets_too(served: Service) -> None:
    path = await noted(served, FAR, ASKED)
    await served.call("POST", f"{path}/notes/1/state", "secretary", {"state": "in_work", "comment": "đã giao"})

    answer = await served.call("GET", "/api/v1/follow-up/csv", "organizer")
    columns, task, recommendation = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))

    found = dict(zip(columns, task, strict=True))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (found["text"], found["name"], found["state"], found["days_late"]) == (
        "Rà soát hồ",
        "Thanh Hóa",
        "in_work",
        "0",
    )
    assert found["latest"] == "đã giao"
    assert recommendation[columns.index("text")] == "'=Cấp vốn"


async def test_three_briefings_cost_as_many_queries_as_one(served: Service) -> None:
    await noted(served, FAR, ASKED)
    with asked_of_notes() as for_one:
        assert len(await texts(served)) == 2
    await noted(served, FAR, ASKED)
    await noted(served, LATE, FAR, ASKED)
    with asked_of_notes() as for_three:
        assert len(await texts(served)) == 7

    assert (len(for_one), len(for_three)) == (2, 2)


@contextmanager
def asked_of_notes() -> Iterator[list[str]]:
    """Collect the queries about notes meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.extend([statement] if re.search(r"SELECT.* (note|result_entry)\b", statement, re.DOTALL) else [])

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("query", ["?show=some", "?state=asleep", "?surprise=1"])
async def test_an_odd_question_is_refused(served: Service, query: str) -> None:
    assert (await served.call("GET", f"/api/v1/follow-up{query}", "secretary")).code == "invalid_body"


async def agenda(served: Service, path: str) -> list[tuple[str, str | None]]:
    found = (await served.call("GET", path, "organizer")).body["agenda"]
    return [(item["title"], item["endpoint"]) for item in found]


def items(path: str, *numbers: int) -> list[dict[str, Any]]:
    return [{"briefing": named(path), "number": number} for number in numbers]


def named(path: str) -> str:
    return path.rsplit("/", 1)[1]


async def carry(served: Service, to: str, chosen: list[dict[str, Any]], who: str = "organizer") -> Answer:
    return await served.call("POST", "/api/v1/follow-up/carry-over", who, {"briefing": named(to), "items": chosen})


async def test_chosen_items_go_on_in_the_next_briefing_in_one_move_and_once(served: Service) -> None:
    first = await noted(served, FAR, ASKED, SAID, title="Giao ban tháng 10")
    second = await noted(served, LATE, title="Giao ban tháng 11")
    following = await served.briefing(until="draft")
    before = await agenda(served, following)
    chosen = [*items(first, 1, 2), *items(second, 1)]

    carried, again = [await carry(served, following, chosen) for _ in range(2)]

    assert (carried.status, carried.body) == (200, again.body)
    assert await agenda(served, following) == [
        *before,
        ("Rà soát hồ (số 1, Giao ban tháng 10)", "38"),
        ("=Cấp vốn (số 2, Giao ban tháng 10)", "38"),
        ("Báo cáo quý I (số 1, Giao ban tháng 11)", None),
    ]
    found = (await served.call("GET", "/api/v1/follow-up", "organizer")).body["items"]
    assert [(one["note"]["state"], one["note"]["carried_to"], len(one["note"]["moves"])) for one in found] == [
        ("carried_over", named(following), 1)
    ] * 3


async def test_what_broke_off_between_two_journals_is_made_good_by_the_same_call(served: Service) -> None:
    path, following = await noted(served, FAR, ASKED), await served.briefing(until="draft")
    assert (await carry(served, following, items(path, 1))).status == 200
    half = await agenda(served, following)
    await served.call("POST", f"{path}/notes/1/state", "organizer", {"state": "open"})  # as if it had not been marked

    assert (await carry(served, following, items(path, 1))).status == 200

    assert await agenda(served, following) == half
    assert (await served.call("GET", f"{path}/notes/1", "organizer")).body["state"] == "carried_over"


async def test_a_carried_item_goes_on_again_in_another_briefing(served: Service) -> None:
    path = await noted(served, FAR)
    following, later = await served.briefing(until="draft"), await served.briefing(until="scheduled")

    for to in (following, later):
        assert (await carry(served, to, items(path, 1))).status == 200

    note = (await served.call("GET", f"{path}/notes/1", "organizer")).body
    assert (note["carried_to"], [move["briefing"] for move in note["moves"]]) == (
        named(later),
        [named(following), named(later)],
    )


async def test_nothing_is_carried_over_when_one_of_the_chosen_cannot_be(served: Service) -> None:
    path = await noted(served, FAR, {**FAR, "text": "Xong rồi"}, SAID)
    await served.call("POST", f"{path}/notes/2/state", "secretary", {"state": "done"})
    following = await served.briefing(until="draft")
    before = await agenda(served, following)

    refusals = [await carry(served, following, items(path, 1, number)) for number in (2, 3, 4)]

    assert [one.code for one in refusals] == ["illegal_task_move", "not_a_task", "no_such_note"]
    assert await agenda(served, following) == before
    assert (await served.call("GET", f"{path}/notes/1", "organizer")).body["state"] == "open"


async def test_items_are_carried_only_to_a_briefing_to_come_and_by_who_may_plan_it(served: Service) -> None:
    path, over = await noted(served, FAR), await served.briefing()
    await served.call("POST", f"{over}/close", "chair")
    following = await served.briefing(until="draft")

    assert (await carry(served, over, items(path, 1))).code == "wrong_phase"
    assert (await carry(served, path, items(path, 1))).code == "nowhere_to_carry"
    assert (await carry(served, "/nosuchbriefing", items(path, 1))).code == "no_such_briefing"
    assert (await carry(served, following, items("/nosuchbriefing", 1))).code == "no_such_briefing"
    assert (await carry(served, following, [])).code == "invalid_body"
    assert [
        (await carry(served, following, items(path, 1), who)).status for who in ("secretary", "chair", "operator")
    ] == [403] * 3


async def test_an_agenda_takes_no_more_than_it_can_and_then_nothing_is_marked(served: Service) -> None:
    agenda_of_99 = [{"title": f"Mục {number}", "minutes": 1} for number in range(99)]
    path, following = await noted(served, FAR, ASKED), await served.briefing(until="draft", agenda=agenda_of_99)

    refused = await carry(served, following, items(path, 1, 2))

    assert (refused.status, refused.code) == (422, "too_much")
    assert (await served.call("GET", f"{path}/notes/1", "organizer")).body["state"] == "open"
