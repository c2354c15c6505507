"""What forwarding costs: CPU time of the server's process for each packet it forwards, at a number of receivers.

`python -m tests.bench.forwarding --receivers 63 --seconds 10` prints one line. The clip is 25 pictures a second of ten
packets of 1,100 bytes, and 50 packets of sound: 2.3 Mbit/s. Receivers keep up: what they did not get is printed too.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import uvloop

from server.core.ids import MediaId
from server.media.sfu.ice import fresh_credentials
from tests.media.wire import DELTA, H264, KEY, OPUS, Wire, offer

_PICTURES, _PARTS, _SIZE = 25, 10, 1_100


@dataclass(frozen=True, slots=True)
class Cost:
    """One measurement."""

    receivers: int
    packets: int  # forwarded: as many as were received
    lost: float  # share of the packets that should have been received
    microseconds: float  # of server CPU for each forwarded packet


class Sink(Wire):
    """A receiver that only counts."""

    def datagram_received(self, data: bytes, address: object) -> None:
        if self.is_deaf:
            self.missed += 1
        else:
            super().datagram_received(data, address)


@asynccontextmanager
async def connected(session: aiohttp.ClientSession, url: str, code: str) -> AsyncIterator[Sink]:
    """Connect a publisher ("/whip") or a receiver ("/whep")."""
    ours = fresh_credentials()
    text = offer("sendonly" if url.endswith("whip") else "recvonly", ours)
    async with session.post(url, data=text, headers={"Authorization": f"Bearer {code}"}) as response:
        sink = Sink(MediaId(response.headers["Location"]), await response.text())
    await sink.connect(ours)
    try:
        yield sink
    finally:
        await sink.dtls.close()
        sink.vanish()


@asynccontextmanager
async def server(*options: str) -> AsyncIterator[tuple[str, int]]:
    """Run the forwarding unit in a process of its own; yield its address and its process number."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "tests.bench.sfu_process", *options]
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    started = json.loads(await process.stdout.readline())
    try:
        yield started["url"], started["pid"]
    finally:
        await process.communicate(b"")


def cpu_seconds(pid: int) -> float:
    """Read the CPU time a process has used, in user and system mode (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(receivers: int, seconds: float, *options: str) -> Cost:
    """Forward one clip to some receivers for some seconds."""
    async with server(*options) as (url, pid), aiohttp.ClientSession() as session, AsyncExitStack() as stack:
        hub = await stack.enter_async_context(connected(session, f"{url}/whip", "hub"))
        sinks = [
            await stack.enter_async_context(connected(session, f"{url}/whep", str(code))) for code in range(receivers)
        ]
        await _send(hub, 0.5, first=0)
        for sink in sinks:
            sink.is_deaf = True
        before = cpu_seconds(pid)
        sent = await _send(hub, seconds, first=1_000)
        await asyncio.sleep(0.5)
        used = cpu_seconds(pid) - before
        received = sum(sink.missed for sink in sinks)
        return Cost(receivers, received, max(0.0, 1 - received / (sent * receivers)), 1e6 * used / received)


async def _send(hub: Wire, seconds: float, *, first: int) -> int:
    """Send the clip in real time; return how many packets it had."""
    loop = asyncio.get_running_loop()
    began, sent = loop.time(), 0
    for count in range(round(seconds * _PICTURES)):
        picture = (KEY if count == 0 else DELTA) + bytes(_SIZE)
        for _ in range(_PARTS):
            hub.send(H264, picture, timestamp=3_600 * (first + count) & 0xFFFFFFFF)
        for part in range(2):
            hub.send(OPUS, bytes(120), timestamp=960 * (2 * (first + count) + part) & 0xFFFFFFFF)
        sent += _PARTS + 2
        await asyncio.sleep(max(0.0, began + (count + 1) / _PICTURES - loop.time()))
    return sent


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receivers", type=int, default=63)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--uvloop", action=argparse.BooleanOptionalAction, default=True)
    arguments = parser.parse_args()
    option = "--uvloop" if arguments.uvloop else "--no-uvloop"
    cost = uvloop.run(measure(arguments.receivers, arguments.seconds, option))
    sys.stdout.write(f"{cost}\n")


if __name__ == "__main__":
    main()
