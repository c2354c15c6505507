"""A publisher driven by hand: packets in, with the time as an argument; what it forwards and sends back is kept."""

import struct
from dataclasses import dataclass, field

from server.core.ids import HUB, MediaId
from server.media.sfu import negotiation, offer, rtcp, rtp
from server.media.sfu.codec import Kind
from server.media.sfu.ice import Credentials
from server.media.sfu.publisher import Publisher
from server.media.sfu.track import Arrival, Track
from tests.media import wire
from tests.media.peers import GIAO_BAN
from tests.media.wire import VP8

RTX = 97
MID_ID, TIME_ID, RID_ID, REPAIRED_ID = 4, 3, 10, 11
REPAIRED = f"a=rtpmap:{RTX} rtx/90000\r\na=fmtp:{RTX} apt={VP8}\r\n"
NAMED = (
    f"a=extmap:{MID_ID} urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    f"a=extmap:{RID_ID} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
    f"a=extmap:{REPAIRED_ID} urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n"
)
TIMED = f"a=extmap:{TIME_ID} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n"
TWO_LAYERS = "a=rid:low send\r\na=rid:high send\r\na=simulcast:send low;high\r\n"


def extension(**elements: bytes) -> bytes:
    """Write a one-byte header extension of named elements (RFC 8285, section 4.2)."""
    numbers = {"mid": MID_ID, "time": TIME_ID, "rid": RID_ID, "repaired": REPAIRED_ID}
    body = b"".join(bytes([numbers[name] << 4 | len(value) - 1]) + value for name, value in elements.items())
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", 0xBEDE, len(body) // 4) + body


def packet(
    payload: bytes,
    *,
    ssrc: int,
    sequence: int,
    timestamp: int = 0,
    payload_type: int = VP8,
    elements: dict[str, bytes] | None = None,
) -> bytes:
    """Write one packet; `elements` are of its header extension."""
    first, more = (0x90, extension(**elements)) if elements else (0x80, b"")
    return rtp.HEADER.pack(first, payload_type, sequence & 0xFFFF, timestamp, ssrc) + more + payload


def key(height: int) -> bytes:
    """Write the beginning of a VP8 keyframe of a 16:9 picture (RFC 7741, section 4.2; RFC 6386, section 9.1)."""
    return b"\x10\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", height * 16 // 9, height)


DELTA = b"\x10\x01\x00\x00"
"""Another picture of VP8."""


@dataclass
class Source:
    """A publisher of the hub."""

    lines: str = REPAIRED + NAMED
    sent: list[bytes] = field(default_factory=list)  # RTCP, plain
    taken: list[tuple[Track, Arrival]] = field(default_factory=list)
    changes: int = 0  # of the pictures
    has_left: bool = False

    def __post_init__(self) -> None:
        ours = Credentials("remote00", "remote-password-of-24-ch")
        found = offer.parse(wire.offer("sendonly", ours).replace(f" {VP8}\r\n", f" {VP8} {RTX}\r\n") + self.lines)
        self.publisher = Publisher(
            GIAO_BAN,
            HUB,
            MediaId("media"),
            negotiation.inlets(found),
            send=self.sent.append,
            on_published=lambda _: None,
            on_pictures=self._count,
            on_left=self._leave,
            epoch=0.0,
            since=0.0,
        )

    def show(self) -> None:
        """Receive everything from now on."""
        for track in self.publisher.tracks:
            track.attach(self)

    def take(self, track: Track, arrival: Arrival) -> None:
        """Keep what is forwarded."""
        self.taken.append((track, arrival))

    @property
    def payloads(self) -> list[bytes]:
        """List the payloads that were forwarded."""
        return [arrival.payload for _, arrival in self.taken]

    @property
    def heights(self) -> list[int | None]:
        """List the heights of the pictures that arrive."""
        return [track.height for track in self.publisher.pictures]

    def reports(self) -> list[rtcp.Report]:
        """Read everything it was sent, and forget it."""
        found = [report for compound in self.sent for report in rtcp.parse(compound)]
        self.sent.clear()
        return found

    def video(self) -> list[Track]:
        """List its video tracks in the offer's order."""
        return [track for track in self.publisher.tracks if track.kind is Kind.VIDEO]

    def _count(self) -> None:
        self.changes += 1

    def _leave(self) -> None:
        self.has_left = True
