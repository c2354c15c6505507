"""The private names of aiortc that `dtls` relies on: if an upgrade moves one, this says which."""

import asyncio
import inspect
import tracemalloc

import pytest
from aiortc import RTCDtlsTransport

from server.media.sfu.dtls import Dtls, HandshakeFailed, fingerprint_of, new_certificate
from server.media.sfu.srtp import MAX_PACKET, SrtpError


@pytest.mark.parametrize("name", ["_set_role", "start", "stop", "state", "on", "remove_all_listeners"])
def test_aiortc_still_has(name: str) -> None:
    assert hasattr(RTCDtlsTransport, name)


@pytest.mark.parametrize(
    "name", ["_tx_srtp", "_rx_srtp", "_task", "_ssl", "self.transport._recv()", "self.transport._send("]
)
def test_aiortc_still_uses(name: str) -> None:
    assert name in inspect.getsource(RTCDtlsTransport)


def test_aiortc_still_makes_its_context_from_the_certificate() -> None:
    assert "local_certificate._create_ssl_context(" in inspect.getsource(RTCDtlsTransport)


class _Pair:
    """Two ends that hear each other."""

    def __init__(self, *, expected: str | None = None) -> None:
        """`expected` is the fingerprint that the server waits for; None: the client's."""
        ours, theirs = new_certificate(), new_certificate()
        self.goodbye = asyncio.Event()  # heard by the server
        self.server = Dtls(
            ours,
            role="server",
            fingerprints=[expected or fingerprint_of(theirs)],
            transmit=lambda data: self.client.receive(data),  # noqa: PLW0108 - the client is made next
            on_closed=self.goodbye.set,
        )
        self.client = Dtls(
            theirs,
            role="client",
            fingerprints=[fingerprint_of(ours)],
            transmit=self.server.receive,
            on_closed=lambda: None,
        )


async def test_two_ends_agree_on_keys_and_hear_the_goodbye() -> None:
    pair = _Pair()
    server, client = pair.server, pair.client
    await asyncio.gather(server.handshake(), client.handshake())
    packet = bytes.fromhex("806f0001000000000000000b") + b"sound"
    assert client.unprotect(server.protect(packet)) == packet
    assert server.unprotect(client.protect(packet)) == packet
    with pytest.raises(SrtpError):
        server.protect(packet + bytes(MAX_PACKET))
    report = bytes.fromhex("80c900010000000b")
    assert server.unprotect_rtcp(client.protect_rtcp(report)) == report
    await client.close()
    async with asyncio.timeout(5):
        await pair.goodbye.wait()
    await server.close()


async def test_a_certificate_that_was_not_announced_is_refused() -> None:
    pair = _Pair(expected=fingerprint_of(new_certificate()))
    server, client = pair.server, pair.client
    with pytest.raises(HandshakeFailed):
        await asyncio.gather(server.handshake(), client.handshake())
    await asyncio.gather(server.close(), client.close())


async def test_closing_ends_a_handshake_under_way() -> None:
    pair = _Pair()
    server, client = pair.server, pair.client
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(_failing(server))
        await asyncio.sleep(0)
        await server.close()
    assert waiting.done()
    await client.close()


async def _failing(end: Dtls) -> None:
    with pytest.raises(HandshakeFailed):
        await end.handshake()


async def test_a_flood_of_records_is_bounded() -> None:
    pair = _Pair()
    server, client = pair.server, pair.client
    tracemalloc.start()
    for _ in range(1_000):
        server.receive(b"\x16" + bytes(1_000))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 200_000  # bytes, of the million that came
    await server.close()
    await client.close()
