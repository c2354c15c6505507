"""A change of a series before it is made: what becomes of each date, and that the change then does just that."""

from typing import Any

import pytest

from tests.service import Answer, Service
from tests.web.api.test_series import SERIES, briefing, changed, made, schedule, shown, starts

WEEKLY = "FREQ=WEEKLY;COUNT=4"


async def outlook(served: Service, series: Any, **body: Any) -> Answer:
    return await served.call("POST", f"{SERIES}/{series['id']}/preview", "organizer", body, Accept_Language="en")


def fates(answer: Answer) -> list[str]:
    """Each date as "fate day": the day that it will have, or had."""
    assert answer.status == 200, answer.text
    return [f"{one['fate']} {(one['will'] or one)['starts_at'][5:10]}" for one in answer.body["dates"]]


async def test_each_date_is_kept_moved_new_gone_or_left(served: Service) -> None:
    series = await made(served, rule=WEEKLY)
    second, third = series["dates"][1]["briefing"], series["dates"][2]["briefing"]
    moved = {"starts_at": "2099-12-04T07:00:00Z", "ends_at": "2099-12-04T09:00:00Z"}
    assert (await served.call("PATCH", f"/api/v1/briefings/{second}", "organizer", moved)).status == 200
    assert (await served.call("POST", f"/api/v1/briefings/{third}/cancel", "organizer", {})).status == 200

    longer = await outlook(served, series, rule="FREQ=WEEKLY;COUNT=5")
    thursdays = await outlook(served, series, rule="FREQ=WEEKLY;BYDAY=TH;COUNT=5")

    assert fates(longer) == ["kept 11-27", "kept 12-04", "left 12-11", "kept 12-18", "new 12-25"]
    assert longer.body["dates"][1]["will"]["starts_at"] == "2099-12-04T07:00:00.000000Z"
    assert fates(thursdays) == ["gone 11-27", "left 12-04", "left 12-11", "moved 12-17", "new 12-24", "new 12-31"]
    assert [one["because"] for one in thursdays.body["dates"]] == [None, "by_hand", "cancelled", None, None, None]
    assert thursdays.body["dates"][1]["fields"] == ["ends_at", "starts_at"]
    assert thursdays.body["words"] == "Every week, on Thursday, 5 times"


async def test_nothing_is_written_down_and_the_change_does_what_was_said(served: Service) -> None:
    series = await made(served, rule=WEEKLY)
    body: dict[str, Any] = {
        "rule": "FREQ=WEEKLY;BYDAY=TH;COUNT=3",
        "following": "2099-12-04T08:00:00",
        "dropped": ["2099-12-17T08:00:00"],
        "moved": [{"original": "2099-12-10T08:00:00", "to": "2099-12-09T14:00:00"}],
    }

    before = await outlook(served, series, **body)
    assert await shown(served, series) == series
    answer = await changed(served, series, **body)

    assert fates(before) == ["gone 12-04", "moved 12-09", "gone 12-18", "new 12-24"]
    assert before.body["split"]
    assert answer.status == 200, answer.text
    will = [one["will"]["starts_at"][:16] for one in before.body["dates"] if one["will"]]
    standing = [one["starts_at"][:16] for one in answer.body["series"]["dates"] if one["state"] != "cancelled"]
    assert standing == will


async def test_one_date_on_another_day_takes_those_that_follow_with_it(served: Service) -> None:
    series = await made(served, rule=WEEKLY)
    await schedule(served, series["dates"][2])
    shift = {"shift": {"original": "2099-12-04T08:00:00", "to": "2099-12-07"}, "following": "2099-12-04T08:00:00"}

    assert fates(await outlook(served, series, **shift)) == ["moved 12-07", "moved 12-14", "moved 12-21"]
    answer = await changed(served, series, **shift)

    after = answer.body["series"]
    assert (answer.body["split_from"], after["rule"]) == (series["id"], "FREQ=WEEKLY;COUNT=3")
    assert starts(after) == ["2099-12-07T01:00", "2099-12-14T01:00", "2099-12-21T01:00"]
    assert [one["briefing"] for one in after["dates"]] == [one["briefing"] for one in series["dates"][1:]]
    back = {"shift": {"original": "2099-12-07T08:00:00", "to": "2099-12-04"}}
    assert starts((await changed(served, after, **back)).body["series"]) == starts(series)[1:]


async def test_a_day_to_which_the_others_cannot_follow_is_refused_with_words(served: Service) -> None:
    series = await made(served)

    answer = await outlook(served, series, shift={"original": "2099-12-25T08:00:00", "to": "2100-01-04"})

    assert (answer.status, answer.code) == (409, "cannot_shift")


async def test_what_a_moved_date_would_run_into_is_told(served: Service) -> None:
    await served.briefing(until="draft", starts_at="2099-12-07T01:30:00Z", ends_at="2099-12-07T02:00:00Z")
    series = await made(served, rule=WEEKLY)

    answer = await outlook(served, series, shift={"original": "2099-12-04T08:00:00", "to": "2099-12-07"})

    clashes = [len(one["will"]["clashes"]) for one in answer.body["dates"]]
    assert clashes == [0, 1, 0, 0]


async def numbers(served: Service, series: Any) -> list[tuple[str, str | None]]:
    """Each date's number, and the first day of what it reports on."""
    read = [await briefing(served, one) for one in series["dates"]]
    return [(one["number"], one["period"] and one["period"]["first"]) for one in read]


async def test_a_number_and_a_period_count_on_from_a_date_without_a_split(served: Service) -> None:
    series = await made(served)
    second = "2099-12-25T08:00:00"
    own = {"of": second, "number": "12/2099", "period": {"first": "2099-12-01", "last": "2099-12-31"}}

    answer = await changed(served, series, own=own, following=second)

    assert (answer.status, answer.body["split_from"], answer.body["left"]) == (200, None, [])
    assert await numbers(served, series) == [
        ("", None),
        ("12/2099", "2099-12-01"),
        ("1/2100", "2100-01-01"),
        ("2/2100", "2100-02-01"),
    ]
    await changed(served, series, own={"of": second, "period": None}, title="Giao ban mới")
    assert [period for _, period in await numbers(served, series)] == [None] * 4
    assert (await briefing(served, series["dates"][2]))["title"] == "Giao ban mới"


async def test_a_number_that_cannot_count_and_a_date_that_is_not_there_are_refused(served: Service) -> None:
    series = await made(served)

    bad = await outlook(served, series, own={"of": "2099-11-27T08:00:00", "number": "đặc biệt"})
    gone = await outlook(served, series, own={"of": "2099-11-26T08:00:00", "number": "1"})

    assert [(one.status, one.code) for one in (bad, gone)] == [(409, "cannot_count"), (409, "no_such_date")]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"shift": {"original": "2099-11-27T08:00:00", "to": "9999-12-31"}}, 422, "invalid_body"),
        ({"shift": {"original": "2099-11-27T08:00:00", "to": "2199-12-31"}}, 409, "cannot_shift"),
        ({"shift": {"original": "2099-11-27T08:00:00", "to": "2099-11-26"}, "rule": WEEKLY}, 409, "cannot_shift"),
        (
            {"own": {"of": "2099-11-27T08:00:00", "period": {"first": "0001-01-01", "last": "9999-12-31"}}},
            422,
            "bad_period",
        ),
        ({"moved": [{"original": "2099-11-26T08:00:00", "to": "2099-11-25T08:00:00"}]}, 409, "no_such_date"),
    ],
)
async def test_what_no_date_can_be_is_refused(served: Service, body: dict[str, Any], status: int, code: str) -> None:
    answer = await outlook(served, await made(served), **body)

    assert (answer.status, answer.code) == (status, code)
