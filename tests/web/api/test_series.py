"""Series over HTTP: made whole, changed for all or from a date on, and called off; nothing in between."""

import asyncio
from typing import Any

import pytest

from server.core.ids import BriefingId
from server.web.keys import ROOMS
from tests.service import Answer, Service

SERIES = "/api/v1/series"
FIRST: dict[str, Any] = {"starts_at": "2099-11-27T01:00:00Z", "ends_at": "2099-11-27T03:00:00Z"}
MONTHLY = "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4"
DAYS = ["2099-11-27", "2099-12-25", "2100-01-29", "2100-02-26"]


async def made(served: Service, *, rule: str = MONTHLY, plan: dict[str, Any] | None = None, **more: Any) -> Any:
    """Make a series of a new draft."""
    path = await served.briefing(until="draft", **{**FIRST, **(plan or {})})
    body = {"briefing": path.rsplit("/", 1)[1], "rule": rule, **more}
    answer = await served.call("POST", SERIES, "organizer", body)
    assert answer.status == 201, answer.text
    return answer.body


async def changed(served: Service, series: Any, **body: Any) -> Answer:
    return await served.call("PATCH", f"{SERIES}/{series['id']}", "organizer", body, Accept_Language="en")


async def shown(served: Service, series: Any) -> Any:
    return (await served.call("GET", f"{SERIES}/{series['id']}", "chair")).body


async def briefing(served: Service, date: Any) -> Any:
    return (await served.call("GET", f"/api/v1/briefings/{date['briefing']}", "organizer")).body


async def schedule(served: Service, date: Any) -> None:
    assert (await served.call("POST", f"/api/v1/briefings/{date['briefing']}/schedule", "organizer")).status == 200


def starts(series: Any) -> list[str]:
    return [one["starts_at"][:16] for one in series["dates"]]


async def test_a_series_is_made_of_a_briefing_and_its_dates_are_drafts(served: Service) -> None:
    series = await made(served, rule=f"{MONTHLY}")

    assert [one["original"] for one in series["dates"]] == [f"{day}T08:00:00" for day in DAYS]
    assert {one["state"] for one in series["dates"]} == {"draft"}
    assert (series["edition"], series["minutes"], series["rule"]) == (1, 120, MONTHLY)
    third = await briefing(served, series["dates"][2])
    assert third["series"] == {"id": series["id"], "original": "2100-01-29T08:00:00"}
    assert (third["title"], third["endpoints"], third["starts_at"]) == (
        "Giao ban tháng 11",
        ["01", "38", "96"],
        "2100-01-29T01:00:00.000000Z",
    )
    listed = (await served.call("GET", SERIES, "secretary")).body["series"]
    assert [one["id"] for one in listed] == [series["id"]]


async def test_dates_are_left_out_and_moved_from_the_beginning(served: Service) -> None:
    series = await made(
        served,
        dropped=["2099-12-25T08:00:00"],
        moved=[{"original": "2100-01-29T08:00:00", "to": "2100-01-28T14:00:00"}],
    )

    assert starts(series) == ["2099-11-27T01:00", "2100-01-28T07:00", "2100-02-26T01:00"]
    assert [one["moved"] for one in series["dates"]] == [False, True, False]
    assert series["dropped"] == ["2099-12-25T08:00:00"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=MONTHLY", "endless_series"),
        ("FREQ=DAILY;COUNT=121", "endless_series"),
        ("FREQ=HOURLY", "unsupported_rule"),
    ],
)
async def test_a_rule_that_does_not_end_makes_nothing(served: Service, rule: str, code: str) -> None:
    path = await served.briefing(until="draft", **FIRST)

    answer = await served.call("POST", SERIES, "organizer", {"briefing": path.rsplit("/", 1)[1], "rule": rule})

    assert (answer.status, answer.code) == (422, code)
    assert len((await served.call("GET", "/api/v1/briefings", "organizer")).body["briefings"]) == 1


async def test_a_briefing_is_a_date_of_one_series_only(served: Service) -> None:
    series = await made(served)

    again = await served.call(
        "POST", SERIES, "organizer", {"briefing": series["dates"][0]["briefing"], "rule": MONTHLY, "accepted": "x"}
    )

    assert (again.status, again.code) == (409, "in_series")


async def test_a_series_of_a_briefing_that_somebody_changed_meanwhile_is_not_made(served: Service) -> None:
    path = await served.briefing(until="draft", **FIRST)
    await served.call("PATCH", path, "organizer", {"title": "Khác"})

    body = {"briefing": path.rsplit("/", 1)[1], "rule": MONTHLY}
    answer = await served.call("POST", SERIES, "organizer", body, If_Match='"1"')

    assert (answer.status, answer.code) == (412, "stale_edit")
    assert (await served.call("GET", SERIES, "organizer")).body == {"series": []}


async def test_conflicts_are_refused_until_they_are_accepted_and_the_reason_is_kept(served: Service) -> None:
    other: dict[str, Any] = {"starts_at": "2100-01-29T02:00:00Z", "ends_at": "2100-01-29T04:00:00Z"}
    await served.briefing(until="draft", **other)
    path = await served.briefing(until="draft", **FIRST)
    body = {"briefing": path.rsplit("/", 1)[1], "rule": MONTHLY}

    refused = await served.call("POST", SERIES, "organizer", body)
    accepted = await served.call("POST", SERIES, "organizer", {**body, "accepted": "Hai hội nghị nối tiếp"})

    assert (refused.status, refused.code, refused.body["detail"]) == (409, "series_conflicts", "2100-01-29T08:00:00")
    assert (accepted.status, accepted.body["accepted"]) == (201, "Hai hội nghị nối tiếp")


async def test_a_change_for_all_is_a_raised_edition_of_what_is_published(served: Service) -> None:
    series = await made(served)
    await schedule(served, series["dates"][1])

    answer = await changed(served, series, at="14:00", minutes=90, title="Giao ban chiều")

    assert answer.status == 200, answer.text
    after = answer.body["series"]
    assert (after["id"], answer.body["split_from"], answer.body["left"]) == (series["id"], None, [])
    assert starts(after) == [f"{day}T07:00" for day in DAYS]
    published = await briefing(served, series["dates"][1])
    assert (published["state"], published["edition"], published["title"]) == ("scheduled", 2, "Giao ban chiều")
    assert published["ends_at"] == "2099-12-25T08:30:00.000000Z"


async def test_a_date_changed_by_hand_is_left_alone_and_named(served: Service) -> None:
    series = await made(served)
    own = f"/api/v1/briefings/{series['dates'][2]['briefing']}"
    await served.call("PATCH", own, "organizer", {"title": "Giao ban tổng kết năm"})

    answer = await changed(served, series, title="Giao ban thường kỳ")
    later = await changed(served, series, at="09:00")

    left = {
        "briefing": series["dates"][2]["briefing"],
        "original": "2100-01-29T08:00:00",
        "title": "Giao ban tổng kết năm",
        "because": "by_hand",
        "fields": ["title"],
    }
    assert answer.body["left"] == [left]
    titles = [one["title"] for one in answer.body["series"]["dates"]]
    assert titles == ["Giao ban thường kỳ", "Giao ban thường kỳ", "Giao ban tổng kết năm", "Giao ban thường kỳ"]
    assert later.body["left"] == []  # its time is the series' own
    assert starts(later.body["series"]) == [f"{day}T02:00" for day in DAYS]


async def test_what_has_begun_is_never_touched_and_other_times_begin_after_it(served: Service) -> None:
    series = await made(served)
    await schedule(served, series["dates"][0])
    opened = await served.call("POST", f"/api/v1/briefings/{series['dates'][0]['briefing']}/open", "organizer")
    assert opened.status == 200

    renamed = await changed(served, series, title="Tên mới")
    moved = await changed(served, series, at="09:00")

    assert [(one["because"], one["original"]) for one in renamed.body["left"]] == [("begun", "2099-11-27T08:00:00")]
    assert moved.body["split_from"] == series["id"]
    assert starts(moved.body["series"]) == [f"{day}T02:00" for day in DAYS[1:]]
    before = await shown(served, series)
    assert [(one["title"], one["state"]) for one in before["dates"]] == [("Giao ban tháng 11", "open")]


async def test_a_meeting_goes_on_while_its_series_is_changed(served: Service) -> None:
    series = await made(served)
    meeting = series["dates"][0]
    await schedule(served, meeting)
    await served.call("POST", f"/api/v1/briefings/{meeting['briefing']}/open", "organizer")
    room = await served.app[ROOMS].get(BriefingId(meeting["briefing"]))

    async with asyncio.timeout(10), room.held():
        renamed = await changed(served, series, title="Tên mới")
        cancelled = await served.call("POST", f"{SERIES}/{series['id']}/cancel", "organizer", {})

    assert [(answer.status, answer.body["left"][0]["because"]) for answer in (renamed, cancelled)] == [
        (200, "begun")
    ] * 2
    assert [one["state"] for one in cancelled.body["series"]["dates"]] == ["open"] + ["cancelled"] * 3


async def test_this_and_following_is_a_series_of_its_own(served: Service) -> None:
    series = await made(served)

    answer = await changed(served, series, following="2100-01-29T08:00:00", title="Nửa sau", place="Phòng 2")

    tail = answer.body["series"]
    assert (answer.body["split_from"], tail["id"] != series["id"]) == (series["id"], True)
    assert [(one["title"], one["original"][:10]) for one in tail["dates"]] == [
        ("Nửa sau", "2100-01-29"),
        ("Nửa sau", "2100-02-26"),
    ]
    head = await shown(served, series)
    assert [one["title"] for one in head["dates"]] == ["Giao ban tháng 11"] * 2
    assert head["rule"] == "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=21000129T005959Z"
    assert tail["rule"] == "FREQ=MONTHLY;BYDAY=-1FR;COUNT=2"
    assert (await briefing(served, tail["dates"][0]))["series"]["id"] == tail["id"]


async def test_another_rule_moves_cancels_and_makes_dates(served: Service) -> None:
    series = await made(served)
    rule = "FREQ=MONTHLY;BYDAY=-1TH;COUNT=5"

    answer = await changed(served, series, following="2099-12-25T08:00:00", rule=rule, reason="Đổi lịch")

    found = answer.body["series"]
    assert starts(found) == [
        f"{day}T01:00" for day in ("2099-12-31", "2100-01-28", "2100-02-25", "2100-03-25", "2100-04-29")
    ]
    kept = {one["briefing"] for one in series["dates"][1:]}
    assert {one["briefing"] for one in found["dates"][:3]} == kept


async def test_a_shorter_series_cancels_what_it_has_no_more(served: Service) -> None:
    series = await made(served)

    answer = await changed(served, series, rule="FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", reason="Rút ngắn")

    assert [one["state"] for one in answer.body["series"]["dates"]] == ["draft", "draft", "draft", "cancelled"]


async def test_all_of_a_change_is_stored_or_nothing(served: Service) -> None:
    series = await made(served, plan={"endpoints": ["01", "38"]})
    await schedule(served, series["dates"][3])

    answer = await changed(served, series, endpoints=[])  # drafts may be without sites, what is published may not

    assert (answer.status, answer.code) == (422, "no_endpoints")
    assert [(await briefing(served, one))["endpoints"] for one in series["dates"]] == [["01", "38"]] * 4
    assert (await shown(served, series))["edition"] == 1


async def test_two_editors_of_one_series_lose_nothing(served: Service) -> None:
    series = await made(served)
    path = f"{SERIES}/{series['id']}"
    first = await served.call("PATCH", path, "organizer", {"title": "Một"}, If_Match='"1"')
    second = await served.call("PATCH", path, "organizer", {"place": "Phòng 2"}, If_Match='"1"')
    third = await served.call("PATCH", path, "organizer", {"place": "Phòng 2"}, If_Match=first.headers["ETag"])

    assert (first.status, second.status, second.code, third.status) == (200, 412, "stale_series", 200)
    dates = [await briefing(served, one) for one in series["dates"]]
    assert {(one["title"], one["place"]) for one in dates} == {("Một", "Phòng 2")}


async def test_sites_that_another_briefing_has_are_a_conflict_of_the_change_only(served: Service) -> None:
    await served.briefing(
        until="draft", sites=("12",), starts_at="2099-12-25T01:00:00Z", ends_at="2099-12-25T02:00:00Z"
    )
    series = await made(served)

    refused = await changed(served, series, endpoints=["01", "12"])
    harmless = await changed(served, series, dress="Lễ phục")
    accepted = await changed(served, series, endpoints=["01", "12"], accepted="Tỉnh cử hai đoàn")

    assert (refused.status, refused.code) == (409, "series_conflicts")
    assert (harmless.status, accepted.status, accepted.body["series"]["accepted"]) == (200, 200, "Tỉnh cử hai đoàn")


async def test_the_rest_of_a_series_is_cancelled_and_what_was_before_stays(served: Service) -> None:
    series = await made(served)
    body = {"following": "2100-01-29T08:00:00", "reason": "Nghỉ Tết"}

    answer = await served.call("POST", f"{SERIES}/{series['id']}/cancel", "organizer", body)
    again = await served.call("POST", f"{SERIES}/{series['id']}/cancel", "organizer", body)

    assert [one["state"] for one in answer.body["series"]["dates"]] == ["draft", "draft", "cancelled", "cancelled"]
    assert (again.status, again.code) == (409, "nothing_left")


async def test_one_date_is_cancelled_by_itself_and_stays_so(served: Service) -> None:
    series = await made(served)
    date = series["dates"][1]
    await served.call("POST", f"/api/v1/briefings/{date['briefing']}/cancel", "organizer", {"reason": "Trùng lễ"})

    answer = await changed(served, series, at="09:00")

    assert [(one["because"], one["briefing"]) for one in answer.body["left"]] == [("cancelled", date["briefing"])]
    found = answer.body["series"]
    assert [one["state"] for one in found["dates"]] == ["draft", "cancelled", "draft", "draft"]
    assert [moment[11:] for moment in starts(found)] == ["02:00", "01:00", "02:00", "02:00"]


async def test_a_series_nobody_made_is_not_found(served: Service) -> None:
    for method, path, body in (("GET", "/none", None), ("PATCH", "/none", {}), ("POST", "/none/cancel", {})):
        answer = await served.call(method, SERIES + path, "organizer", body)
        assert (answer.status, answer.code) == (404, "no_such_series")
