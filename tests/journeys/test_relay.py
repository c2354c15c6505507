"""A firewall that lets less and less out: the page finds the way that is left and says which, or whom to call."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.web.keys import PLANE
from tests.chromium import CAMERA, SOUND, chromium, trusting
from tests.network import network
from tests.relay import SECRET, relay, urls
from tests.service import secret_of, service, site

PATIENCE = 30_000
"""Milliseconds: a browser tries every way for some seconds, on a busy machine."""


@pytest.mark.slow
async def test_page_finds_the_way_that_a_firewall_leaves(tmp_path: Path) -> None:
    with network() as net:
        here, between, office = net.host("server"), net.host("relay"), net.host("office", translated=True)
        with here.inside():
            async with (
                relay(between, tmp_path, peer=here.address),
                service(
                    tmp_path / "data",
                    host=here.address,
                    log_level="error",
                    media_processes=0,
                    turn_urls=urls(between),
                    turn_secret=SECRET,
                ) as served,
                # The relay's certificate vouches for itself: this flag holds for TURN over TLS too.
                chromium(
                    *CAMERA,
                    *SOUND,
                    "--ignore-certificate-errors",
                    trusting(served.url),
                    path=office.script("chromium", tmp_path),
                ) as browser,
            ):
                path = await served.briefing()
                port = served.app[PLANE].port  # type: ignore[attr-defined]  # the embedded plane has one
                page = await (await browser.new_context(locale="en-GB")).new_page()
                link = f"{served.url}/join/{secret_of(site(path, '38'))}"

                office.block(f"udp dport {port}")
                await says(page, link, "Sound and pictures go through the relay.")
                office.block("meta l4proto udp")
                await says(page, link, "by TCP. Should they stutter, UDP to")
                office.block("tcp dport 3478")
                await says(page, link, "like a web page. Should they stutter, UDP to")
                await expect(page.locator("#no-path")).to_be_hidden()
                office.block("tcp dport 443")
                await page.goto(link)
                await expect(page.locator("#no-path")).to_be_visible(timeout=PATIENCE)
                await expect(page.locator("#no-path-port")).to_have_text(f"{here.address}:{port}")


async def says(page: Page, link: str, words: str) -> None:
    """Open the page anew, and wait until it says so: its sound and pictures are on their way then."""
    await page.goto(link)
    place = page.locator("[data-link-path]").first
    await expect(place).to_have_text(re.compile(re.escape(words)), timeout=PATIENCE)
