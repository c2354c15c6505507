"""Copying over HTTP: a draft at another time, with what is open; the old one stays as it is."""

from typing import Any

from tests.service import Service

NEXT = {"starts_at": "2099-12-01T01:00:00Z"}


async def noted(served: Service, path: str, text: str) -> None:
    body = {"kind": "task", "text": text, "endpoint": "38", "due": "2099-01-15"}
    answer = await served.call("POST", f"{path}/notes", "secretary", body)
    assert answer.status == 201, answer.text


async def copied(served: Service, path: str, **more: Any) -> Any:
    answer = await served.call("POST", f"{path}/copy", "organizer", {**NEXT, **more})
    assert answer.status == 201, answer.text
    return answer.body


async def test_a_copy_is_a_draft_with_the_open_tasks_on_its_agenda(served: Service) -> None:
    path = await served.briefing(number="11/2026")
    await noted(served, path, "Báo cáo giải ngân")
    await served.call("POST", f"{path}/close", "chair")

    copy = await copied(served, path)

    assert (copy["state"], copy["series"], copy["number"], copy["edition"]) == ("draft", None, "", 1)
    titles = [item["title"] for item in copy["agenda"]]
    assert titles == ["Khai mạc", "Thảo luận", "Báo cáo giải ngân (số 1, Giao ban tháng 11)"]
    assert copy["agenda"][2]["endpoint"] == "38"
    still = (await served.call("GET", "/api/v1/follow-up", "organizer")).body["items"]
    assert [item["note"]["state"] for item in still] == ["open"]


async def test_a_copy_without_tasks_is_the_plan_alone(served: Service) -> None:
    path = await served.briefing()
    await noted(served, path, "Báo cáo giải ngân")

    copy = await copied(served, path, open_tasks=False)

    assert len(copy["agenda"]) == 2


async def test_carrying_over_to_a_copy_puts_nothing_there_twice(served: Service) -> None:
    path = await served.briefing()
    await noted(served, path, "Báo cáo giải ngân")
    copy = await copied(served, path)

    body = {"briefing": copy["id"], "items": [{"briefing": path.rsplit("/", 1)[1], "number": 1}]}
    carried = await served.call("POST", "/api/v1/follow-up/carry-over", "organizer", body)

    assert carried.status == 200, carried.text
    assert carried.body["agenda"] == copy["agenda"]


async def test_a_copy_of_a_date_belongs_to_no_series(served: Service) -> None:
    path = await served.briefing(until="draft", starts_at="2099-11-27T01:00:00Z", ends_at="2099-11-27T03:00:00Z")
    rule = {"briefing": path.rsplit("/", 1)[1], "rule": "FREQ=WEEKLY;COUNT=2"}
    assert (await served.call("POST", "/api/v1/series", "organizer", rule)).status == 201

    assert (await copied(served, path))["series"] is None
