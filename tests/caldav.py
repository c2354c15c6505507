"""A real CalDAV server (Radicale) in a process of its own, and what a client of it asks (RFC 4791)."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from aiohttp import ClientSession
from icalendar import Calendar

from tests.mail_server import free_port

PATIENCE = 30
"""Seconds until the server answers: it imports a lot."""

CALDAV = "{urn:ietf:params:xml:ns:caldav}"

MAKE = """<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>{name}</D:displayname></D:prop></D:set></C:mkcalendar>"""

QUERY = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:prop><D:getetag/><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR">
<C:comp-filter name="VEVENT">{range}</C:comp-filter>
</C:comp-filter></C:filter>
</C:calendar-query>"""


class Collection:
    """One calendar on the server, as a client sees it."""

    def __init__(self, http: ClientSession, url: str) -> None:
        self._http = http
        self._url = url

    async def make(self, name: str) -> None:
        """Make it (RFC 4791, section 5.3.1), in a folder of its owner."""
        async with self._http.request("MKCOL", f"{self._url}../") as answer:
            assert answer.status == HTTPStatus.CREATED, await answer.text()
        await self._call("MKCALENDAR", MAKE.format(name=name), "application/xml", 201)

    async def put(self, content: bytes) -> None:
        """Let these events be all that is in it."""
        await self._call("PUT", content, "text/calendar", 201)

    async def events(self, begins: datetime | None = None, ends: datetime | None = None) -> list[Any]:
        """Return the events that there are, or those with a date between two moments (RFC 4791, section 7.8)."""
        span = f'<C:time-range start="{begins:%Y%m%dT%H%M%SZ}" end="{ends:%Y%m%dT%H%M%SZ}"/>' if begins and ends else ""
        answer = await self._call("REPORT", QUERY.format(range=span), "application/xml", 207, Depth="1")
        data = [found.text or "" for found in ET.fromstring(answer).iter(f"{CALDAV}calendar-data")]  # noqa: S314 - ours
        return [event for one in data for event in Calendar.from_ical(one).walk("VEVENT")]

    async def _call(self, method: str, body: str | bytes, kind: str, status: int, **headers: str) -> str:
        sent = {"Content-Type": f"{kind}; charset=utf-8", **headers}
        async with self._http.request(method, self._url, data=body, headers=sent) as answer:
            text = await answer.text()
            assert answer.status == status, text
            return text


@contextmanager
def caldav_server(folder: Path) -> Iterator[str]:
    """Run a server that keeps its calendars in a folder; gives its URL, in which anybody may do anything."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    options = [f"--storage-filesystem-folder={folder}", f"--server-hosts={address}", "--auth-type=none"]
    command = [sys.executable, "-W", "ignore", "-m", "radicale", "--config=", "--web-type=none", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            _wait_for(port, process)
            yield f"http://{address}"
        finally:
            process.kill()  # asked to end, it would wait for half a minute for connections that nobody uses


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError("Radicale does not answer")
