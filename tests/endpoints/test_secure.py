import asyncio
from collections.abc import Callable

import pytest
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport

from endpoints import rtp
from endpoints.secure import Certificate, Forged, HandshakeFailed, Secure

PACKET = rtp.write(b"sound", payload_type=111, marker=False, sequence=1, timestamp=2, ssrc=3)


class Pair:
    """Two ends of a DTLS connection, wired to each other."""

    def __init__(self) -> None:
        self.client_left, self.server_left = asyncio.Event(), asyncio.Event()
        self.client_certificate, self.server_certificate = Certificate(), Certificate()
        self.client = Secure(self.client_certificate, self._to("server"), self.client_left.set)
        self.server = Secure(self.server_certificate, self._to("client"), self.server_left.set)

    def _to(self, end: str) -> Callable[[bytes], None]:
        return lambda datagram: getattr(self, end).feed(datagram)

    async def shake(self, fingerprint: str | None = None) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._as_client(fingerprint or self.server_certificate.fingerprint))
            group.create_task(self._as_server(self.client_certificate.fingerprint))

    async def _as_client(self, fingerprint: str) -> None:
        await self.client.handshake(client=True, fingerprints=(("sha-256", fingerprint),))

    async def _as_server(self, fingerprint: str) -> None:
        await self.server.handshake(client=False, fingerprints=(("sha-256", fingerprint),))

    async def stop(self) -> None:
        await self.client.stop()
        await self.server.stop()


def test_the_private_names_we_rely_on_are_still_there() -> None:
    transport = RTCDtlsTransport(None, [RTCCertificate.generateCertificate()])  # type: ignore[arg-type]

    missing = {
        name
        for name in ("_set_role", "_rx_srtp", "_tx_srtp", "_task", "start", "stop", "state", "on")
        if not hasattr(transport, name)
    }

    assert missing == set(), "aiortc has changed: endpoints/secure.py needs a new look"


async def test_media_passes_once_hands_are_shaken() -> None:
    pair = Pair()
    await pair.shake()

    protected = pair.client.protect(PACKET)

    assert protected != PACKET
    assert pair.server.unprotect(protected) == PACKET
    await pair.stop()


async def test_forged_and_repeated_packets_are_refused() -> None:
    pair = Pair()
    await pair.shake()
    protected = pair.client.protect(PACKET)
    pair.server.unprotect(protected)

    with pytest.raises(Forged):
        pair.server.unprotect(protected)
    with pytest.raises(Forged):
        pair.server.unprotect_rtcp(b"\x80\xc8" + bytes(40))
    await pair.stop()


async def test_a_packet_before_the_keys_is_refused() -> None:
    pair = Pair()

    with pytest.raises(Forged):
        pair.client.unprotect(PACKET)


async def test_a_server_with_another_certificate_is_refused() -> None:
    pair = Pair()

    with pytest.raises(ExceptionGroup) as refused:
        await pair.shake(fingerprint=Certificate().fingerprint)

    assert refused.group_contains(HandshakeFailed)
    await pair.stop()


async def test_the_other_side_hears_a_goodbye() -> None:
    pair = Pair()
    await pair.shake()

    await pair.server.stop()
    await asyncio.wait_for(pair.client_left.wait(), 5)

    await pair.client.stop()
