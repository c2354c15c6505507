"""Every page, in both languages and both themes: nothing that axe finds, nothing that sticks out, no English left."""

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from server.web.pages.static_files import files
from tests.pages.conftest import Site, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = {
    "sign-in": ("/sign-in", ""),
    "list": ("/", "lan"),
    "list for an operator": ("/", "dung"),
    "new": ("/briefings/new", "lan"),
    "edit": ("/briefings/{draft}/edit", "lan"),
    "draft": ("/briefings/{draft}", "lan"),
    "scheduled": ("/briefings/{scheduled}", "lan"),
    "live": ("/briefings/{live}", "minh"),
    "closed": ("/briefings/{closed}", "lan"),
    "cancelled": ("/briefings/{cancelled}", "lan"),
    "record": ("/briefings/{closed}/record", "minh"),
    "record of a draft": ("/briefings/{draft}/record", "minh"),
    "minutes": ("/briefings/{closed}/minutes", "minh"),
    "attendance list of the party": ("/briefings/{closed}/minutes?document=attendance&profile=party", "minh"),
    "conclusions of a draft": ("/briefings/{draft}/minutes?document=conclusions", "lan"),
    "checking a file": ("/briefings/{closed}/verify", "minh"),
    "record for a secretary": ("/briefings/{closed}/record", "hoa"),
    "notes of a closed one": ("/briefings/{closed}/notes", "hoa"),
    "work programme": ("/follow-up?show=all", "hoa"),
    "work programme for an organizer": ("/follow-up?show=all", "lan"),
    "work of a site": ("/follow-up/63/38?show=all", "minh"),
    "nothing to follow up": ("/follow-up/63/92", "hoa"),
    "join links": ("/briefings/{scheduled}/join-links", "lan"),
    "outbox": ("/outbox", "lan"),
    "outbox for an admin": ("/outbox?state=dead", "admin"),
    "calendars of the endpoints": ("/calendar-feeds/63", "lan"),
    "contacts": ("/rosters/63/contacts", "lan"),
    "nobody to write to": ("/rosters/34/contacts", "lan"),
    "groups": ("/rosters/63/groups", "lan"),
    "roster": ("/rosters/63/endpoints?search=giang", "lan"),
    "month": ("/planning/month", "dung"),
    "year": ("/planning/year", "lan"),
    "all series": ("/series", "lan"),
    "repeating a draft": ("/briefings/{draft}/repeat", "lan"),
    "reminders": ("/briefings/{scheduled}/reminders", "lan"),
    "reminders of what is over": ("/briefings/{closed}/reminders", "lan"),
    "reminders of the house": ("/reminders", "lan"),
    "accounts": ("/account/users", "admin"),
    "nothing there": ("/nothing/there", "lan"),
    "not for you": ("/account/users", "dung"),
}


async def opened(site: Site, visit: Visit, name: str, language: str, theme: str) -> Page:
    path, reader = PAGES[name]
    house = {field: getattr(site.house, field) for field in ("draft", "scheduled", "live", "closed", "cancelled")}
    page = await visit(path.format(**house), reader, language=language, theme=theme)
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    return page


DARK_TOO = (
    "sign-in",
    "list",
    "edit",
    "live",
    "record",
    "minutes",
    "checking a file",
    "work programme",
    "work programme for an organizer",
    "notes of a closed one",
    "join links",
    "outbox for an admin",
    "contacts",
    "reminders",
    "accounts",
    "nothing there",
)
"""Between them, these use every component; all are looked at by `make soak`, some each time."""

DARK_FIRST = ("edit", "live", "record", "contacts")

SEEN = [(name, "vi", "light") for name in PAGES] + [
    pytest.param(name, "en", "dark", marks=() if name in DARK_FIRST else pytest.mark.soak) for name in DARK_TOO
]


@pytest.mark.parametrize(("name", "language", "theme"), SEEN)
async def test_page_is_accessible_and_fits(site: Site, visit: Visit, name: str, language: str, theme: str) -> None:
    page = await opened(site, visit, name, language, theme)

    found = await Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert await page.get_attribute("html", "lang") == language


async def test_dark_is_chosen_and_kept(visit: Visit) -> None:
    page = await visit("/", "lan", theme="light")
    light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.click("details.menu summary")
    await page.click("text=Tối")
    dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.goto("/briefings/new")

    assert dark != light
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


async def test_language_is_changed_on_the_page_one_is_on(site: Site, visit: Visit) -> None:
    page = await visit(f"/briefings/{site.house.draft}", "lan")
    await page.click("a[hreflang=en]")

    assert page.url == f"{site.url}/briefings/{site.house.draft}"
    assert await page.inner_text("#agenda") == "Agenda"


async def test_error_pages_lead_back(site: Site, visit: Visit) -> None:
    page = await visit("/briefings/nosuchbriefing", "lan")

    assert await page.inner_text("h1") == "Không có trang này"
    await page.click("text=Về danh sách hội nghị")
    assert page.url == f"{site.url}/"


async def test_tokens_of_both_themes_name_the_same_colours() -> None:
    def colours(name: str) -> set[str]:
        text = files()[f"css/{name}.css"].read_text("utf-8")
        return {variable for variable, value in re.findall(r"(--[\w-]+): ([^;]+);", text) if re.match("#|rgba", value)}

    assert colours("tokens") == colours("tokens-dark")
