"""What forwarding costs and how long it holds packets up: ours beside Janus'.

Clients are the same for both servers: some decrypt what they receive and look at its time, all count it (`crowd`). The
packets that were counted are the packets that were forwarded, so a server that drops is not flattered.
"""

import asyncio
import json
import resource
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import cast

import aiohttp

from endpoints import sdp
from endpoints.peer import Ground, Peer
from endpoints.sdp import Answer
from endpoints.secure import Certificate
from endpoints.wheel import Wheel
from endpoints.wire import Wire
from tests.bench import clip
from tests.bench.clip import Clip
from tests.bench.crowd import Crowd
from tests.bench.door import Door
from tests.bench.gateway import Caller, Gateway
from tests.bench.machine import cpu_seconds, resident_bytes

WITNESSES = 20
"""Receivers that decrypt; the others are counted."""

_WARM_UP, _DRAIN = 2.0, 0.5  # seconds: before counting begins, and until the last packet has been read
_TOGETHER = 25  # clients that shake hands at a time
_FILES = 4_096  # sockets of the largest crowd, and some


@dataclass(frozen=True, slots=True)
class Load:
    """One way to burden a forwarding server."""

    receivers: int
    clip: Clip = clip.FULL
    even: bool = False  # packets come one by one, not a picture at a time
    speed: float = 1.0  # of real time: less, where receivers are so many that a server could not keep up

    def __str__(self) -> str:
        how = "packets one by one" if self.even else "a picture at a time"
        return f"{self.receivers} receivers, {how}" + ("" if self.speed == 1.0 else f", {self.speed:.2g} of the rate")


@dataclass(frozen=True, slots=True)
class Cost:
    """One measurement."""

    receivers: int
    packets: int  # forwarded: as many as were received
    lost: float  # share of the packets that should have been received
    microseconds: float  # of server CPU for each forwarded packet
    share: float  # of one core that the server took
    resident: int  # bytes of the server in memory
    delays: Sequence[float]  # milliseconds, from the publisher's send to the witness' kernel


class Client:
    """A peer connection that receives, or sends."""

    def __init__(self, ground: Ground, crowd: Crowd) -> None:
        self.door = Door(ground.wire)
        self.caller = Caller(ground.certificate.fingerprint, self.door.candidate)
        self.door.password = self.caller.credentials.password
        self.peer = Peer(replace(ground, wire=cast("Wire", self.door)), self.caller.credentials, self)
        self.packets = 0
        self.delays: list[float] = []
        self._crowd = crowd

    def rtp(self, packet: bytes, now: float) -> None:  # noqa: ARG002 - the protocol of media
        """Count a packet, and how long it was under way."""
        self.packets += 1
        self.delays.append((self._crowd.arrived - clip.stamp_of(packet)) / 1e6)

    def rtcp(self, packet: bytes, now: float) -> None:
        """Nothing is asked of a client that matters here: keyframes come by themselves once a second."""


class Sfu:
    """Our forwarding unit in a process of its own, as a gateway."""

    name = "Giao Ban"

    def __init__(self, pids: Sequence[int], url: str, http: aiohttp.ClientSession) -> None:
        self.pids: Sequence[int] = pids
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
    """Run our forwarding unit, or several, until the block ends; `options` are `sfu_process`'s."""
    pipe = asyncio.subprocess.PIPE
    command = [sys.executable, "-m", "tests.bench.sfu_process", *options]
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    try:
        started = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as http:
            yield Sfu(started["pids"], started["url"], http)
    finally:
        await process.communicate(b"")


async def measure(gateway: Gateway, load: Load, seconds: float, *, warm_up: float = _WARM_UP) -> Cost:
    """Forward a clip for some seconds, after the seconds that are not counted."""
    async with _receivers(gateway, load.receivers) as (hub, crowd, witnesses):
        pictures = round(seconds * load.speed * clip.PICTURES_PER_SECOND)
        warm = round(warm_up * load.speed * clip.PICTURES_PER_SECOND)
        await _send(hub, range(warm), load)
        await asyncio.sleep(_DRAIN)
        counted = _total(crowd, witnesses)
        for witness in witnesses:
            witness.delays.clear()
        clock = asyncio.get_running_loop().time
        before, began = _cpu_seconds(gateway), clock()
        await _send(hub, range(warm, warm + pictures), load)
        await asyncio.sleep(_DRAIN)
        used, took, received = _cpu_seconds(gateway) - before, clock() - began, _total(crowd, witnesses) - counted
        return Cost(
            receivers=load.receivers,
            packets=received,
            lost=1 - received / (pictures * load.clip.packets_per_picture * load.receivers),
            microseconds=1e6 * used / received,
            share=used / took,
            resident=sum(map(resident_bytes, gateway.pids)),
            delays=[delay for witness in witnesses for delay in witness.delays],
        )


def _cpu_seconds(gateway: Gateway) -> float:
    return sum(map(cpu_seconds, gateway.pids))


@asynccontextmanager
async def _receivers(gateway: Gateway, number: int) -> AsyncIterator[tuple[Client, Crowd, list[Client]]]:
    """Connect a publisher and its receivers until the block ends: the publisher, the crowd and the witnesses."""
    _allow_files()
    wheel, crowd = Wheel(), Crowd()
    async with crowd, asyncio.TaskGroup() as group, AsyncExitStack() as stack:
        turning = group.create_task(wheel.run())
        stack.callback(turning.cancel)
        ground = Ground(crowd, wheel, Certificate())
        hub, *clients = [Client(ground, crowd) for _ in range(1 + number)]
        await hub.peer.connect(await gateway.publish(hub.caller))
        stack.push_async_callback(hub.peer.close)
        for some in _batches(clients):
            answers = [await gateway.watch(client.caller) for client in some]
            for client in some:
                stack.push_async_callback(client.peer.close)
            await asyncio.gather(*(one.peer.connect(answer) for one, answer in zip(some, answers, strict=True)))
        for client in clients[WITNESSES:]:
            crowd.count(client.door.path)
        yield hub, crowd, clients[:WITNESSES]


def _batches(clients: Iterable[Client]) -> Iterable[list[Client]]:
    left = iter(clients)
    while some := list(islice(left, _TOGETHER)):
        yield some


def _allow_files() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, _FILES), hard))


def _total(crowd: Crowd, witnesses: Sequence[Client]) -> int:
    return sum(crowd.packets.values()) + sum(client.packets for client in witnesses)


async def _send(hub: Client, pictures: range, load: Load) -> None:
    """Send a part of the clip, each packet with the time of its departure."""
    loop = asyncio.get_running_loop()
    began, sent, together = loop.time(), 0, load.clip.packets_per_picture
    gap = 1 / load.clip.packets_per_second / load.speed
    for picture in pictures:
        for packet in load.clip.packets(picture):
            hub.peer.send_rtp(clip.stamped(packet))
            sent += 1
            if load.even or sent % together == 0:
                await asyncio.sleep(max(0.0, began + sent * gap - loop.time()))
