"""The receivers of a benchmark: a few witnesses who decrypt and look at the time, and many whose packets are counted.

Python cannot decrypt what a thousand people receive, and a receiver that does not keep up flatters the sender. All
have sockets, keys and consent of their own, and every datagram is received; from the crowd's only the first two bytes
are looked at. What is read comes up to 32 datagrams at a time (recvmmsg(2)).
"""

import ctypes
import socket
from collections.abc import Callable

from endpoints.wire import Path, Wire

_SO_TIMESTAMPNS = 35  # asm-generic/socket.h; the socket module has no name for it
_TIMES = socket.CMSG_SPACE(16)
_MOST, _STRIDE = 32, 2048  # datagrams read at a time, and bytes for each
_RTCP = bytes(range(192, 224))  # packet types (RFC 5761, section 4)
_FIRST_OF_RTP = 128


class _Vector(ctypes.Structure):
    """struct iovec."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Header(ctypes.Structure):
    """struct msghdr."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("vectors", ctypes.POINTER(_Vector)),
        ("vectors_length", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Message(ctypes.Structure):
    """struct mmsghdr."""

    _fields_ = (("header", _Header), ("length", ctypes.c_uint))


class Crowd(Wire):
    """A `Wire` whose paths are read quickly once they are `counted`."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = 0  # nanoseconds since 1970: when the kernel received the datagram being handed on
        self.packets: dict[int, int] = {}  # RTP packets by socket, of those that are counted
        self._memory = bytearray(_MOST * _STRIDE)
        whole = (ctypes.c_char * len(self._memory)).from_buffer(self._memory)
        start = ctypes.addressof(whole)
        self._vectors = [_Vector(start + number * _STRIDE, _STRIDE) for number in range(_MOST)]
        self._messages = (_Message * _MOST)()
        for message, vector in zip(self._messages, self._vectors, strict=True):
            message.header.vectors, message.header.vectors_length = ctypes.pointer(vector), 1
        self._receive = ctypes.CDLL(None, use_errno=True).recvmmsg

    def open(self, family: int, on_datagram: Callable[[bytes], None], on_refused: Callable[[], None]) -> Path:
        """Open a socket whose datagrams come with the time of their arrival."""
        path = super().open(family, on_datagram, on_refused)
        path.sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        return path

    def count(self, path: Path) -> None:
        """Only count what this path receives from now on."""
        path.sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 0)
        self.packets[path.sock.fileno()] = 0

    def _read(self) -> None:
        for number, _event in self._epoll.poll(0):
            path = self._paths.get(number)
            if path is not None and number in self.packets:
                self._count(number, path)
            elif path is not None:
                self._witness(path)

    def _count(self, number: int, path: Path) -> None:
        found = self._receive(number, self._messages, _MOST, socket.MSG_DONTWAIT, None)
        if found <= 0:
            return
        end = found * _STRIDE
        firsts, seconds = self._memory[0:end:_STRIDE], self._memory[1:end:_STRIDE]
        if min(firsts) >= _FIRST_OF_RTP and len(seconds.translate(None, _RTCP)) == found:
            self.packets[number] += found
        else:
            self._sort(number, path, found)

    def _sort(self, number: int, path: Path, found: int) -> None:
        """Count what is RTP and hand on what is not: answers to the checks of consent, reports, goodbyes."""
        for position in range(found):
            at = position * _STRIDE
            if self._memory[at] >= _FIRST_OF_RTP and self._memory[at + 1] not in _RTCP:
                self.packets[number] += 1
            else:
                path.on_datagram(bytes(self._memory[at : at + self._messages[position].length]))

    def _witness(self, path: Path) -> None:
        try:
            datagram, notes, _flags, _address = path.sock.recvmsg(_STRIDE, _TIMES)
        except BlockingIOError:
            return
        except OSError:
            path.on_refused()
            return
        if notes:
            seconds, nanoseconds = memoryview(notes[0][2]).cast("q")
            self.arrived = seconds * 1_000_000_000 + nanoseconds
        path.on_datagram(datagram)
