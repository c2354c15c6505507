"""The product under the benchmarks: `giaoban demo` in processes of its own, and how to call it."""

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from endpoints.api import Api, Invitation
from tests.journeys.processes import free_port, until

_UP_WITHIN = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class House:
    """A running demo."""

    pid: int  # of the server
    url: str
    briefing: str
    tokens: dict[str, str]
    sites: dict[str, str]  # code: token

    @property
    def path(self) -> str:
        """Where the briefing is, in the HTTP interface."""
        return f"/api/v1/briefings/{self.briefing}"

    def api(self, http: aiohttp.ClientSession, token: str) -> Api:
        """Call it as whoever has this token."""
        return Api(http, Invitation(self.url, token, self.briefing))


@asynccontextmanager
async def house(*flags: str, **environment: str) -> AsyncIterator[House]:
    """Run the demo, without its chair, until the block ends; it is given when everything is up."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "credentials.json"
        ports = ("--port", str(free_port()), "--media-port", str(free_port(socket.SOCK_DGRAM)))
        places = ("--data-dir", folder / "data", "--credentials-file", file)
        async with _silently("server", "demo", "--no-chair", *ports, *places, *flags, **environment) as process:

            async def written() -> bool:
                assert process.returncode is None, "the demo has ended"
                return file.exists()

            await until(written, within=_UP_WITHIN, what="the demo is up")
            yield _read(process.pid, json.loads(file.read_text(encoding="utf-8")))


@asynccontextmanager
async def _silently(*arguments: str | Path, **environment: str) -> AsyncIterator[Process]:
    """Run a Python module until the block ends; what it prints is for people."""
    command = [sys.executable, "-m", *map(str, arguments)]
    process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, env={**os.environ, **environment})
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _read(pid: int, held: dict[str, Any]) -> House:
    sites = {code: site["token"] for code, site in held["sites"].items()}
    return House(pid, held["base_url"], held["briefing_id"], held["tokens"], sites)
