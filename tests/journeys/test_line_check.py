"""A line that is bad, or a firewall that leaves one way: the line check says so on the page and on the board."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.chromium import CAMERA, SOUND, chromium, trusting
from tests.line import Shape
from tests.network import Host, network
from tests.relay import SECRET, relay, urls
from tests.service import secret_of, service, site

CHECKING = 90_000
"""Milliseconds a check may take where every way is tried first, on a busy machine."""


def lossy(office: Host) -> None:
    office.shape(up=Shape(loss=0.15), down=Shape(loss=0.15))


def only_tcp(office: Host) -> None:
    office.block("meta l4proto udp")


def only_pages(office: Host) -> None:
    only_tcp(office)
    for port in (443, 3478):
        office.block(f"tcp dport {port}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "told", "words", "way"),
    [
        (lossy, "loss", "mất nhiều gói tin", "direct"),
        pytest.param(only_tcp, "stream", "TCP", "relay_tcp", marks=pytest.mark.soak),
        pytest.param(only_pages, "no_way", "UDP", "none", marks=pytest.mark.soak),
    ],
)
async def test_a_bad_line_is_found_and_lands_on_the_board(
    tmp_path: Path, spoil: Any, told: str, words: str, way: str
) -> None:
    start = datetime.now(UTC) + timedelta(hours=26)
    times: dict[str, Any] = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
    with network() as net:
        here, between, office = net.host("server"), net.host("relay"), net.host("office", translated=True, shaped=True)
        with here.inside():
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(relay(between, tmp_path, peer=here.address))
                settings: dict[str, Any] = {"host": here.address, "turn_urls": urls(between), "turn_secret": SECRET}
                served = await stack.enter_async_context(service(tmp_path / "data", log_level="error", **settings))
                script = office.script("chromium", tmp_path)
                flags = (*CAMERA, *SOUND, "--ignore-certificate-errors", trusting(served.url))
                browser = await stack.enter_async_context(chromium(*flags, path=script))
                path = await served.briefing(until="scheduled", **times)
                page = await (await browser.new_context(locale="vi-VN")).new_page()
                await page.goto(f"{served.url}/join/{secret_of(site(path, '38'))}")
                spoil(office)

                await page.fill("#line-check-form [name=person]", "Lê Văn Bình")
                await page.fill("#line-check-form [name=phone]", "0912 345 678")
                await page.click("#line-check-run")
                await expect(page.locator("#line-check-advice")).to_contain_text(words, timeout=CHECKING)
                board = await served.call("GET", f"{path}/endpoints/38/line-check", "operator")

    assert told in {*board.body["faults"], *board.body["remarks"]}
    assert board.body["found"]["line"]["way"] == way
