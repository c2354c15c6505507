"""SRTP (RFC 3711) by pylibsrtp: one packet at a time, or many side by side where the kernel takes them from.

Every private name of pylibsrtp that we rely on is in this file. Its functions share memory that is made once, so they
belong to the thread of the packet loop alone.
"""

from array import array
from collections.abc import Callable, Sequence
from itertools import repeat

import pylibsrtp
from pylibsrtp._binding import ffi, lib

from server.media.sfu.runs import LONGEST

SrtpError = pylibsrtp.Error
"""What protecting and unprotecting raise: wrong key, replayed, malformed."""

MAX_DATAGRAM = 1500
"""What the SRTP sessions take in, in bytes."""

MAX_PACKET = 1456
"""What they send, in bytes before protection: with IPv4, UDP and the tag of AES-GCM it still fits an Ethernet frame."""

_TAG = {b"SRTP_AEAD_AES_256_GCM": 16, b"SRTP_AEAD_AES_128_GCM": 16, b"SRTP_AES128_CM_SHA1_80": 10}
"""Bytes that protection adds, by profile (RFC 7714, section 12; RFC 5764, section 4.1.2)."""

_TRAILER = 144  # bytes that the library may write behind a packet: SRTP_MAX_TRAILER_LEN

_memory = ffi.new("unsigned char[]", LONGEST * (MAX_PACKET + max(_TAG.values())) + _TRAILER)
_view = memoryview(ffi.buffer(_memory)).cast("B")
_sizes = ffi.new("int[]", LONGEST)
_each_size = [_sizes + position for position in range(LONGEST)]


class Context:
    """The cryptographic context of one receiver (RFC 3711, section 3.2), with which packets to it are protected."""

    __slots__ = ("_session", "handle", "overhead")

    def __init__(self, session: pylibsrtp.Session, profile: bytes) -> None:
        """`profile` is the name of what was negotiated (RFC 5764, section 4.1.2). Raises KeyError for another one."""
        self._session = session  # whose end is the handle's
        self.handle = session._srtp[0]  # noqa: SLF001
        self.overhead = _TAG[profile]

    def protect(self, packet: bytes) -> bytes:
        """Protect one packet. Raises SrtpError."""
        protect, protected = side_by_side((packet,), self.overhead)
        if protect(self):
            raise SrtpError("packet can't be protected")
        return protected.tobytes()


def side_by_side(run: Sequence[bytes], overhead: int) -> tuple[Callable[[Context], bool], memoryview]:
    """Lay a run out so that its packets, once protected, follow each other without a gap.

    `run` is one of `runs`: packets of one length, of which the last may be shorter; `overhead` is that of the contexts.
    Returns what protects the run for a context, and the memory in which it then stands, until this is called again.
    The former returns whether it failed. Raises SrtpError for packets that are too long.
    """
    if len(run[0]) > MAX_PACKET or len(run) > LONGEST:  # beyond it the library would write past the memory's end
        raise SrtpError("packet is too long")
    plain, sizes = bytes(overhead).join(run), array("i", map(len, run)).tobytes()
    starts = [_memory + at for at in range(0, len(plain), len(run[0]) + overhead)]
    length, protect, copy, memory, each_size = len(plain), lib.srtp_protect, ffi.memmove, _memory, _each_size

    def protected(context: Context) -> bool:
        copy(memory, plain, length)
        copy(_sizes, sizes, len(sizes))
        return any(map(protect, repeat(context.handle), starts, each_size))

    return protected, _view[: length + overhead]
