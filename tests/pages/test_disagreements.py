"""Where what was granted and what was heard disagree, on the record page."""

import pytest

from tests.pages.conftest import Site, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_disagreements_are_named_with_who_when_and_how_long(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/record", "minh")

    rows = await page.locator(".record__disagreements tbody tr").all_inner_texts()

    assert [[cell.strip() for cell in row.split("\t")][1:] for row in rows] == [
        ["Nói tiếp sau khi hết lượt", "Thanh Hóa", "Đại biểu 1, Giám đốc Sở", "1", "0:06"],
        ["Nói khi không được mời", "Bình Thuận", "–", "2", "0:14"],
        ["Được mời nhưng không có tiếng", "Hồ Chí Minh", "Đại biểu 5, Giám đốc Sở", "5", "0:35"],
    ]


async def test_a_moment_of_disagreement_leads_to_the_board_as_it_was(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.closed}/record", "minh")

    await page.locator(".record__disagreements .moment").nth(2).click()

    assert "/status?at=" in page.url


async def test_a_record_without_turns_has_nothing_to_compare(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.draft}/record", "minh")

    assert await page.locator("#disagree").count() == 0
