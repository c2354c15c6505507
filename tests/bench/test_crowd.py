"""The receivers of a benchmark: nothing that arrives is missed, and what is not media is handed on."""

import asyncio
import socket
import time
from collections import Counter

import pytest

from tests.bench.crowd import Crowd
from tests.bench.soak import Look, growth

MEDIA = bytes([0x80, 96]) + bytes(100)
LAST_OF_A_PICTURE = bytes([0x80, 0x80 | 96]) + bytes(1_000)
REPORT = bytes([0x80, 200]) + bytes(24)
CHECK = b"\0\1check"


@pytest.mark.parametrize("counted", [True, False])
async def test_every_datagram_is_received(counted: bool) -> None:
    sent = [MEDIA, LAST_OF_A_PICTURE] * 40 + [REPORT, MEDIA, CHECK]
    handed_on: list[bytes] = []
    done, before = asyncio.Event(), time.time_ns()

    def take(datagram: bytes) -> None:
        handed_on.append(datagram)
        if datagram == CHECK:
            done.set()

    async with Crowd() as crowd:
        path = crowd.open(socket.AF_INET, take, lambda: None)
        path.sock.bind(("127.0.0.1", 0))
        if counted:
            crowd.count(path)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for datagram in sent:
                sender.sendto(datagram, path.sock.getsockname())
        async with asyncio.timeout(5):
            await done.wait()

    if counted:
        assert (handed_on, list(crowd.packets.values())) == ([REPORT, CHECK], [81])
    else:
        assert handed_on == sent
        assert before <= crowd.arrived <= time.time_ns()


def test_growth_is_that_of_the_second_half() -> None:
    sizes = (10, 50, 60, 62, 64)
    looks = [
        Look(minute=2.0 * number, resident=Counter(server=size), files=0, counters={}, lost=0, cpu=0, done=Counter())
        for number, size in enumerate(sizes)
    ]
    assert growth(looks, "server") == 1.0
