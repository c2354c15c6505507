"""Hostile datagrams of every kind, and a live briefing that they are sent to."""

import asyncio
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

from aioice import stun

from server.core.ids import HUB
from server.media.plane import Health, Levels
from server.media.sfu import rtp
from server.media.sfu.ice import fresh_credentials
from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.peers import CA_MAU
from tests.media.wire import DELTA, H264, KEY, OPUS, Wire, publishing, watching

PORTS = 64
"""Addresses of strangers."""

_BURST = 32  # sent before the unit gets its turn: its socket has room for many more
_VARIETY = 64  # different datagrams of each kind
_SPACE = 100  # bursts between two pictures
_CLIENT_HELLO = bytes.fromhex("16fefd0000000000000000003c010000300000000000000030fefd") + bytes(46)
_GOODBYE = bytes.fromhex("15fefd000000000000000900020100")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of datagram; `is_known` says that it comes from the hub's address."""

    name: str
    datagrams: tuple[bytes, ...]
    is_known: bool = False


def check(ufrag: str, password: str) -> bytes:
    """Write an ICE check."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes |= {"USERNAME": f"{ufrag}:abcd", "PRIORITY": 1, "ICE-CONTROLLING": 1, "USE-CANDIDATE": None}
    message.add_message_integrity(password.encode())
    return bytes(message)


def kinds(sfu: Sfu, hub: Wire, viewer: Wire) -> list[Kind]:
    """Make all kinds, against a hub and a viewer that are there."""
    noise = random.Random(9)
    ours, theirs = (sfu._roster.named(wire.media).credentials for wire in (hub, viewer))

    def some(make: Callable[[], bytes]) -> tuple[bytes, ...]:
        return tuple(make() for _ in range(_VARIETY))

    def packet() -> bytes:
        header = rtp.HEADER.pack(0x80, OPUS, noise.randrange(1 << 16), 0, hub._audio_ssrc)
        return header + noise.randbytes(noise.choice((60, 1100)))

    def attributes() -> bytes:
        many = check(ours.ufrag, ours.pwd)[20:] + bytes.fromhex("80220000") * 100
        return b"\0\1" + len(many).to_bytes(2) + bytes.fromhex("2112a442") + noise.randbytes(12) + many

    return [
        Kind("random bytes", some(lambda: noise.randbytes(noise.randrange(1, 200)))),
        Kind("nothing at all", (b"",)),
        Kind("3,000 bytes", some(lambda: noise.randbytes(3_000))),
        Kind("STUN, cut off", some(lambda: check(ours.ufrag, "0" * 32)[: noise.randrange(1, 90)])),
        Kind("STUN, a hundred attributes", some(attributes)),
        Kind("STUN, a keepalive", some(lambda: bytes.fromhex("001100002112a442") + noise.randbytes(12))),
        Kind("STUN, nobody's username", some(lambda: check(*_guess()))),
        Kind("STUN, the hub's username, another password", some(lambda: check(ours.ufrag, _guess()[1]))),
        Kind("STUN, an answer to nothing", some(lambda: b"\1\1" + check(*_guess())[2:])),
        Kind("DTLS, from strangers", (_CLIENT_HELLO, _GOODBYE)),
        Kind("RTP, from strangers", some(packet)),
        Kind("STUN of the viewer, the hub's address", some(lambda: check(theirs.ufrag, theirs.pwd)), is_known=True),
        Kind("RTP, the hub's address, another key", some(packet), is_known=True),
        Kind("RTP, the hub's address, 1,600 bytes", some(lambda: b"\x80" + noise.randbytes(1_599)), is_known=True),
        Kind("DTLS, the hub's address, not encrypted", (_CLIENT_HELLO, _GOODBYE), is_known=True),
    ]


def _guess() -> tuple[str, str]:
    guessed = fresh_credentials()
    return guessed.ufrag, guessed.pwd


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    sent: int  # hostile datagrams
    counted: int  # of them, as strangers', forged or refused
    pictures: int  # the hub's, meanwhile
    lost: int  # of them, at the viewer
    events: int  # beside levels and health
    peers: int
    grown: int  # bytes of resident memory


async def attack(sfu: Sfu, count: int, resident: Callable[[], int]) -> Outcome:
    """Send `count` datagrams of all kinds in turn to a live briefing, as fast as they are read."""
    async with Diary.of(sfu) as diary, publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        events, before, counted = len(_changes(diary)), resident(), _counted(sfu)
        pictures = 0
        with ExitStack() as stack:
            send = _sender(stack, sfu, hub)
            mixed = _mixed(kinds(sfu, hub, viewer))
            for burst in range(-(-count // _BURST)):
                for kind, datagram in islice(mixed, _BURST):
                    send(kind, datagram)
                if burst % _SPACE == 0:
                    pictures += 1
                    hub.send(H264, DELTA + pictures.to_bytes(4), timestamp=3000 * pictures)
                    viewer.check(viewer.remote)  # that it is still there
                    del diary.events[:-1000], viewer.reports[:], viewer.rates[:], hub.reports[:]
                await asyncio.sleep(0)
        hub.send(H264, DELTA + b"the end", timestamp=3000 * (pictures + 1))
        await viewer.receives(DELTA + b"the end")
        return Outcome(
            sent=-(-count // _BURST) * _BURST,
            counted=_counted(sfu) - counted,
            pictures=pictures,
            lost=pictures + 2 - len(viewer.packets),
            events=len(_changes(diary)) - events,
            peers=sfu.counters.peers,
            grown=resident() - before,
        )


def _sender(stack: ExitStack, sfu: Sfu, hub: Wire) -> Callable[[Kind, bytes], None]:
    """Open the strangers' sockets."""
    strangers = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(PORTS)]
    turn = iter(range(1 << 62))
    for stranger in strangers:
        stranger.connect(("127.0.0.1", sfu.port))

    def send(kind: Kind, datagram: bytes) -> None:
        if kind.is_known:
            hub.send_raw(datagram)
        else:
            strangers[next(turn) % PORTS].send(datagram)

    return send


def _mixed(every: list[Kind]) -> Iterator[tuple[Kind, bytes]]:
    for number in range(1 << 62):
        for kind in every:
            yield kind, kind.datagrams[number % len(kind.datagrams)]


def _changes(diary: Diary) -> list[object]:
    return [event for event in diary.events if not isinstance(event, Health | Levels)]


def _counted(sfu: Sfu) -> int:
    seen = sfu.counters
    return seen.strangers + seen.forged + seen.refused
