"""Two chairs at their desks: one acts, the other watches; handed over, left, or taken when the page is gone."""

import pytest
from playwright.async_api import Page, expect

from tests.pages.live.conftest import PATIENCE, Sit, assert_accessible, page_of
from tests.service import Service, site

pytestmark = pytest.mark.asyncio(loop_scope="session")

LEASE = 30_000
"""Milliseconds after which a page that was not heard of no longer holds the chair (docs/protocol.md)."""

STOP_TIMERS = "() => { for (let id = setTimeout(() => {}); id > 0; id -= 1) clearTimeout(id); }"
"""As in a hidden tab, but worse: there they run once a minute."""


async def raised(served: Service, path: str, *codes: str) -> None:
    for code in codes:
        await served.call("POST", f"{path}/floor/requests", site(path, code), {"speaker": f"Đại biểu {code}"})


async def assert_kinds(kind: str, *desks: Page) -> None:
    for desk in desks:
        await expect(desk.locator("#seat")).to_have_attribute("data-kind", kind)


async def chair_of(served: Service, path: str) -> tuple[str | None, bool]:
    chair = (await served.call("GET", f"{path}/status", "operator")).body["chair"]
    return chair["actor"], chair["attended"]


async def test_first_move_takes_the_chair_and_the_other_desk_watches(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await raised(served, path, "01", "38")
    deputy = await served.add_deputy("mai-watches")
    first, second, other = [await sit(page_of(path, "chair"), who) for who in ("chair", "chair", deputy)]
    await assert_kinds("free", first, second, other)
    assert await chair_of(served, path) == (None, False)  # a page that is merely open takes nothing
    await expect(other.locator("#queue > li")).to_have_count(2)
    await first.click("#queue > li:first-child [data-do=grant]")
    await assert_kinds("mine", first, second)
    await assert_kinds("other", other)
    assert await chair_of(served, path) == ("token:chair", True)
    await expect(other.locator("#seat-text")).to_contain_text("chair đang điều hành, trang này chỉ để theo dõi.")
    for button in (
        "#revoke",
        "#grant-next",
        "#mute-all",
        "#policy-open",
        "#queue [data-do=grant]",
        "[data-move=close]",
        "#record",
    ):
        await expect(other.locator(button).first).to_be_disabled()
    await expect(other.locator("#undo")).to_be_hidden()
    await other.keyboard.press("e")
    await expect(other.locator("#toasts")).to_contain_text("chair đang điều hành")
    await assert_accessible(other)
    await other.keyboard.press("a")  # to ask on somebody's behalf needs no chair
    await expect(other.locator("#speaker")).to_be_visible()
    await second.keyboard.press("e")

    await expect(first.locator("#turn-place")).to_have_text("Điểm cầu trung tâm")
    await assert_kinds("mine", first, second)


async def test_chair_is_handed_over_and_left(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    deputy = await served.add_deputy("mai-hands")
    first, other = [await sit(page_of(path, "chair"), who) for who in ("chair", deputy)]
    await first.click("#seat-take")
    await assert_kinds("mine", first)
    await first.get_by_role("button", name="Bàn giao cho mai-hands").click()
    await assert_kinds("other", first)
    await assert_kinds("mine", other)
    assert await chair_of(served, path) == (f"token:{deputy}", True)
    await other.click("#seat-leave")

    await assert_kinds("free", first, other)
    await expect(first.locator("#mute-all")).to_be_enabled()


async def test_end_that_was_asked_for_is_off_when_the_chair_is_handed_over(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    deputy = await served.add_deputy("mai-ends")
    first, other = [await sit(page_of(path, "chair"), who) for who in ("chair", deputy)]
    await first.click("#seat-take")
    await expect(first.get_by_role("button", name="Bàn giao cho mai-ends")).to_be_visible()
    await first.click("[data-move=close]")
    await first.get_by_role("dialog").get_by_role("button", name="Kết thúc hội nghị").click()
    await expect(first.locator("#closing")).to_be_visible()
    await served.call("POST", f"{path}/chair/hand-over", "chair", {"to": f"token:{deputy}"})

    await assert_kinds("mine", other)
    await expect(first.locator("#closing")).to_be_hidden()
    assert (await served.call("GET", f"{path}/status", "operator")).body["state"] == "live"


@pytest.mark.soak
async def test_chair_whose_page_is_gone_is_free_when_the_lease_runs_out(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    deputy = await served.add_deputy("mai-stays")
    first, other = [await sit(page_of(path, "chair"), who) for who in ("chair", deputy)]
    await first.click("#seat-take")
    await assert_kinds("other", other)
    await first.close()
    await expect(other.locator("#seat")).to_have_attribute("data-kind", "free", timeout=LEASE + PATIENCE)
    await other.keyboard.press("x")

    await expect(other.locator("#muted")).to_be_visible()
    assert await chair_of(served, path) == (f"token:{deputy}", True)


@pytest.mark.soak
async def test_page_whose_timers_stand_still_holds_the_chair(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    desk = await sit(page_of(path, "chair"), "chair")
    await desk.click("#seat-take")
    await assert_kinds("mine", desk)
    await desk.evaluate(STOP_TIMERS)
    for _ in range(2):
        async with desk.expect_response("**/chair/hold", timeout=LEASE / 2) as held:
            pass
        assert (await (await held.value).json())["acting"] is True
