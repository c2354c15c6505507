"""The pages of a briefing that is a state secret: each printed page is stamped, and no page of another briefing is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.service import Service, service

PRINTED = ("record", "go", "invitations", "join-links")


@pytest_asyncio.fixture
async def certified(tmp_path: Path) -> AsyncIterator[Service]:
    async with service(tmp_path, certified_for_secrets=True) as running:
        yield running


async def shown(certified: Service, path: str) -> str:
    async with certified.http.get(f"{certified.url}{path}", headers=certified.bearer("organizer")) as answer:
        assert answer.status == 200
        return await answer.text()


async def page_of(certified: Service, classification: str) -> str:
    path = await certified.briefing(classification=classification)
    return path.removeprefix("/api/v1")


@pytest.mark.parametrize(("classification", "count"), [("top_secret", 1), ("internal", 0)])
async def test_pages_that_are_printed_have_the_stamp_of_their_briefing(
    certified: Service, classification: str, count: int
) -> None:
    home = await page_of(certified, classification)

    pages = [await shown(certified, f"{home}/{name}") for name in PRINTED]

    assert [page.count(f"/css/stamp/{classification}") for page in pages] == [count] * len(PRINTED)


async def test_a_paper_has_its_stamp_in_the_letterhead_and_on_the_pages_that_follow(certified: Service) -> None:
    home = await page_of(certified, "secret")

    paper = await shown(certified, f"{home}/minutes")
    style = await shown(certified, f"{home}/paper.css?head=1:{'a' * 64}&classification=secret")

    number = paper.index("paper__number")
    assert paper[number:].index("TỐI MẬT") < paper[number:].index("paper__heading")
    assert "classification=secret" in paper
    assert style.count('content: "TỐI MẬT"') == 1
    assert "30.0mm" in style


async def test_a_paper_that_is_no_secret_has_none(certified: Service) -> None:
    home = await page_of(certified, "internal")

    paper = await shown(certified, f"{home}/minutes")
    style = await shown(certified, f"{home}/paper.css?head=1:{'a' * 64}")

    assert "paper__stamp" not in paper
    assert "stamp" not in style
