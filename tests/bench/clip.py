"""The clip of the forwarding benchmark: what a hub sends, as RTP packets whose bytes nobody decodes.

25 pictures a second of ten packets of 1,100 bytes, one keyframe a second, and 50 packets of Opus with their level:
300 packets and 2.3 Mbit/s.
"""

from collections.abc import Iterator

from endpoints import rtp
from endpoints.sdp import H264, OPUS

PICTURES_PER_SECOND = 25
AUDIO_SSRC, VIDEO_SSRC = 0x0A0D10, 0x71DE0

_PARTS, _SIZE, _SOUND = 10, 1_100, 120  # packets of a picture, bytes of each, bytes of an Opus packet
PACKETS_PER_PICTURE = _PARTS + 2  # with the sound of its 40 ms
_FU_A, _IDR, _SLICE = 0x7C, 5, 1  # NAL unit types (RFC 6184, section 5.8; H.264, table 7-1)
_FIRST, _LAST = 0x80, 0x40  # start and end bits of a fragment
_LEVEL = rtp.level_extension(30, voice=True)


def packets(picture: int) -> Iterator[bytes]:
    """Yield the packets of 40 ms, by the number of its picture."""
    unit = _IDR if picture % PICTURES_PER_SECOND == 0 else _SLICE
    for part in range(_PARTS):
        ends = _FIRST if part == 0 else _LAST if part == _PARTS - 1 else 0
        yield rtp.write(
            bytes((_FU_A, unit | ends)) + bytes(_SIZE - 2),
            payload_type=H264,
            marker=part == _PARTS - 1,
            sequence=picture * _PARTS + part & 0xFFFF,
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
