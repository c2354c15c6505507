"""A site's page in Firefox: it joins, checks in, is seen and heard, and has the floor."""

from pathlib import Path
from typing import Any

import pytest

from tests.addresses import own_address
from tests.firefox import FirefoxPage, firefox
from tests.journeys.processes import until
from tests.service import Service, secret_of, service, site

_LARGE = 5  # pictures a second that are more than a still
_SEEN = "(({hidden, offsetParent}) => !hidden && offsetParent !== null)(document.querySelector('%s'))"
_FILL = """(([selector, value]) => {
    const field = document.querySelector(selector);
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
})(%s)"""


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_site_in_firefox_joins_checks_in_and_has_the_floor(tmp_path: Path) -> None:
    async with (
        service(tmp_path / "data", log_level="error", media_addresses=(own_address(),)) as served,
        firefox(tmp_path / "profile") as browser,
    ):
        path = await served.briefing()
        page = await browser.page(f"{served.url}/join/{secret_of(site(path, '38'))}")
        await page.until(_SEEN % "#send-check-in")
        await _fill(page, "[name=local_chair]", "Nguyễn Văn Hòa")
        await _fill(page, "#delegates [name=name]", "Trần Thị Lan")
        await _fill(page, "[name=headcount]", "12")
        await page.evaluate("document.querySelector('#send-check-in').click()")
        await page.until(_SEEN % "#room")
        await until(lambda: _counts(served, path), within=20, what="the site is checked in and sends")

        await _fill(page, "#hand [name=speaker]", "Nguyễn Văn Hòa")
        await page.evaluate("document.querySelector('#raise').click()")
        await until(lambda: _asks(served, path), within=10, what="the raised hand is in the queue")
        await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
        await page.until("document.querySelector('#air').dataset.kind === 'on_air'")
        await until(lambda: _speaks(served, path), within=20, what="its picture moves")


async def _fill(page: FirefoxPage, selector: str, value: str) -> None:
    await page.evaluate(_FILL % [selector, value])


async def _status(served: Service, path: str) -> Any:
    return (await served.call("GET", f"{path}/status", "operator")).body


async def _counts(served: Service, path: str) -> bool:
    counts = (await _status(served, path))["counts"]
    return (counts["checked_in"], counts["headcount"], counts["publishing"]) == (1, 12, 1)


async def _asks(served: Service, path: str) -> bool:
    queue = (await _status(served, path))["floor"]["queue"]
    return [one["endpoint"] for one in queue] == ["38"]


async def _speaks(served: Service, path: str) -> bool:
    found = next(one for one in (await _status(served, path))["endpoints"] if one["code"] == "38")
    return bool(found["health"] and found["health"]["frames"] > _LARGE)
