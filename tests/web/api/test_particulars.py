"""The particulars of a meeting on the event stream: sites are told as they come, and when the plan changes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.service import Service, service, site
from tests.web.api.test_events import Stream, stream

PLAN: dict[str, Any] = {
    "kind": "year_review",
    "number": "12/2026",
    "presiding": [
        {"name": "Bà Bình", "position": "Thứ trưởng", "leads": False},
        {"name": "Ông An", "position": "Bộ trưởng", "leads": True},
    ],
    "moderator": {"name": "Ông Châu", "position": ""},
    "technicians": [{"name": "Dũng", "contact": "0912 345 678"}],
    "place": "Phòng họp A",
    "dress": "Trang phục công sở",
    "notes": "Kiểm tra đường truyền.",
}
TOLD = {**PLAN, "presiding": PLAN["presiding"][::-1]}
KIND_ALONE: dict[str, Any] = {
    "kind": "year_review",
    "number": "",
    "presiding": [],
    "moderator": None,
    "technicians": [],
    "place": "",
    "dress": "",
    "notes": "",
}


def later() -> dict[str, Any]:
    starts = datetime.now(UTC) + timedelta(hours=20)
    return {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}


@asynccontextmanager
async def opened(served: Service, path: str, code: str = "38") -> AsyncIterator[Stream]:
    async with stream(served, path, site(path, code)) as one:
        yield one


async def test_site_is_told_as_it_comes_and_when_the_plan_changes(served: Service) -> None:
    path = await served.briefing(until="scheduled", **PLAN, **later())
    async with opened(served, path) as thanh_hoa:
        assert await thanh_hoa.until("particulars") == TOLD
        for change in ({"title": "Giao ban cuối năm"}, {"technicians": [], "dress": "Lễ phục"}):
            changed = await served.call("PATCH", path, "organizer", change)
            assert changed.status == 200, changed.text
        assert await thanh_hoa.until("particulars") == {**TOLD, "technicians": [], "dress": "Lễ phục"}

        await served.call("POST", f"{path}/cancel", "organizer", {"reason": "bão"})
        assert await thanh_hoa.until("particulars") == KIND_ALONE


async def test_staff_and_the_hub_are_not_told_on_their_streams(served: Service) -> None:
    path = await served.briefing(until="scheduled", **PLAN, **later())
    for who in ("admin", "organizer", "chair", "secretary", "operator", "hub"):
        async with stream(served, path, who) as one:
            await one.until("status")
            await served.call("PATCH", path, "organizer", {"dress": f"Như {who}"})
            await one.until("status")
            assert "particulars" not in {name for name, _, _ in one.seen}
            assert "technicians" not in one.seen[-1][2]


async def test_draft_is_not_told_of_before_it_is_published(served: Service) -> None:
    path = await served.briefing(until="draft", **PLAN, **later())
    async with opened(served, path) as thanh_hoa:
        assert await thanh_hoa.until("particulars") == KIND_ALONE
        await served.call("POST", f"{path}/schedule", "organizer")
        assert await thanh_hoa.until("particulars") == TOLD


async def test_state_secret_is_not_told_and_ceases_to_be_when_it_becomes_one(tmp_path: Path) -> None:
    async with service(tmp_path, log_level="error", certified_for_secrets=True) as certified:
        path = await certified.briefing(until="scheduled", **PLAN, **later())
        async with opened(certified, path) as thanh_hoa:
            assert await thanh_hoa.until("particulars") == TOLD
            changed = await certified.call("PATCH", path, "organizer", {"classification": "secret"})
            assert changed.status == 200, changed.text
            assert await thanh_hoa.until("particulars") == KIND_ALONE
        async with opened(certified, path, "01") as ha_noi:
            assert await ha_noi.until("particulars") == KIND_ALONE
