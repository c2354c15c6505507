"""The service and its sites as processes of their own, started by the commands people use, and killed."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientConnectionError, ClientSession

UP_WITHIN = 30.0


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a port that nobody has at the moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(true: Callable[[], Any], *, within: float, what: str) -> Any:
    """Wait until an awaitable check gives something true, and return it; fail with `what` after `within` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while loop.time() < deadline:
        if found := await true():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"not within {within} s: {what}")


@dataclass
class Server:
    """`giaoban serve`, on ports and in a folder that survive its death."""

    folder: Path
    port: int
    media_port: int
    settings: dict[str, str]
    process: Process | None = None

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Its settings."""
        own = {
            "GIAOBAN_PORT": str(self.port),
            "GIAOBAN_MEDIA_PORT": str(self.media_port),
            "GIAOBAN_DATA_DIR": str(self.folder),
            "GIAOBAN_LOG_LEVEL": "warning",
        }
        return {**os.environ, **own, **self.settings}

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server", "serve", env=self.environment
        )
        await until(self.ready, within=UP_WITHIN, what="the server is ready")

    async def ready(self) -> bool:
        """Whether it can serve."""
        assert self.process is not None
        assert self.process.returncode is None, "the server has ended"
        try:
            async with ClientSession(self.url) as http, http.get("/readyz") as answer:
                return answer.status == 200
        except ClientConnectionError:
            return False

    async def kill(self) -> None:
        """Kill it as the kernel does when memory runs out: without a word."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def hang_up(self) -> None:
        """Have it leave without its media, and wait until it has."""
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)
        assert await self.process.wait() == 0

    async def stop(self) -> None:
        """Stop it as a supervisor does."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            assert await self.process.wait() == 0

    async def command(self, *arguments: str, password: str = "") -> str:
        """Run a `giaoban` command over the same data and return what it prints."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server",
            *arguments,
            env=self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await process.communicate(password.encode() + b"\n")
        assert process.returncode == 0, printed
        return printed.decode()


def media_process(of: Process) -> int:
    """Return the number of a running server's media process."""
    children = Path(f"/proc/{of.pid}/task/{of.pid}/children").read_text(encoding="ascii").split()
    (found,) = [one for one in children if b"server.media_process" in Path(f"/proc/{one}/cmdline").read_bytes()]
    return int(found)


def lives(pid: int) -> bool:
    """Whether there is such a process, other than one that merely waits to be noticed as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@asynccontextmanager
async def server(folder: Path, **settings: str) -> AsyncIterator[Server]:
    """Run the service; stop it in good order at the end, however often it was killed."""
    one = Server(folder, free_port(), free_port(socket.SOCK_DGRAM), settings)
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


@asynccontextmanager
async def program(*arguments: str | Path) -> AsyncIterator[Process]:
    """Run a Python module until the block ends."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *map(str, arguments))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def demo(folder: Path, *flags: str) -> AsyncIterator[dict[str, Any]]:
    """Run `giaoban demo` on free ports; gives its credentials file when everything is up."""
    file = folder / "credentials.json"
    ports = ("--port", str(free_port()), "--media-port", str(free_port(socket.SOCK_DGRAM)))
    places = ("--data-dir", str(folder / "demo"), "--credentials-file", str(file))
    async with program("server", "demo", *ports, *places, *flags) as process:

        async def written() -> bool:
            assert process.returncode is None, "the demo has ended"
            return file.exists()

        await until(written, within=120, what="the demo is up")
        media = media_process(process)
        yield json.loads(file.read_text(encoding="utf-8"))
    assert not lives(media), "the demo has left its media process behind"
