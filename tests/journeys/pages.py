"""People at their browsers: the pages of a briefing as journeys use them, by what a person sees."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect

PATIENCE = 15_000
"""Milliseconds a page may take on a busy machine."""

WATCH_CONNECTIONS = """
    window.connections = [];
    window.RTCPeerConnection = class extends window.RTCPeerConnection {
      constructor(...given) { super(...given); window.connections.push(this); }
    };
"""

RECEIVED = """
    async () => {
      const slots = Object.fromEntries(
        ["stage", "hub", "content"].map((name) => [name, {frames: 0, audio: 0, packets: 0}]),
      );
      for (const connection of window.connections) {
        if (connection.connectionState === "closed") continue;
        const receivers = connection.getTransceivers().filter((one) => one.currentDirection === "recvonly");
        const seen = {audio: 0, video: 0};
        for (const one of receivers) {
          const kind = one.receiver.track.kind;
          const slot = ["stage", "hub", "content"][seen[kind]++];
          for (const stats of (await one.receiver.getStats()).values()) {
            if (stats.type !== "inbound-rtp") continue;
            slots[slot].packets += stats.packetsReceived;
            if (kind === "video") slots[slot].frames += stats.framesDecoded;
            else slots[slot].audio += stats.bytesReceived;
          }
        }
      }
      return slots;
    }
"""


@dataclass(frozen=True)
class Received:
    """What has come through one slot so far."""

    frames: int  # decoded
    audio: int  # bytes
    packets: int


@dataclass
class Person:
    """Somebody at a browser of their own."""

    context: BrowserContext
    page: Page

    async def received(self) -> dict[str, Received]:
        """Return what their page has received, by slot."""
        slots: dict[str, Any] = await self.page.evaluate(RECEIVED)
        return {name: Received(**values) for name, values in slots.items()}

    async def click(self, selector: str) -> None:
        """Click what can be seen."""
        await self.page.locator(selector).click(timeout=PATIENCE)

    async def sees(self, selector: str, text: str | re.Pattern[str] = "") -> None:
        """Wait until something is there, with a text in it."""
        found = self.page.locator(selector)
        await expect(found).to_be_visible(timeout=PATIENCE)
        if text:
            await expect(found).to_contain_text(text, timeout=PATIENCE)


async def person(browser: Browser, *, width: int = 1366, height: int = 768) -> Person:
    """Open a browser window with nothing kept from before."""
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    await context.add_init_script(WATCH_CONNECTIONS)
    return Person(context, await context.new_page())


async def signed_in(browser: Browser, url: str, name: str, password: str) -> Person:
    """Sign in, as a person does."""
    one = await person(browser)
    await one.page.goto(f"{url}/sign-in")
    await one.page.fill("#name", name)
    await one.page.fill("#password", password)
    await one.page.keyboard.press("Enter")
    await one.page.wait_for_url(f"{url}/", timeout=PATIENCE)
    return one


async def site_joins(browser: Browser, link: str, chair: str, headcount: int) -> Person:
    """Open a join link, check the devices and check in."""
    one = await person(browser)
    await one.page.goto(link)
    await one.page.fill("[name=local_chair]", chair, timeout=PATIENCE)
    await one.page.locator("#delegates [name=name]").first.fill(f"{chair} (đại biểu)")
    await one.page.fill("[name=headcount]", str(headcount))
    await one.click("#send-check-in")
    await one.sees("#room")
    return one
