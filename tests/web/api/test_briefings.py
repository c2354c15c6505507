"""Planning a briefing and moving it through its life, over HTTP."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.databases import lay_out
from tests.service import Service, service, site

NOON, TWO = "2026-12-01T05:00:00Z", "2026-12-01T07:00:00Z"
PLAN = {"title": "Giao ban", "starts_at": NOON, "ends_at": TWO}


async def test_briefing_of_all_endpoints_has_the_whole_roster_in_its_order(served: Service) -> None:
    created = await served.call("POST", "/api/v1/briefings", "organizer", {**PLAN, "endpoints": "all"})

    assert created.status == 201
    assert created.headers["Location"] == f"/api/v1/briefings/{created.body['id']}"
    assert len(created.body["endpoints"]) == 63
    assert created.body["endpoints"][:3] == ["01", "02", "04"]


async def test_chosen_endpoints_are_put_into_roster_order(served: Service) -> None:
    created = await served.call("POST", "/api/v1/briefings", "organizer", {**PLAN, "endpoints": ["96", "01", "38"]})

    assert created.body["endpoints"] == ["01", "38", "96"]


async def test_times_with_any_offset_are_kept_in_utc(served: Service) -> None:
    plan = {**PLAN, "starts_at": "2026-12-01T12:00:00+07:00", "endpoints": ["01"]}

    created = await served.call("POST", "/api/v1/briefings", "organizer", plan)

    assert created.body["starts_at"] == "2026-12-01T05:00:00.000000Z"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"endpoints": ["00"]}, 422, "unknown_endpoint"),
        ({"roster": "64"}, 422, "unknown_roster"),
        ({"ends_at": NOON}, 422, "bad_times"),
        ({"ends_at": "2026-12-03T05:00:00Z"}, 422, "bad_times"),
        ({"starts_at": "2026-12-01T05:00:00"}, 422, "invalid_body"),
        ({"starts_at": "tomorrow"}, 422, "invalid_body"),
        ({"title": ""}, 422, "invalid_body"),
        ({"title": "x" * 301}, 422, "invalid_body"),
        ({"surprise": 1}, 422, "invalid_body"),
        ({"agenda": [{"title": "a", "minutes": -1}]}, 422, "invalid_body"),
        ({"agenda": [{"title": "a", "minutes": 1, "endpoint": "00"}]}, 422, "unknown_endpoint"),
        ({"classification": "confidential"}, 422, "not_certified"),
        ({"classification": "secretive"}, 422, "invalid_body"),
        ({"period": {"first": "2026-05-02", "last": "2026-05-01"}}, 422, "bad_period"),
        ({"period": {"first": "2026-05-02T10:00:00Z", "last": "2026-05-03"}}, 422, "invalid_body"),
        ({"presiding": [{"name": "Ông Minh"}]}, 422, "one_lead"),
        ({"kind": "quick_notification", "agenda": [{"title": "a", "minutes": 1}]}, 422, "discussion_planned"),
        ({"notes": "x" * 4001}, 422, "invalid_body"),
    ],
)
async def test_impossible_plan_is_refused_and_leaves_nothing(
    served: Service, change: dict[str, object], status: int, code: str
) -> None:
    refused = await served.call("POST", "/api/v1/briefings", "organizer", {**PLAN, "endpoints": ["01"], **change})

    listed = await served.call("GET", "/api/v1/briefings", "organizer")
    assert (refused.status, refused.code) == (status, code)
    assert listed.body == {"briefings": []}


WHOLE = {
    "kind": "year_review",
    "number": "12/2026",
    "period": {"first": "2026-01-01", "last": "2026-12-31"},
    "classification": "internal",
    "presiding": [
        {"name": "Ông Minh", "position": "Phó Thủ tướng", "leads": True},
        {"name": "Bà Hoa", "position": "", "leads": False},
    ],
    "moderator": {"name": "Ông An", "position": "Chánh Văn phòng"},
    "secretary": {"name": "Bà Bình", "position": ""},
    "technicians": [{"name": "Ông Cường", "contact": "0912 345 678"}],
    "expected": [{"positions": ["Chủ tịch", "Chánh Văn phòng"], "endpoints": []}],
    "place": "Phòng họp tầng 2",
    "dress": "Comple",
    "notes": "Gửi tài liệu trước.",
    "agenda": [
        {
            "title": "Quán triệt",
            "minutes": 20,
            "kind": "directive",
            "endpoint": None,
            "speakers": [],
            "document": "Nghị quyết số 57-NQ/TW",
            "id": "57.nq",
        }
    ],
}


async def test_everything_that_is_planned_is_kept_and_shown(served: Service) -> None:
    created = await served.call("POST", "/api/v1/briefings", "organizer", {**PLAN, "endpoints": ["01"], **WHOLE})

    assert created.status == 201
    assert {name: created.body[name] for name in WHOLE} == WHOLE


async def test_what_a_change_leaves_out_stays_and_null_clears_what_may_be_missing(served: Service) -> None:
    created = await served.call("POST", "/api/v1/briefings", "organizer", {**PLAN, "endpoints": ["01"], **WHOLE})
    path = created.headers["Location"]

    cleared = {"period": None, "moderator": None, "dress": None, "notes": ""}
    changed = await served.call("PATCH", path, "organizer", cleared)

    expected = {**WHOLE, "period": None, "moderator": None, "notes": ""}
    assert {name: changed.body[name] for name in WHOLE} == expected


async def test_a_certified_service_takes_a_state_secret(tmp_path: Path) -> None:
    lay_out(tmp_path)
    async with service(tmp_path, certified_for_secrets=True) as certified:
        times: dict[str, Any] = {"starts_at": "2030-01-01T00:00:00Z", "ends_at": "2030-01-01T02:00:00Z"}
        path = await certified.briefing(until="scheduled", classification="secret", **times)
        changed = await certified.call("PATCH", path, "organizer", {"classification": "top_secret"})

        begun = [await certified.call("POST", f"{path}/{move}", "organizer") for move in ("open", "start")]

    assert (changed.status, changed.body["state"], changed.body["classification"]) == (200, "scheduled", "top_secret")
    assert [(one.status, one.body["state"]) for one in begun] == [(200, "open"), (200, "live")]


async def test_a_service_without_the_certificate_does_not_open_what_another_scheduled(tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    times: dict[str, Any] = {"starts_at": soon.isoformat(), "ends_at": (soon + timedelta(hours=1)).isoformat()}
    async with service(tmp_path, certified_for_secrets=True, lobby_minutes=0) as certified:
        path = await certified.briefing(until="scheduled", classification="secret", **times)
    async with service(tmp_path, again=True) as elsewhere:
        opened = await elsewhere.call("POST", f"{path}/open", "organizer")
        left = await elsewhere.call("GET", path, "organizer")

    assert (opened.status, opened.code) == (422, "not_certified")
    assert left.body["state"] == "scheduled"


async def test_a_quick_notification_goes_one_way(served: Service) -> None:
    path = await served.briefing(kind="quick_notification", agenda=[])

    raised = await served.call("POST", f"{path}/floor/requests", site(path, "01"), {"speaker": "Ông Minh"})
    invited = await served.call("POST", f"{path}/floor/invite", "chair", {"endpoint": "01"})
    changed = await served.call("PATCH", path, "organizer", {"kind": "regular"})

    assert [(one.status, one.code) for one in (raised, invited, changed)] == [
        (409, "one_way"),
        (409, "one_way"),
        (409, "briefing_kind_fixed"),
    ]
    assert (await served.call("GET", f"{path}/status", site(path, "01"))).body["kind"] == "quick_notification"


async def test_life_of_a_briefing_from_draft_to_closed(served: Service) -> None:
    path = await served.briefing(until="draft", starts_at="2030-01-01T00:00:00Z", ends_at="2030-01-01T02:00:00Z")

    states = [
        (await served.call("POST", f"{path}/{move}", "organizer")).body["state"]
        for move in ("schedule", "open", "start", "close")
    ]

    assert states == ["scheduled", "open", "live", "closed"]


@pytest.mark.parametrize("move", ["schedule", "open", "start", "close"])
async def test_move_from_the_wrong_phase_is_refused(served: Service, move: str) -> None:
    path = await served.briefing(until="draft")
    assert (await served.call("POST", f"{path}/cancel", "organizer", {"reason": "bão"})).body["state"] == "cancelled"

    refused = await served.call("POST", f"{path}/{move}", "organizer")

    assert (refused.status, refused.code) == (409, "wrong_phase")


async def test_stale_edit_is_refused_and_the_other_edit_stays(served: Service) -> None:
    path = await served.briefing(until="draft")
    etag = (await served.call("GET", path, "organizer")).headers["ETag"]

    first = await served.call("PATCH", path, "organizer", {"title": "Của tôi"}, If_Match=etag)
    second = await served.call("PATCH", path, "organizer", {"title": "Của bạn"}, If_Match=etag)

    assert first.status == 200
    assert (second.status, second.code) == (412, "stale_edit")
    assert (await served.call("GET", path, "organizer")).body["title"] == "Của tôi"


@pytest.mark.parametrize("tag", ['"x"', '"-1"', '"99999999999999999999"', "0x1", '"1", "2"'])
async def test_strange_etag_matches_nothing(served: Service, tag: str) -> None:
    path = await served.briefing(until="draft")

    refused = await served.call("PATCH", path, "organizer", {"title": "x"}, If_Match=tag)

    assert refused.status == 412


async def test_unknown_briefing_is_not_found(served: Service) -> None:
    for path in ("/api/v1/briefings/nothing", "/api/v1/briefings/nothing/status", "/api/v1/briefings/nothing/turns"):
        answer = await served.call("GET", path, "organizer")
        assert (answer.status, answer.code) == (404, "no_such_briefing")


async def test_agenda_moves_only_to_an_item(served: Service) -> None:
    path = await served.briefing()

    moved = await served.call("POST", f"{path}/agenda", "chair", {"index": 1})
    refused = await served.call("POST", f"{path}/agenda", "chair", {"index": 2})

    assert moved.status == 204
    assert (refused.status, refused.code) == (422, "no_such_item")
    assert (await served.call("GET", f"{path}/status", "operator")).body["agenda"]["current"] == 1
