"""What a series would come to, over HTTP."""

from pathlib import Path
from typing import Any

import pytest

from tests.databases import lay_out
from tests.service import Service, service

PREVIEW = "/api/v1/series/preview"
SIX_MONTHLY = {
    "rule": "FREQ=MONTHLY;INTERVAL=6;BYDAY=-1FR;COUNT=2",
    "first": "2026-11-01T08:00:00",
    "minutes": 120,
    "endpoints": ["01", "38"],
}
NOVEMBER_27 = {
    "original": "2026-11-27T08:00:00",
    "starts_at": "2026-11-27T01:00:00.000000Z",
    "ends_at": "2026-11-27T03:00:00.000000Z",
    "working": True,
    "holiday": None,
    "decided": True,
    "clashes": [],
    "alternatives": None,
}


async def previewed(served: Service, **changes: Any) -> Any:
    answer = await served.call("POST", PREVIEW, "organizer", {**SIX_MONTHLY, **changes}, Accept_Language="vi")
    assert answer.status == 200, answer.text
    return answer.body


async def test_a_series_is_told_by_its_dates_and_in_words(served: Service) -> None:
    body = await previewed(served)

    assert body == {
        "rule": "FREQ=MONTHLY;INTERVAL=6;BYDAY=-1FR;COUNT=2",
        "first": "2026-11-27T08:00:00",
        "words": "Sáu tháng một lần, vào thứ Sáu cuối cùng của tháng, tổng cộng 2 lần",
        "dates": [
            NOVEMBER_27,
            {
                **NOVEMBER_27,
                "original": "2027-05-28T08:00:00",
                "starts_at": "2027-05-28T01:00:00.000000Z",
                "ends_at": "2027-05-28T03:00:00.000000Z",
                "decided": False,
            },
        ],
        "more": False,
    }


async def test_english_readers_read_english(served: Service) -> None:
    wanted = {**SIX_MONTHLY, "rule": "FREQ=DAILY;COUNT=1", "first": "2026-04-27T08:00:00"}

    body = (await served.call("POST", PREVIEW, "organizer", wanted, Accept_Language="en")).body

    assert (body["words"], body["dates"][0]["holiday"]) == ("Every day, once", "Hùng Kings' anniversary")


async def test_a_preview_writes_nothing_down(served: Service) -> None:
    await previewed(served)

    assert (await served.call("GET", "/api/v1/briefings", "organizer")).body == {"briefings": []}


async def test_dates_are_dropped_and_moved(served: Service) -> None:
    body = await previewed(
        served,
        dropped=["2027-05-28T08:00:00"],
        moved=[{"original": "2026-11-27T08:00:00", "to": "2026-11-30T14:00:00"}],
    )

    assert [(one["original"], one["starts_at"]) for one in body["dates"]] == [
        ("2026-11-27T08:00:00", "2026-11-30T07:00:00.000000Z")
    ]


async def test_a_date_on_a_holiday_says_so_and_offers_others(served: Service) -> None:
    body = await previewed(served, rule="FREQ=DAILY;COUNT=1", first="2026-09-02T08:00:00")

    (date,) = body["dates"]
    assert (date["working"], date["holiday"]) == (False, "Quốc khánh")
    assert date["alternatives"] == {
        "same_day": [],
        "later": [f"2026-09-{day}T01:00:00.000000Z" for day in ("03", "04", "07")],
    }


async def test_what_a_date_runs_into_is_named(served: Service) -> None:
    path = await served.briefing(
        until="draft",
        title="Giao ban tuần",
        starts_at="2026-11-27T02:30:00Z",
        ends_at="2026-11-27T04:00:00Z",
        presiding=[{"name": "Ông Minh", "leads": True}, {"name": "Bà Hoa"}],
        place="Phòng 2",
    )

    body = await previewed(served, presiding=["Bà Hoa", "Ông An"], place="Phòng 2")

    assert body["dates"][0]["clashes"] == [
        {
            "briefing": path.rsplit("/", 1)[1],
            "original": None,
            "title": "Giao ban tuần",
            "starts_at": "2026-11-27T02:30:00.000000Z",
            "ends_at": "2026-11-27T04:00:00.000000Z",
            "endpoints": ["01", "38"],
            "presiding": ["Bà Hoa"],
            "place": "Phòng 2",
        }
    ]
    assert body["dates"][0]["alternatives"]["same_day"] == [
        "2026-11-27T00:30:00.000000Z",
        "2026-11-27T04:00:00.000000Z",
        "2026-11-27T04:30:00.000000Z",
    ]
    assert body["dates"][1]["clashes"] == []


async def test_dates_of_the_series_that_overlap_are_named(served: Service) -> None:
    body = await previewed(served, rule="FREQ=DAILY;COUNT=2", minutes=24 * 60, moved=[])
    assert [one["clashes"] for one in body["dates"]] == [[], []]

    moved = [{"original": "2026-11-02T08:00:00", "to": "2026-11-02T07:00:00"}]
    body = await previewed(served, rule="FREQ=DAILY;COUNT=2", minutes=24 * 60, moved=moved)

    assert [one["clashes"][0]["original"] for one in body["dates"]] == ["2026-11-02T08:00:00", "2026-11-01T08:00:00"]


async def test_of_a_series_without_an_end_the_first_dates_are_shown(served: Service) -> None:
    body = await previewed(served, rule="FREQ=DAILY")

    assert (len(body["dates"]), body["more"]) == (200, True)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"rule": "FREQ=HOURLY"}, 422, "unsupported_rule"),
        ({"rule": "weekly"}, 422, "bad_rule"),
        ({"rule": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"}, 422, "no_dates"),
        ({"rule": ""}, 422, "invalid_body"),
        ({"first": "2026-11-01T08:00:00+07:00"}, 422, "invalid_body"),
        ({"first": "tomorrow"}, 422, "invalid_body"),
        ({"first": 1793494800}, 422, "invalid_body"),
        ({"first": "2026-02-30T08:00:00"}, 422, "invalid_body"),
        ({"first": "1999-11-01T08:00:00"}, 422, "invalid_body"),
        ({"minutes": 0}, 422, "invalid_body"),
        ({"minutes": 1441}, 422, "invalid_body"),
        ({"dropped": ["2026-11-26T08:00:00"]}, 409, "no_such_date"),
        ({"moved": [{"original": "2026-11-26T08:00:00", "to": "2026-11-26T08:00:00"}]}, 409, "no_such_date"),
        ({"roster": "64"}, 422, "unknown_roster"),
        ({"endpoints": ["00"]}, 422, "unknown_endpoint"),
    ],
)
async def test_an_impossible_series_is_refused(served: Service, change: dict[str, Any], status: int, code: str) -> None:
    refused = await served.call("POST", PREVIEW, "organizer", {**SIX_MONTHLY, **change})

    assert (refused.status, refused.code) == (status, code)


async def test_the_days_of_the_office_are_kept(tmp_path: Path) -> None:
    lay_out(tmp_path)
    days = tmp_path / "days.csv"
    days.write_text(
        "day,kind,name_vi,name_en,basis\n2026-11-27,holiday,Ngày truyền thống,Foundation day,decided\n",
        encoding="utf-8",
    )
    async with service(tmp_path, days_file=str(days)) as office:
        body = await previewed(office)

    assert (body["dates"][0]["working"], body["dates"][0]["holiday"]) == (False, "Ngày truyền thống")
