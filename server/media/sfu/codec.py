"""The codecs that are forwarded."""

from enum import StrEnum


class Kind(StrEnum):
    """The two kinds of media."""

    AUDIO = "audio"
    VIDEO = "video"


class Codec(StrEnum):
    """What a site may send; the names are those of their RTP payload formats."""

    OPUS = "opus"  # RFC 7587
    H264 = "H264"  # RFC 6184, packetization-mode 1, baseline
    VP8 = "VP8"  # RFC 7741


CLOCK_RATE = {Kind.AUDIO: 48_000, Kind.VIDEO: 90_000}
"""RTP timestamp units per second."""
