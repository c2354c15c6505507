"""Refusals over HTTP: always a problem document, in the caller's language, whatever went wrong."""

import gzip
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientPayloadError, ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from server.app import build
from server.core.briefing import StaleEdit
from server.core.errors import Conflict, Forbidden, Invalid, NotFound, UserError
from server.core.people import Role
from server.core.queue import NotWaiting
from server.media.errors import Busy, HeldOff
from server.settings import Settings
from server.store.errors import StorageUnavailable
from server.web.errors import MalformedJson, TooFast
from server.web.routing import PUBLIC, Routes, register
from tests.web.support import Client, bearer

ERRORS: dict[str, tuple[Exception, int, str]] = {
    "waiting": (NotWaiting("38"), 409, "not_waiting"),
    "conflict": (Conflict(), 409, "conflict"),
    "found": (NotFound(), 404, "not_found"),
    "invalid": (Invalid(), 422, "invalid"),
    "forbidden": (Forbidden(), 403, "forbidden"),
    "stale": (StaleEdit(), 412, "stale_edit"),
    "busy": (Busy(), 503, "media_busy"),
    "flooded": (HeldOff(), 429, "media_held_off"),
    "other": (UserError(), 400, "refused"),
    "web": (MalformedJson(), 400, "malformed_json"),
    "fast": (TooFast(2.5), 429, "too_fast"),
    "storage": (StorageUnavailable("disk full at /secret/place"), 503, "storage_unavailable"),
    "bug": (RuntimeError("the password is hunter2"), 500, "internal"),
    "http": (web.HTTPExpectationFailed(), 417, "expectation_failed"),
    "rare": (web.HTTPGone(), 410, "refused"),
}


@pytest.fixture
async def broken(settings: Settings) -> AsyncIterator[Client]:
    """The application with routes that fail, each in its own way."""
    routes = Routes()

    @routes.get("/fail/{how}", allow=PUBLIC)
    async def fail(request: web.Request) -> web.Response:
        """Fail."""
        raise ERRORS[request.match_info["how"]][0]

    @routes.get("/half", allow=PUBLIC, gives="text/event-stream")
    async def half(request: web.Request) -> web.StreamResponse:
        """Fail in the middle of an answer."""
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"a part\n")
        raise NotWaiting

    app = build(settings)
    register(app, [routes])
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_errors_become_problems(broken: Client) -> None:
    for how, (_, status, code) in ERRORS.items():
        response = await broken.get(f"/fail/{how}", headers={"Accept-Language": "en"})

        await check_problem(response, status, code)
        assert ("Retry-After" in response.headers) is (status in {429, 503})


async def test_faults_tell_the_caller_nothing_of_the_inside(broken: Client) -> None:
    for how in ("bug", "storage"):
        text = await (await broken.get(f"/fail/{how}")).text()

        assert "hunter2" not in text
        assert "secret" not in text
        assert "Traceback" not in text


async def test_error_in_the_middle_of_an_answer_breaks_the_connection(broken: Client) -> None:
    response = await broken.get("/half")

    assert response.status == 200
    with pytest.raises(ClientPayloadError):
        await response.read()


async def test_title_follows_the_callers_language(client: Client) -> None:
    english, vietnamese = "There is nothing at this address.", "Không có gì ở địa chỉ này."
    for headers, title in (
        ({"Accept-Language": "en-GB,en;q=0.9"}, english),
        ({"Accept-Language": "fr;q=1.0, en;q=0.1"}, english),
        ({"Accept-Language": "vi;q=0.1, en;q=0.5"}, english),
        ({"Accept-Language": "fr"}, vietnamese),
        ({"Accept-Language": "en;q=0"}, vietnamese),
        ({"Accept-Language": "en;q=x,,;;"}, vietnamese),
        ({}, vietnamese),
        ({"Accept-Language": "en", "Cookie": "lang=vi"}, vietnamese),
        ({"Accept-Language": "vi", "Cookie": "lang=en"}, english),
        ({"Accept-Language": "en", "Cookie": "lang=klingon"}, english),
    ):
        response = await client.get("/api/v1/nothing", headers=headers)

        assert (await response.json())["title"] == title, headers


async def test_addresses_that_do_not_exist(client: Client, tokens: dict[Role, str]) -> None:
    for method, path, status, code in (
        ("GET", "nothing", 404, "not_found"),
        ("GET", "api/v1/%00", 404, "not_found"),
        ("GET", "api/v1/briefings/%00", 404, "not_found"),
        ("GET", "api/v1/briefings/%ED%A0%80", 404, "not_found"),
        ("GET", "api/v1/briefings/a%2Fb", 404, "not_found"),
        ("GET", "api/v1/briefings/" + "x" * 300, 404, "not_found"),
        ("GET", "api/v1/briefings/none", 404, "no_such_briefing"),
        ("DELETE", "api/v1/me", 405, "method_not_allowed"),
        ("PROPFIND", "api/v1/me", 405, "method_not_allowed"),
    ):
        url = client.make_url("").joinpath(path, encoded=True)
        response = await client.session.request(method, url, headers=bearer(tokens[Role.ADMIN]))

        await check_problem(response, status, code)
        assert ("Allow" in response.headers) is (status == 405)


async def test_bad_bodies_are_refused(client: Client, tokens: dict[Role, str]) -> None:
    json_type = {"Content-Type": "application/json"}
    for body, headers, status, code in (
        (b"{", json_type, 400, "malformed_json"),
        (b"{}", json_type, 422, "invalid_body"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        (b"{}", {"Content-Type": ""}, 415, "unsupported_media_type"),
        (b"x" * (256 * 1024 + 1), json_type, 413, "too_large"),
        (gzip.compress(b"{}"), {**json_type, "Content-Encoding": "gzip"}, 415, "unsupported_media_type"),
    ):
        sent = {**bearer(tokens[Role.ORGANIZER]), **headers}
        response = await client.post("/api/v1/briefings", data=body, headers=sent)

        await check_problem(response, status, code)


async def test_endless_body_is_refused_before_its_end(client: Client, tokens: dict[Role, str]) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 64 * 1024 * 1024:
            sent += 65536
            yield b" " * 65536

    headers = {**bearer(tokens[Role.ORGANIZER]), "Content-Type": "application/json"}
    try:
        response = await client.post("/api/v1/briefings", data=endless(), headers=headers)
    except OSError:
        pass  # the server closed the connection while we were still sending
    else:
        assert response.status == 413

    assert sent < 64 * 1024 * 1024


async def test_browser_gets_a_page(client: Client, tokens: dict[Role, str]) -> None:
    response = await client.get("/nothing", headers={"Accept": "text/html", **bearer(tokens[Role.ADMIN])})

    assert (response.status, response.content_type) == (404, "text/html")


async def test_browser_that_nobody_has_signed_in_on_is_sent_to_sign_in(client: Client) -> None:
    response = await client.get("/briefings/new?a=b&c=d", headers={"Accept": "text/html"}, allow_redirects=False)

    assert response.status == 303
    assert response.headers["Location"] == "/sign-in?next=%2Fbriefings%2Fnew%3Fa%3Db%26c%3Dd"


async def test_programs_are_never_sent_elsewhere(client: Client) -> None:
    response = await client.get("/api/v1/me", headers={"Accept": "text/html"}, allow_redirects=False)

    assert (response.status, response.content_type) == (401, "application/problem+json")


async def check_problem(response: ClientResponse, status: int, code: str) -> None:
    """Check that an answer is a problem details object of this status and code, and nothing besides (RFC 9457)."""
    document = await response.json()
    assert response.content_type == "application/problem+json"
    assert (response.status, document["status"], document["code"]) == (status, status, code)
    assert document["type"] == f"https://giaoban.invalid/problems/{code}"
    assert document["title"]
    assert set(document) <= {"type", "title", "status", "code", "detail", "errors"}
