"""A peer that is all wire: a UDP socket, one ICE check, DTLS, and packets written and read byte by byte."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol, cast

from aioice import stun

from server.core.ids import BriefingId, EndpointCode, MediaId
from server.media.plane import Answer
from server.media.sfu import rtcp, rtp
from server.media.sfu.dtls import Dtls, fingerprint_of, new_certificate
from server.media.sfu.ice import Credentials, fresh_credentials
from server.media.sfu.sfu import Sfu
from tests.media.peers import GIAO_BAN

OPUS, H264, VP8, RTX = 111, 106, 96, 97
KEY, DELTA = b"\x65", b"\x41"
"""First bytes of an H.264 keyframe and of another picture."""

VP8_KEY = b"\x10\x00"
"""First bytes of a VP8 keyframe."""

_LEVEL_ID, TIME_ID = 1, 3
_CERTIFICATE = new_certificate()


def offer(
    direction: str,
    credentials: Credentials,
    *,
    pairs: int = 1,
    content: bool = False,
    video: tuple[int, ...] = (H264, VP8),
    rtx: bool = False,
) -> str:
    """Write an offer with Opus and the given video codecs, as short as it can be; `content` is one more video.

    With `rtx` VP8 has a stream of retransmissions, and packets tell when they are sent.
    """
    mids = [str(number) for number in range(2 * pairs + content)]
    lines = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", f"a=group:BUNDLE {' '.join(mids)}"]
    for mid in mids:
        is_audio = int(mid) % 2 == 0 and int(mid) < 2 * pairs
        numbers = (OPUS,) if is_audio else video
        listed = (*numbers, RTX) if rtx and not is_audio else numbers
        lines += [
            f"m={'audio' if is_audio else 'video'} 9 UDP/TLS/RTP/SAVPF {' '.join(map(str, listed))}",
            f"a=mid:{mid}",
            f"a={direction}",
            "a=rtcp-mux",
            f"a=ice-ufrag:{credentials.ufrag}",
            f"a=ice-pwd:{credentials.pwd}",
            f"a=fingerprint:sha-256 {fingerprint_of(_CERTIFICATE)}",
            "a=setup:active",
        ]
        for number in numbers:
            lines += [f"a=rtpmap:{number} {_ENCODINGS[number]}"]
            if not is_audio:
                lines += [f"a=rtcp-fb:{number} {name}" for name in ("nack", "nack pli", "goog-remb")]
        if is_audio:
            lines += [f"a=extmap:{_LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level"]
        elif H264 in numbers:
            lines += [f"a=fmtp:{H264} packetization-mode=1;profile-level-id=42e01f"]
        if rtx and not is_audio:
            lines += [f"a=rtpmap:{RTX} rtx/90000", f"a=fmtp:{RTX} apt={VP8}"]
            lines += [f"a=extmap:{TIME_ID} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"]
    return "\r\n".join(lines) + "\r\n"


_ENCODINGS = {OPUS: "opus/48000/2", H264: "H264/90000", VP8: "VP8/90000"}


class Wire(asyncio.DatagramProtocol):
    """One peer. What it receives is kept, decrypted; what it sends is what the test says."""

    def __init__(self, media: MediaId, answer: str) -> None:
        self.media = media
        self.answer = answer
        self.packets: list[rtp.Packet] = []
        self.reports: list[rtcp.Report] = []
        self.rates: list[int] = []  # bit/s, of each REMB
        repeated = set(re.findall(r"a=ssrc-group:FID \d+ (\d+)", answer))
        self.ssrcs = [int(found) for found in re.findall(r"a=ssrc:(\d+) cname", answer) if found not in repeated]
        self.is_deaf = False  # lose the media that arrives
        self.missed = 0
        self.left = asyncio.Event()  # the server has said goodbye
        self.last = b""  # the media packet sent last, protected
        self.answers_checks = True
        self.asked = 0  # checks of the server's
        self.remote: Credentials  # ours, as the server sees them
        self._transport: asyncio.DatagramTransport
        self._changed = asyncio.Event()
        self._is_connected = False
        self._sequences = {OPUS: 100, H264: 65_500, VP8: 500}  # H.264 wraps early
        self._audio_ssrc, self._video_ssrc = secrets.randbelow(1 << 32), secrets.randbelow(1 << 32)
        self.dtls = Dtls(
            _CERTIFICATE,
            role="client",
            fingerprints=re.findall(r"a=fingerprint:sha-256 (\S+)", answer)[:1],
            transmit=self.send_raw,
            on_closed=self.left.set,
        )

    async def connect(self, remote: Credentials) -> None:
        """Prove the address, shake hands."""
        self.remote = remote
        port = int(re.findall(r"udp \d+ 127\.0\.0\.1 (\d+) typ host", self.answer)[0])
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, remote_addr=("127.0.0.1", port))
        self.check(remote)
        await self._until(lambda: self._answered)
        await self.dtls.handshake()
        self._is_connected = True

    def check(self, remote: Credentials, *, password: str | None = None, nominates: bool = True) -> bytes:
        """Send an ICE check, and return it."""
        ufrag = re.findall(r"a=ice-ufrag:(\S+)", self.answer)[0]
        ours = re.findall(r"a=ice-pwd:(\S+)", self.answer)[0]
        request = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.REQUEST,
            attributes={
                "USERNAME": f"{ufrag}:{remote.ufrag}",
                "PRIORITY": 1,
                "ICE-CONTROLLING": 1,
            }
            | ({"USE-CANDIDATE": None} if nominates else {}),
        )
        request.add_message_integrity((password or ours).encode())
        self._answered = False
        self.send_raw(bytes(request))
        return bytes(request)

    def send(
        self, payload_type: int, payload: bytes, *, timestamp: int, level: int = 30, skip: int = 0, marker: bool = True
    ) -> bytes:
        """Send one media packet, `skip` numbers after the last; return it unprotected."""
        sequence = (self._sequences[payload_type] + 1 + skip) & 0xFFFF
        self._sequences[payload_type] = sequence
        ssrc = self._audio_ssrc if payload_type == OPUS else self._video_ssrc
        extension = rtp.level_extension(_LEVEL_ID, level) if payload_type == OPUS else b""
        first = 0x90 if extension else 0x80
        packet = rtp.HEADER.pack(first, payload_type | 0x80 * marker, sequence, timestamp, ssrc) + extension + payload
        self.last = self.dtls.protect(packet)
        self.send_raw(self.last)
        return packet

    def send_plain(self, packet: bytes) -> None:
        """Send one media packet as the test wrote it."""
        self.send_raw(self.dtls.protect(packet))

    def send_rtcp(self, packet: bytes) -> None:
        """Send one compound packet."""
        self.send_raw(self.dtls.protect_rtcp(packet))

    def send_raw(self, datagram: bytes) -> None:
        """Send a datagram as it is."""
        self._transport.sendto(datagram)

    def of(self, ssrc: int) -> list[rtp.Packet]:
        """List what came of one stream."""
        return [packet for packet in self.packets if packet.ssrc == ssrc]

    @property
    def again(self) -> list[rtp.Packet]:
        """What came on streams of retransmissions."""
        return [packet for packet in self.packets if packet.payload_type == RTX]

    async def receives(self, payload: bytes, *, on: int = -1) -> rtp.Packet:
        """Wait for a packet with this payload, on any m-line or a given one."""

        def found() -> rtp.Packet | None:
            packets = self.packets if on < 0 else self.of(self.ssrcs[on])
            return next((packet for packet in packets if packet.payload == payload), None)

        await self._until(lambda: found() is not None)
        return cast("rtp.Packet", found())

    async def hears(self, condition: Callable[["Wire"], bool]) -> None:
        """Wait until something holds of what came."""
        await self._until(lambda: condition(self))

    def datagram_received(self, data: bytes, _: object) -> None:
        if data[:2] == b"\x00\x01":
            self.asked += 1
            if self.answers_checks:
                self._answer_check(data)
        elif data[0] < 4:
            self._answered = True
        elif data[0] < 64:
            self.dtls.receive(data)
        elif self._is_connected and rtcp.is_rtcp(data):
            plain = self.dtls.unprotect_rtcp(data)
            self.reports += rtcp.parse(plain)
            self.rates += _rates(plain)
        elif self._is_connected and self.is_deaf:
            self.missed += 1
        elif self._is_connected:
            self.packets.append(rtp.parse(self.dtls.unprotect(data)))
        self._changed.set()

    def _answer_check(self, data: bytes) -> None:
        """Answer a check of the server's, as every full agent does (RFC 8445, section 7.3)."""
        check = stun.parse_message(data)
        assert check.check_message_integrity(self.remote.pwd.encode())
        answer = stun.Message(check.message_method, stun.Class.RESPONSE, check.transaction_id)
        answer.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.1", 5000)
        answer.add_message_integrity(self.remote.pwd.encode())
        self.send_raw(bytes(answer))

    def vanish(self) -> None:
        """Be gone without a word."""
        self._transport.close()

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


def _rates(compound: bytes) -> list[int]:
    """Read the REMB in a compound packet (draft-alvestrand-rmcat-remb-03, section 2.2)."""
    found = compound.find(b"REMB")
    if found < 0:
        return []
    bits = int.from_bytes(compound[found + 5 : found + 8])
    return [(bits & 0x3FFFF) << (bits >> 18)]


class Entrance(Protocol):
    """Whoever takes offers: a media plane, or a server in front of one."""

    async def publish(self, briefing: BriefingId, source: EndpointCode, offer: str, *, content: bool = ...) -> Answer:
        """See `MediaPlane`."""

    async def subscribe(self, briefing: BriefingId, viewer: EndpointCode | None, offer: str) -> Answer:
        """See `MediaPlane`."""


@asynccontextmanager
async def publishing(
    plane: Entrance,
    source: EndpointCode,
    *,
    content: bool = False,
    video: tuple[int, ...] = (H264, VP8),
    rtx: bool = False,
    briefing: BriefingId = GIAO_BAN,
) -> AsyncIterator[Wire]:
    """Publish as a source: its camera and microphone, or what it presents."""
    ours = fresh_credentials()
    offered = offer("sendonly", ours, pairs=not content, content=content, video=video, rtx=rtx)
    answer = await plane.publish(briefing, source, offered, content=content)
    async with _connected(Wire(answer.media, answer.sdp), ours) as wire:
        yield wire


@asynccontextmanager
async def watching(
    plane: Entrance,
    code: EndpointCode | None,
    *,
    pairs: int = 1,
    content: bool = False,
    video: tuple[int, ...] = (H264, VP8),
    rtx: bool = False,
) -> AsyncIterator[Wire]:
    """Subscribe as a viewer."""
    ours = fresh_credentials()
    offered = offer("recvonly", ours, pairs=pairs, content=content, video=video, rtx=rtx)
    answer = await plane.subscribe(GIAO_BAN, code, offered)
    async with _connected(Wire(answer.media, answer.sdp), ours) as wire:
        while isinstance(plane, Sfu) and not plane._roster.named(wire.media).is_connected:  # noqa: ASYNC110 - it is silent
            await asyncio.sleep(0)
        yield wire


@asynccontextmanager
async def _connected(wire: Wire, ours: Credentials) -> AsyncIterator[Wire]:
    await wire.connect(ours)
    try:
        yield wire
    finally:
        await wire.dtls.close()
        wire.vanish()
