"""The planning pages over HTTP: what they show, and as many queries for many briefings as for one."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.bench.planning import PAGES, fill
from tests.service import Answer, Service, service


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Service]:
    async with service(tmp_path) as running:
        yield running


async def opened(served: Service, path: str, **headers: str) -> Answer:
    return await served.call("GET", path, "operator", Accept="text/html", **headers)


@contextmanager
def queries() -> Iterator[list[str]]:
    """Gather every statement that is executed."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def counted(served: Service) -> dict[str, int]:
    found = {}
    for path in PAGES:
        with queries() as asked:
            assert (await opened(served, path)).status == 200
        found[path] = len(asked)
    return found


async def test_many_briefings_cost_as_many_queries_as_one(served: Service) -> None:
    await fill(served, 1)
    one = await counted(served)
    for number in range(30):
        await served.briefing(until="draft", title=f"Nháp {number}")

    assert await counted(served) == one
    assert max(one.values()) <= 4  # who asks, and what is shown


async def test_a_month_shows_its_days_off_and_briefings_of_every_state(served: Service) -> None:
    day: dict[str, Any] = {"starts_at": "2026-09-02T01:00:00Z", "ends_at": "2026-09-02T03:00:00Z"}
    await served.briefing(until="draft", title="Bản nháp lễ", **day)
    path = await served.briefing(until="draft", title="Đã bỏ", **day)
    await served.call("POST", f"{path}/cancel", "organizer", {})

    text = (await opened(served, "/planning/month?month=2026-09", Accept_Language="vi")).text

    assert "Tháng 9 năm 2026" in text
    for part in ("Quốc khánh", "Bản nháp lễ", ", Bản nháp", "Đã bỏ", ", Đã hủy", "?month=2026-08", "?month=2026-10"):
        assert part in text, part


async def test_a_briefing_stands_on_its_day_where_the_house_is(served: Service) -> None:
    await served.briefing(
        until="draft", title="Nửa đêm", starts_at="2026-09-30T17:30:00Z", ends_at="2026-09-30T18:30:00Z"
    )

    assert "Nửa đêm" in (await opened(served, "/planning/month?month=2026-10")).text
    september = (await opened(served, "/planning/month?month=2026-09")).text
    assert september.index('id="d-2026-10-01"') < september.index("Nửa đêm")


@pytest.mark.parametrize(
    "path", ["/planning/month?month=2026-13", "/planning/month?month=abc", "/planning/year?year=99"]
)
async def test_what_is_no_month_and_no_year_is_refused(served: Service, path: str) -> None:
    assert (await opened(served, path)).status == 422


@pytest.mark.parametrize(
    ("path", "there", "missing"),
    [
        ("/planning/month?month=2000-01", "?month=2000-02", "?month=1999-12"),
        ("/planning/month?month=2199-12", "?month=2199-11", "?month=2200-01"),
        ("/planning/year?year=2000", "?year=2001", "?year=1999"),
        ("/planning/year?year=2199", "?year=2198", "?year=2200"),
    ],
)
async def test_the_years_end_where_the_calendar_does(served: Service, path: str, there: str, missing: str) -> None:
    text = (await opened(served, path)).text

    assert there in text
    assert missing not in text
