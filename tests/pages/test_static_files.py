import pytest

from server.web.pages.static_files import FOREVER, static, version
from tests.web.support import Client


async def test_a_file_of_this_release_is_kept_for_ever(empty: Client) -> None:
    answer = await empty.get(static("js/lib/dom.js"))
    assert (answer.status, answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        200,
        "text/javascript; charset=utf-8",
        FOREVER,
    )


async def test_a_file_of_another_release_is_asked_for_again(empty: Client) -> None:
    answer = await empty.get("/static/000000000000/css/base.css")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "name", ["css/none.css", "jsconfig.json", "../views.py", "%2e%2e/views.py", "css/../../views.py", "css"]
)
async def test_nothing_else_is_served(empty: Client, name: str) -> None:
    answer = await empty.get(f"/static/{version()}/{name}", allow_redirects=False)
    assert answer.status == 404


def test_a_misspelt_name_is_no_address() -> None:
    with pytest.raises(KeyError):
        static("css/bsae.css")


async def test_a_program_gets_a_problem_where_a_browser_gets_a_page(empty: Client) -> None:
    program = await empty.get("/nothing", headers={"Accept": "application/json"})
    browser = await empty.get("/nothing", headers={"Accept": "text/html", "Accept-Language": "en"})

    assert program.headers["Content-Type"].startswith("application/problem+json")
    assert (browser.status, browser.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here" in await browser.text()


async def test_preferences_are_kept_only_when_known(empty: Client) -> None:
    answer = await empty.get("/preferences?lang=en&theme=pink&next=//other.example", allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert {name: morsel.value for name, morsel in answer.cookies.items()} == {"lang": "en"}
