"""Packets sent again on a stream of their own (RFC 4588): numbers of their own, and the first time's inside."""

import secrets
from collections.abc import Mapping

from server.media.sfu.rtp import HEADER, send_time

_TIMED = 0x10  # a header extension is there; ours begins with the time where one was negotiated


class Retransmission:
    """The retransmission stream of one stream to one receiver."""

    def __init__(self, ssrc: int, payload_types: Mapping[int, int], *, is_timed: bool) -> None:
        """`payload_types` are of first packets, and of packets sent again; `is_timed`: they carry abs-send-time."""
        self._ssrc = ssrc
        self._payload_types = payload_types
        self._is_timed = is_timed
        self._sequence = secrets.randbelow(0x4000)

    def wrap(self, packet: bytes, now: float) -> bytes:
        """Make of a packet that was sent one that says the same under other numbers (RFC 4588, section 4).

        A packet of a payload type without retransmissions of its own is sent again as it was.
        """
        sequence: int
        first, second, sequence, timestamp, _ = HEADER.unpack_from(packet)
        payload_type = self._payload_types.get(second & 0x7F)
        if payload_type is None:
            return packet
        self._sequence += 1
        header = HEADER.pack(first, payload_type | second & 0x80, self._sequence & 0xFFFF, timestamp, self._ssrc)
        start = HEADER.size
        if first & _TIMED:
            start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4])
        extension = packet[HEADER.size : start]
        if self._is_timed:
            extension = extension[:5] + send_time(now).to_bytes(3) + extension[8:]
        return header + extension + sequence.to_bytes(2) + packet[start:]
