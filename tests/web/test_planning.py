"""The planning pages over HTTP: what they show, and as many queries for many briefings as for one."""

import html
import re
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
    assert max(one.values()) <= 9  # who asks, the shelves and their filters


async def repeated(served: Service, title: str, rule: str, accepted: str = "", **plan: Any) -> Any:
    path = await served.briefing(until="draft", title=title, **plan)
    body = {"briefing": path.rsplit("/", 1)[1], "rule": rule, "accepted": accepted}
    made = await served.call("POST", "/api/v1/series", "organizer", body)
    assert made.status == 201, made.text
    return made.body


FAR: dict[str, Any] = {"starts_at": "2099-11-27T01:00:00Z", "ends_at": "2099-11-27T03:00:00Z"}


async def test_a_long_series_ahead_leaves_what_was_held_on_the_list(served: Service) -> None:
    held = await served.briefing(title="Đã họp xong")
    await served.call("POST", f"{held}/close", "organizer")
    series = await repeated(served, "Giao ban hằng ngày", "FREQ=DAILY;COUNT=120", **FAR)

    first = (await opened(served, "/")).text
    (address,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = (await opened(served, html.unescape(address))).text

    assert first.index("Giao ban hằng ngày") < first.index("Đã họp xong")
    assert first.count('scope="row"') == 51
    assert first.index("27/11/2099") < first.index("28/11/2099")
    assert second.count('scope="row"') == 50
    assert "Đã họp xong" not in second
    assert 'href="/?shelf=ahead&amp;before=' in second
    one = (await opened(served, f"/?series={series['id']}&state=draft&kind=regular&q=hang+NGAY")).text
    assert "(120)" in one
    assert "Đã họp xong" not in one


@pytest.mark.parametrize(
    "query", ["state=gone", "kind=gone", "shelf=now", "after=1", "after=1234567890123456.a/b", "other=1"]
)
async def test_what_is_no_part_of_the_list_is_refused(served: Service, query: str) -> None:
    assert (await opened(served, f"/?{query}")).status == 422


async def test_all_series_stand_on_a_page_with_their_dates_and_open_conflicts(served: Service) -> None:
    await repeated(served, "Giao ban quý", "FREQ=MONTHLY;INTERVAL=3;COUNT=4", **FAR)
    week = await repeated(served, "Họp tuần", "FREQ=WEEKLY;COUNT=2", accepted="hai phòng", **FAR)
    await served.call("POST", f"/api/v1/briefings/{week['dates'][0]['briefing']}/schedule", "organizer")

    page = (await opened(served, "/series", Accept_Language="vi")).text
    rows = [re.sub(r"<[^>]+>|\s+", " ", row) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)[1:]]

    assert len(rows) == 2
    quarter, weekly = sorted(rows)
    assert "1 chưa xử lý" in quarter
    assert "1 đã chấp nhận" in weekly
    assert "Hằng tuần" in weekly
    assert re.search(r"27/11/2099\s+08:00\s+2\s+1\s+1\s+0\s+0", weekly)
    own = (await opened(served, f"/series/{week['id']}", Accept_Language="vi")).text
    assert own.count("Trùng lịch với") == 1
    assert "Thứ Sáu, 27/11/2099" in own
    found = (await opened(served, "/series?q=quy")).text
    assert "Giao ban quý" in found
    assert "Họp tuần" not in found


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
