"""GStreamer's client of `webrtcbin.py` in a process of its own, run by the system's Python, which has its bindings."""

import asyncio
import asyncio.subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.media.http import Door
from tests.programs import program

_CLIENT = Path(__file__).with_name("webrtcbin.py")


@asynccontextmanager
async def webrtcbin(door: Door, role: str, token: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Publish ("whip") or play ("whep") until the block ends; a player says on its output what it has played."""
    program("gst-launch-1.0")
    pipe = asyncio.subprocess.PIPE
    command = ["/usr/bin/python3", "-I", str(_CLIENT), role, f"{door.url}/{role}", token]
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        yield process
    finally:
        await process.communicate(b"")
