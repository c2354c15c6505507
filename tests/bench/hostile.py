"""What hostile datagrams cost the packet loop, each kind alone, and a million of all kinds at a live briefing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from server.core.ids import HUB
from server.media.sfu.sfu import Sfu
from tests.bench.machine import resident_bytes
from tests.media.hostile import Kind, Outcome, attack, kinds
from tests.media.peers import CA_MAU
from tests.media.wire import publishing, watching

TIMES = 20_000
MILLION = 1_000_000


async def measure() -> dict[str, float]:
    """Measure each kind, in microseconds of CPU for one datagram that was read; reading it is not included."""
    with _quiet():
        sfu = await Sfu.start(host="127.0.0.1", port=0)
        async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
            found = {kind.name: _cost(sfu, kind, hub.media) for kind in kinds(sfu, hub, viewer)}
        await sfu.stop()
    return found


def _cost(sfu: Sfu, kind: Kind, known: str) -> float:
    """Take the quickest of five: what else the machine does is not the datagrams' cost."""
    address = next(peer.address for peer in sfu._roster if peer.media == known) if kind.is_known else None
    source = address or ("192.0.2.1", 5_000)
    cut = [datagram[:2048] for datagram in kind.datagrams]
    best = float("inf")
    for _ in range(5):
        began = time.thread_time()
        for number in range(TIMES // 5):
            sfu._demux.receive(cut[number % len(cut)], source)
        best = min(best, time.thread_time() - began)
    return best / (TIMES // 5) * 1e6


async def besiege() -> tuple[Outcome, float]:
    """Send a million; return what came of it, and how long it took."""
    with _quiet():
        sfu = await Sfu.start(host="127.0.0.1", port=0)
        began = time.monotonic()
        outcome = await attack(sfu, MILLION, lambda: resident_bytes(os.getpid()))
        seconds = time.monotonic() - began
        await sfu.stop()
    return outcome, seconds


@contextmanager
def _quiet() -> Iterator[None]:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield
    structlog.reset_defaults()
