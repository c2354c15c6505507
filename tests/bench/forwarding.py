"""What forwarding costs: CPU time of the server's process for each packet it forwards, ours beside Janus'.

Clients are the same for both servers (`endpoints.peer`): they decrypt what they receive and count it. The packets
that were counted are the packets that were forwarded, so a server that drops is not flattered.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import cast

import aiohttp

from endpoints import sdp
from endpoints.peer import Ground, Peer
from endpoints.sdp import Answer
from endpoints.wire import Wire
from tests.bench import clip
from tests.bench.door import Door
from tests.bench.gateway import Caller, Gateway
from tests.bench.ground import open_ground
from tests.bench.machine import cpu_seconds

_WARM_UP, _DRAIN = 2.0, 0.5  # seconds: before counting begins, and until the last packet has been read


@dataclass(frozen=True, slots=True)
class Cost:
    """One measurement."""

    receivers: int
    packets: int  # forwarded: as many as were received
    lost: float  # share of the packets that should have been received
    microseconds: float  # of server CPU for each forwarded packet


class Client:
    """A peer connection that counts what it receives."""

    def __init__(self, ground: Ground) -> None:
        door = Door(ground.wire)
        self.caller = Caller(ground.certificate.fingerprint, door.candidate)
        door.password = self.caller.credentials.password
        self.peer = Peer(replace(ground, wire=cast("Wire", door)), self.caller.credentials, self)
        self.packets = 0

    def rtp(self, packet: bytes, now: float) -> None:  # noqa: ARG002 - the protocol of media
        """Count a packet."""
        self.packets += 1

    def rtcp(self, packet: bytes, now: float) -> None:
        """Nothing is asked of a client that matters here: keyframes come by themselves once a second."""


class Sfu:
    """Our forwarding unit in a process of its own, as a gateway."""

    name = "Giao Ban"

    def __init__(self, pid: int, url: str, http: aiohttp.ClientSession) -> None:
        self.pid = pid
        self._url = url
        self._http = http

    async def publish(self, caller: Caller) -> Answer:
        """Let somebody send the clip."""
        text = sdp.publishing(
            caller.credentials, caller.fingerprint, audio=clip.AUDIO_SSRC, video=clip.VIDEO_SSRC, cname="bench"
        )
        return await self._exchange("/whip", text, "hub")

    async def watch(self, caller: Caller) -> Answer:
        """Let somebody receive it."""
        text = sdp.subscribing(caller.credentials, caller.fingerprint, pairs=1)
        return await self._exchange("/whep", text, caller.credentials.ufrag)

    async def _exchange(self, path: str, text: str, code: str) -> Answer:
        headers = {"Authorization": f"Bearer {code}"}
        async with self._http.post(f"{self._url}{path}", data=text, headers=headers) as response:
            return sdp.read_answer(await response.text())


@asynccontextmanager
async def sfu(*options: str) -> AsyncIterator[Sfu]:
    """Run our forwarding unit until the block ends."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "tests.bench.sfu_process", *options]
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    try:
        started = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as http:
            yield Sfu(started["pid"], started["url"], http)
    finally:
        await process.communicate(b"")


async def measure(gateway: Gateway, receivers: int, seconds: float, *, even: bool) -> Cost:
    """Forward the clip to some receivers for some seconds; `even`: packets come one by one, not a picture at a time."""
    async with open_ground() as ground, AsyncExitStack() as stack:
        hub = Client(ground)
        await hub.peer.connect(await gateway.publish(hub.caller))
        stack.push_async_callback(hub.peer.close)
        clients = [Client(ground) for _ in range(receivers)]
        answers = [await gateway.watch(client.caller) for client in clients]
        async with asyncio.TaskGroup() as group:
            for client, answer in zip(clients, answers, strict=True):
                stack.push_async_callback(client.peer.close)
                group.create_task(client.peer.connect(answer))
        pictures = round(seconds * clip.PICTURES_PER_SECOND)
        warm = round(_WARM_UP * clip.PICTURES_PER_SECOND)
        await _send(hub, range(warm), even=even)
        await asyncio.sleep(_DRAIN)
        before, counted = cpu_seconds(gateway.pid), _total(clients)
        sent = await _send(hub, range(warm, warm + pictures), even=even)
        await asyncio.sleep(_DRAIN)
        used, received = cpu_seconds(gateway.pid) - before, _total(clients) - counted
        return Cost(receivers, received, 1 - received / (sent * receivers), 1e6 * used / received)


def _total(clients: Sequence[Client]) -> int:
    return sum(client.packets for client in clients)


async def _send(hub: Client, pictures: range, *, even: bool) -> int:
    """Send a part of the clip in real time; return how many packets it had."""
    loop = asyncio.get_running_loop()
    began, sent, gap = loop.time(), 0, 1 / clip.PICTURES_PER_SECOND / clip.PACKETS_PER_PICTURE
    for picture in pictures:
        for packet in clip.packets(picture):
            hub.peer.send_rtp(packet)
            sent += 1
            if even or sent % clip.PACKETS_PER_PICTURE == 0:
                await asyncio.sleep(max(0.0, began + sent * gap - loop.time()))
    return sent
