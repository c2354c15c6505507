"""Debian's Firefox ESR, headless and spoken to over WebDriver BiDi (W3C), as tests of foreign clients run it."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from tests.programs import program

_PREFERENCES: Mapping[str, bool | int | str] = {
    "media.navigator.streams.fake": True,  # a camera and a microphone that are not real
    "media.navigator.permission.disabled": True,  # and a person who lets pages use them
    "media.autoplay.default": 0,
    "media.gmp-manager.url": "",  # fetches nothing, not even its H.264 plug-in
    "media.gmp-provider.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.captive-portal-service.enabled": False,
    "services.settings.server": "data:,",
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "toolkit.telemetry.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
}
_STARTED = "WebDriver BiDi listening on "


class BiDiError(Exception):
    """The browser refused a command, or a script threw."""


@dataclass
class Firefox:
    """A session with the browser; commands wait for their answers one at a time."""

    socket: ClientWebSocketResponse
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def page(self, url: str) -> "FirefoxPage":
        """Open a page in a new tab."""
        context = (await self.command("browsingContext.create", {"type": "tab"}))["context"]
        await self.command("browsingContext.navigate", {"context": context, "url": url, "wait": "complete"})
        return FirefoxPage(self, context)

    async def command(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Send a command and return its result. Raises BiDiError."""
        number = next(self._numbers)
        await self.socket.send_json({"id": number, "method": method, "params": parameters})
        while (answer := await self.socket.receive_json()).get("id") != number:
            pass
        if answer["type"] != "success":
            raise BiDiError(answer["error"], answer["message"])
        result: dict[str, Any] = answer["result"]
        return result


@dataclass(frozen=True)
class FirefoxPage:
    """One tab."""

    firefox: Firefox
    context: str

    async def evaluate(self, expression: str) -> Any:
        """Evaluate an expression, wait for its promise, and return what JSON makes of it. Raises BiDiError."""
        wrapped = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        parameters = {"expression": wrapped, "target": {"context": self.context}, "awaitPromise": True}
        answer = await self.firefox.command("script.evaluate", parameters)
        if answer["type"] != "success":
            raise BiDiError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    async def add_script(self, script: str) -> None:
        """Run a classic script in the page."""
        parameters = {"expression": script, "target": {"context": self.context}, "awaitPromise": False}
        await self.firefox.command("script.evaluate", parameters)

    async def until(self, expression: str) -> None:
        """Wait until an expression is true."""
        polled = f"""(async () => {{
            while (!(await ({expression}))) await new Promise((resolve) => setTimeout(resolve, 50));
        }})()"""
        await self.evaluate(polled)


@asynccontextmanager
async def firefox(profile: Path) -> AsyncIterator[Firefox]:
    """Run a browser with a new profile in this folder; without one the test is skipped, or fails where CI is set."""
    path = program("firefox-esr")
    _prepare(profile)
    command = [path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0", "about:blank"]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(60), ClientSession() as http:
            address = await _address(process)
            async with http.ws_connect(f"{address}/session", max_msg_size=0) as socket:
                browser = Firefox(socket)
                await browser.command("session.new", {"capabilities": {}})
                yield browser
    finally:
        process.kill()
        await process.wait()


def _prepare(profile: Path) -> None:
    profile.mkdir()
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))


async def _address(process: asyncio.subprocess.Process) -> str:
    """Read where the browser listens; what it says later goes nowhere."""
    assert process.stderr is not None
    async for line in process.stderr:
        if line.startswith(_STARTED.encode()):
            return line.decode().removeprefix(_STARTED).strip()
    raise BiDiError("the browser ended before it listened")
