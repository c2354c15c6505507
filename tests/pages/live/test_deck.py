"""On deck: a site sees its own three checks with advice, the chair one line when the next cannot speak."""

import pytest
from playwright.async_api import expect

from tests.pages.live.conftest import Sit, assert_accessible, link, page_of
from tests.pages.live.test_chair import asked
from tests.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEEN = [("vi", "light"), ("en", "dark")]


@pytest.mark.parametrize(("language", "theme"), SEEN)
async def test_chair_is_told_in_one_line_that_the_next_would_be_passed_over(
    served: Service, sit: Sit, *, language: str, theme: str
) -> None:
    path = await served.briefing()
    await sit(link(path, "38"))
    await asked(served, path, "01", "38", "96")
    desk = await sit(page_of(path, "chair"), "chair", language=language, theme=theme)
    words = {"vi": ("chưa vào", "sẵn sàng"), "en": ("not here", "ready")}[language]

    await expect(desk.locator("#next-fails")).to_contain_text("Hà Nội")
    await expect(desk.locator("#next-fails")).to_contain_text(words[0])
    await expect(desk.locator("#queue > li [data-ready]")).to_have_text([*words, ""])
    await expect(desk.locator("#grant-next-text")).to_contain_text("Thanh Hóa")
    await assert_accessible(desk)
    assert await desk.evaluate("document.documentElement.scrollHeight") <= 768
    await desk.click("#grant-next")
    await expect(desk.locator("#turn-place")).to_have_text("Thanh Hóa")
    await expect(desk.locator(".toast")).to_contain_text("Hà Nội")
    await expect(desk.locator("#queue > li [data-place]")).to_have_text(["Hà Nội", "Cà Mau"])


async def test_when_nobody_can_speak_the_chair_is_told_what_to_do(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    await asked(served, path, "01")
    desk = await sit(page_of(path, "chair"), "chair")
    await expect(desk.locator("#next-fails")).to_contain_text("Chưa điểm cầu nào đang chờ sẵn sàng. Hà Nội: chưa vào.")
    await expect(desk.locator("#grant-next")).to_be_hidden()
    await desk.keyboard.press("g")

    await expect(desk.locator(".toast")).to_contain_text("không điểm cầu nào đang chờ có đủ hình và tiếng")
    await desk.click("#queue > li [data-do=grant]")
    await expect(desk.locator("#turn-place")).to_have_text("Hà Nội")


@pytest.mark.parametrize(("language", "theme"), SEEN)
async def test_site_that_gets_ready_sees_what_arrives_from_it(
    served: Service, sit: Sit, *, language: str, theme: str
) -> None:
    path = await served.briefing()
    page = await sit(link(path, "38"), language=language, theme=theme)
    await expect(page.locator("#notice")).to_be_hidden()
    await page.click("[data-step=room]")
    await expect(page.locator("#checks")).to_be_hidden()
    await asked(served, path, "38")

    await expect(page.locator("#checks-list > li[data-check=ok]")).to_have_count(3)
    await assert_accessible(page)
    await page.click("[data-do=withdraw]")
    await expect(page.locator("#checks")).to_be_hidden()


async def test_each_fault_comes_with_plain_advice(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    page = await sit(link(path, "38"))
    await page.click("[data-step=room]")
    await asked(served, path, "38")
    await expect(page.locator("#checks-list > li")).to_have_count(3)
    await page.evaluate("""async () => {
      const address = [...document.scripts].find((one) => one.src.includes("/site/main.js")).src;
      const { drawChecks } = await import(address.replace("main.js", "checks.js"));
      const checks = { endpoint: "38", state: "failing", picture: "bad", sound: "bad", uplink: "bad", reason: "black" };
      drawChecks(checks);
    }""")

    await expect(page.locator("#checks-list > li")).to_have_text(
        [
            "Hình có lỗiHình đen: hãy mở nắp che camera và bật đèn.",
            "Không có tiếngHãy bật micro (cả công tắc của micro và trên trang này), hoặc chọn micro khác.",
            "Đường truyền quá yếuHãy tắt các chương trình khác đang dùng mạng; cắm dây mạng thay cho Wi-Fi.",
        ]
    )
    await assert_accessible(page)
