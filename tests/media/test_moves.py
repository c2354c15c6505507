"""Where a peer may have its media sent: a source address can be forged, the answer to a check of ours can't."""

import asyncio
import re
import socket
from collections.abc import Callable
from contextlib import closing, suppress

from server.core.ids import HUB
from server.media.sfu import ice
from server.media.sfu.ice import fresh_credentials
from server.media.sfu.sfu import Sfu
from tests.media.hostile import check as short_check
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI
from tests.media.wire import DELTA, H264, KEY, Wire, offer, publishing, watching


class Bystander(asyncio.DatagramProtocol):
    """An address that asked for nothing; it keeps what it gets."""

    def __init__(self) -> None:
        self.came: list[bytes] = []
        self._changed = asyncio.Event()

    async def gets(self, condition: Callable[[list[bytes]], bool]) -> None:
        """Wait until something holds of what came."""
        async with asyncio.timeout(5):
            while not condition(self.came):
                self._changed.clear()
                await self._changed.wait()

    def datagram_received(self, data: bytes, _: object) -> None:
        self.came.append(data)
        self._changed.set()


async def _elsewhere(sfu: Sfu, wire: Wire) -> None:
    """Have a peer send from another port."""
    loop = asyncio.get_running_loop()
    wire._transport, _ = await loop.create_datagram_endpoint(lambda: wire, remote_addr=("127.0.0.1", sfu.port))


async def test_media_follows_a_peer_that_answers_from_where_it_went(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        old = viewer._transport
        await _elsewhere(sfu, viewer)
        old.close()
        viewer.check(viewer.remote)
        await viewer.hears(lambda wire: wire._answered)
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        assert (viewer.asked, len(sfu._demux._moves)) == (1, 0)


async def test_no_media_goes_where_nobody_answers_a_check(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        real = viewer._transport
        loop = asyncio.get_running_loop()
        victim, bystander = await loop.create_datagram_endpoint(Bystander, remote_addr=("127.0.0.1", sfu.port))
        viewer._transport = victim  # what the viewer sends seems to come from there
        check = viewer.check(viewer.remote)
        viewer._transport = real
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        hub.send(H264, DELTA, timestamp=3000)
        await viewer.receives(DELTA)
        assert [ice.parse(data).kind for data in bystander.came] == [ice.Class.REQUEST, ice.Class.SUCCESS]
        assert max(map(len, bystander.came)) <= len(check)
        victim.close()


async def test_an_answer_from_another_address_or_with_another_password_moves_nobody(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        real = viewer._transport
        loop = asyncio.get_running_loop()
        victim, bystander = await loop.create_datagram_endpoint(Bystander, remote_addr=("127.0.0.1", sfu.port))
        viewer._transport = victim
        viewer.check(viewer.remote)
        await bystander.gets(lambda came: len(came) == 2)  # a check and an answer
        viewer._transport = real
        viewer._answer_check(bystander.came[0])  # from where it is, not from where it is said to be
        transaction = ice.parse(bystander.came[0]).transaction
        forged = ice.response(ice.Binding(ice.Class.REQUEST, transaction, "", False, b"", 0), fresh_credentials(),
                              ("192.0.2.1", 1))  # fmt: skip
        victim.sendto(forged)
        hub.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        assert (sfu.counters.forged, len(bystander.came)) == (2, 2)
        victim.close()


async def test_a_handshake_sends_no_more_than_three_times_what_came(sfu: Sfu) -> None:
    answer = await sfu.subscribe(GIAO_BAN, HA_NOI, offer("recvonly", fresh_credentials()))
    wire = Wire(answer.media, answer.sdp)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as raw:
        raw.connect(("127.0.0.1", sfu.port))
        raw.setblocking(False)
        sent: list[bytes] = []

        def send(datagram: bytes) -> None:
            sent.append(datagram)
            raw.send(datagram)

        wire.remote = fresh_credentials()
        wire.send_raw = send  # type: ignore[method-assign] # a peer that never reads what it gets
        wire.dtls._path._transmit = send
        wire.check(wire.remote)
        with suppress(TimeoutError):
            async with asyncio.timeout(2.5):  # in which both sides send again what was not answered
                await wire.dtls.handshake()
        await wire.dtls.close()
        got = []
        while True:
            try:
                got.append(raw.recv(2048))
            except BlockingIOError:
                break
    flights = [data for data in got if data[0] > 3]
    assert flights
    assert sum(map(len, flights)) <= 3 * sum(map(len, sent))


async def test_who_listens_late_gets_a_second_client_hello_and_not_much_more(sfu: Sfu) -> None:
    """FFmpeg's muxer: one check, and ears only for what is said again (ADR 0022)."""
    passive = offer("sendonly", fresh_credentials()).replace("a=setup:active", "a=setup:passive")
    answer = await sfu.publish(GIAO_BAN, HA_NOI, passive)
    raw, late = await asyncio.get_running_loop().create_datagram_endpoint(
        Bystander, remote_addr=("127.0.0.1", sfu.port)
    )
    ufrag, password = (re.findall(rf"a=ice-{name}:(\S+)", answer.sdp)[0] for name in ("ufrag", "pwd"))
    check = short_check(ufrag, password)
    with closing(raw):
        raw.sendto(check)
        await late.gets(lambda came: any(map(_is_client_hello, came)))
        missed = len(late.came)
        await late.gets(lambda came: any(map(_is_client_hello, came[missed:])))

    hellos = [data for data in late.came if _is_client_hello(data)]
    assert 3 * len(check) < sum(map(len, hellos)) <= 3 * len(check) + 1_024


def _is_client_hello(data: bytes) -> bool:
    """Whether a datagram begins with one (RFC 6347, section 4.3.2): a handshake record, and its first message."""
    return (data[0], data[13]) == (22, 1)


async def test_a_keepalive_is_nobodys_forgery(sfu: Sfu) -> None:
    keepalive = bytes.fromhex("001100002112a442") + bytes(12)
    async with watching(sfu, CA_MAU) as viewer:
        viewer.send_raw(keepalive)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(keepalive, ("127.0.0.1", sfu.port))
            await viewer.hears(lambda _: True)
        viewer.check(viewer.remote)
        await viewer.hears(lambda wire: wire._answered)
        assert (sfu.counters.forged, sfu.counters.strangers) == (0, 1)
