"""What protects browsers: headers, origins, and whose address counts."""

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from server.core.people import Role
from server.settings import Settings
from server.web.keys import SETTINGS
from server.web.routing import DECLARED
from server.web.security import CONTENT_POLICY, address_of, base_url, is_https
from tests.web.support import Client, Planned, bearer, signed_in


async def test_every_answer_is_protected(client: Client, tokens: dict[Role, str], planned: Planned) -> None:
    paths = {
        route.path.replace("{version}/{filename:.+}", "v/js/lib/dom.js").format_map(
            {
                "briefing_id": planned.id,
                "code": "38",
                "document_id": "nothing",
                "token": planned.links["38"],
                "media_id": "x.y",
                "number": "1",
                "roster": "63",
                "secret": "no-such-calendar",
                "series_id": "no-such-series",
            }
        )
        for route in client.app[DECLARED].values()
        if route.method == "GET"
    }
    for path in sorted(paths | {"/nothing"}):
        async with client.get(
            path, headers={**bearer(tokens[Role.ADMIN]), "Accept": "text/html"}, allow_redirects=False
        ) as response:
            headers = response.headers
            assert headers["Content-Security-Policy"] == CONTENT_POLICY, path
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert "camera=(self)" in headers["Permissions-Policy"]
            assert headers["Server"] == "giaoban"
            assert headers["Cache-Control"] == "no-store" or path.startswith("/static/")
            assert "Strict-Transport-Security" not in headers


def test_policy_allows_nothing_inside_the_page_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY
    assert "*" not in CONTENT_POLICY


async def test_change_with_a_cookie_must_come_from_a_page_of_ours(client: Client) -> None:
    cookie = await signed_in(client, Role.ORGANIZER)
    own = str(client.make_url("")).rstrip("/")
    for headers, status in (
        ({"Origin": own}, 422),
        ({"Sec-Fetch-Site": "same-origin"}, 422),
        ({"Sec-Fetch-Site": "same-origin", "Origin": own}, 422),
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": f"{own}.evil.example"}, 403),
        ({"Origin": own, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ):
        response = await client.post("/api/v1/briefings", json={}, headers={**cookie, **headers})

        assert response.status == status, headers
        assert (await response.json())["code"] == ("cross_origin" if status == 403 else "invalid_body")


async def test_reading_with_a_cookie_needs_no_origin(client: Client) -> None:
    cookie = await signed_in(client, Role.ORGANIZER)

    assert (await client.get("/api/v1/me", headers=cookie)).status == 200


async def test_another_site_cannot_sign_somebody_in(client: Client) -> None:
    response = await client.post(
        "/api/v1/session", json={"name": "a", "password": "b"}, headers={"Origin": "https://evil.example"}
    )

    assert (response.status, (await response.json())["code"]) == (403, "cross_origin")


async def test_program_with_a_token_needs_no_origin(client: Client, tokens: dict[Role, str]) -> None:
    response = await client.post("/api/v1/briefings", json={}, headers=bearer(tokens[Role.ORGANIZER]))

    assert response.status == 422


async def test_token_goes_before_a_cookie(client: Client, tokens: dict[Role, str]) -> None:
    cookie = await signed_in(client, Role.ORGANIZER)

    me = await client.get("/api/v1/me", headers={**cookie, **bearer(tokens[Role.OPERATOR])})
    bad = await client.get("/api/v1/me", headers={**cookie, **bearer("x" * 43)})

    assert (await me.json())["role"] == "operator"
    assert bad.status == 401


def request_from(remote: str, headers: dict[str, str], *, proxies: tuple[str, ...] = (), url: str = "") -> web.Request:
    """A request as it arrives at a service with these settings."""
    app = web.Application()
    app[SETTINGS] = Settings(trusted_proxies=proxies, base_url=url)
    return make_mocked_request("GET", "/", headers={"Host": "giaoban.example", **headers}, app=app).clone(remote=remote)


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "address"),
    [
        ("10.0.0.1", None, (), "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1", (), "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1", ("10.0.0.1",), "1.1.1.1"),
        ("10.0.0.1", "1.1.1.1", ("10.0.0.0/8",), "1.1.1.1"),
        ("10.0.0.1", None, ("10.0.0.1",), "10.0.0.1"),
        ("10.0.0.1", "", ("10.0.0.1",), "10.0.0.1"),
        ("::1", "2001:db8::1", ("::1",), "2001:db8::1"),
        ("", "1.1.1.1", ("10.0.0.1",), ""),
    ],
)
def test_address_that_counts(remote: str, forwarded: str | None, proxies: tuple[str, ...], address: str) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}

    assert address_of(request_from(remote, headers, proxies=proxies)) == address


@pytest.mark.parametrize(
    ("proto", "proxies", "url", "https"),
    [
        (None, (), "", False),
        ("https", (), "", False),
        ("https", ("10.0.0.1",), "", True),
        ("http", ("10.0.0.1",), "", False),
        (None, (), "https://giaoban.example", True),
    ],
)
def test_browsers_side_is_encrypted(proto: str | None, proxies: tuple[str, ...], url: str, https: bool) -> None:
    headers = {} if proto is None else {"X-Forwarded-Proto": proto}
    request = request_from("10.0.0.1", headers, proxies=proxies, url=url)

    assert is_https(request) is https
    assert base_url(request) == (url or ("https" if https else "http") + "://giaoban.example")
