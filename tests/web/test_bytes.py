"""Requests of raw bytes that no client library would send: each is refused in words, and none is quoted in the logs."""

import asyncio
import logging
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.service import Service, secret_of, service

ORGANIZER = f"Authorization: Bearer {secret_of('organizer')}\r\n".encode()


async def said(served: Service, request: bytes) -> bytes:
    """Send bytes and return the first line of the answer."""
    url = urlsplit(served.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(request)
    async with asyncio.timeout(10):
        answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return answer.strip()


async def test_cookie_of_any_bytes_signs_out(tmp_path: Path) -> None:
    request = (
        b"DELETE /api/v1/session HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nCookie: giaoban=\xff\r\n\r\n"
    )
    async with service(tmp_path) as served:
        assert await said(served, request) == b"HTTP/1.1 204 No Content"


@pytest.mark.parametrize("host", [b"\xff", b"x" * 5000, b"evil/path", b"a@b", b""])
async def test_host_that_is_none_makes_no_links(tmp_path: Path, host: bytes) -> None:
    async with service(tmp_path) as served:
        path = (await served.briefing(until="draft")).encode()
        await served.call("POST", f"{path.decode()}/join-links", "organizer", {"endpoints": "all"})
        heads = b"Host: " + host + b"\r\n" + ORGANIZER + b"\r\n"

        answers = [
            await said(served, b"GET " + path + b"/join-links" + tail + b" HTTP/1.1\r\n" + heads)
            for tail in (b"", b"/38/qr")
        ]

    assert answers == [b"HTTP/1.1 400 Bad Request"] * 2


async def test_client_that_leaves_in_the_middle_of_its_body_is_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with service(tmp_path) as served:
        url = urlsplit(served.url)
        _, writer = await asyncio.open_connection(url.hostname, url.port)
        head = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        writer.write(head + b"Content-Length: 200\r\n\r\n{")
        await writer.drain()
        while b'status="200"' not in (await metrics(served)):
            pass  # the first answer shows that the server has read what came before
        writer.transport.abort()
        async with asyncio.timeout(10):
            while b'route="/api/v1/session",status="400"' not in (await metrics(served)):
                pass

    assert "unexpected error" not in capsys.readouterr().err


async def metrics(served: Service) -> bytes:
    return (await served.call("GET", "/metrics", "")).text.encode()


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /join/a-secret-of-a-site?\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a-secret-of-a-site\0\r\n\r\n",
        b"a-secret-of-a-site\r\n\r\n",
    ],
)
async def test_request_that_is_no_http_is_refused_and_not_quoted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, request_: bytes
) -> None:
    async with service(tmp_path) as served:
        with caplog.at_level(logging.DEBUG, "aiohttp.server"):
            answer = await said(served, request_)

    assert answer.endswith(b"400 Bad Request")
    assert "a-secret-of-a-site" not in caplog.text
