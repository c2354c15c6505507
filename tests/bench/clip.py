"""The clips of the forwarding benchmarks: what a hub sends, as RTP packets whose bytes nobody decodes.

25 pictures a second, all of one size as encoders make them while nobody asks for a keyframe, although one a second is
marked as one, and 50 packets of Opus with their level.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from endpoints import rtp
from endpoints.sdp import H264, OPUS

PICTURES_PER_SECOND = 25
AUDIO_SSRC, VIDEO_SSRC = 0x0A0D10, 0x71DE0

_SOUND = 120  # bytes of an Opus packet
_FU_A, _IDR, _SLICE = 0x7C, 5, 1  # NAL unit types (RFC 6184, section 5.8; H.264, table 7-1)
_FIRST, _LAST = 0x80, 0x40  # start and end bits of a fragment
_LEVEL = rtp.level_extension(30, voice=True)
_STAMP = 8  # bytes at a packet's end


@dataclass(frozen=True, slots=True)
class Clip:
    """A kind of media."""

    parts: int  # packets of a picture
    size: int  # bytes of each

    @property
    def packets_per_picture(self) -> int:
        """How many packets 40 ms have, with their sound."""
        return self.parts + 2

    @property
    def packets_per_second(self) -> int:
        """How many packets a second has."""
        return self.packets_per_picture * PICTURES_PER_SECOND

    def packets(self, picture: int) -> Iterator[bytes]:
        """Yield the packets of 40 ms, by the number of its picture."""
        unit = _IDR if picture % PICTURES_PER_SECOND == 0 else _SLICE
        for part in range(self.parts):
            ends = _FIRST if part == 0 else _LAST if part == self.parts - 1 else 0
            yield rtp.write(
                bytes((_FU_A, unit | ends)) + bytes(self.size - 2),
                payload_type=H264,
                marker=part == self.parts - 1,
                sequence=picture * self.parts + part & 0xFFFF,
                timestamp=3_600 * picture & 0xFFFFFFFF,
                ssrc=VIDEO_SSRC,
            )
        for number in (2 * picture, 2 * picture + 1):
            yield rtp.write(
                bytes(_SOUND),
                payload_type=OPUS,
                marker=False,
                sequence=number & 0xFFFF,
                timestamp=960 * number & 0xFFFFFFFF,
                ssrc=AUDIO_SSRC,
                extension=_LEVEL,
            )


FULL = Clip(parts=10, size=1_100)
"""What a browser is allowed to send on air: 300 packets a second, 2.3 Mbit/s."""

STAGE = Clip(parts=5, size=1_130)
"""The stage that the goals speak of: 175 packets a second, 1.2 Mbit/s."""


def stamped(packet: bytes) -> bytes:
    """Write the present time over the end of a packet."""
    return packet[:-_STAMP] + time.time_ns().to_bytes(_STAMP)


def stamp_of(packet: bytes) -> int:
    """Read when a packet was stamped, in nanoseconds since 1970."""
    return int.from_bytes(packet[-_STAMP:])
