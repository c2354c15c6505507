"""The one UDP port: a raw socket, read in batches when the loop says it is readable."""

import asyncio
import socket
import struct
from collections.abc import Callable
from functools import cache, partial

from server.media.sfu.ice import Address

_BATCH = 64  # datagrams read per wake, so that timers and handshakes get their turn
_BUFFER = 4 * 1024 * 1024  # bytes; the kernel caps it at its own limit
_UDP_SEGMENT = 103  # linux/udp.h; the socket module has no name for it
_LARGEST = 2048  # bytes read; longer datagrams are cut, and then refused by whoever checks them


class Port:
    """A non-blocking UDP socket; what the kernel does not take at once is dropped and counted."""

    def __init__(self, host: str, port: int) -> None:
        """Bind the port. Raises OSError."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        if family is socket.AF_INET6:
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        try:
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        self.number: int = self._socket.getsockname()[1]
        self.unsent = 0
        self._sendto = self._socket.sendto
        self._is_reading = False
        self._after: list[Callable[[], None]] = []

    def listen(self, receive: Callable[[bytes, Address], None]) -> None:
        """Hand every datagram to `receive`, which must neither block nor raise."""
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._readable, receive)

    def send(self, datagram: bytes | memoryview, address: Address) -> None:
        """Send one datagram, or drop and count it."""
        try:
            self._sendto(datagram, address)
        except OSError:
            self.unsent += 1

    def transmitter(self, datagrams: memoryview, size: int) -> Callable[[Address], bool]:
        """Return what sends all datagrams that stand side by side in some memory to one address.

        Each has `size` bytes, the last maybe fewer. Several leave in one call (udp(7), UDP_SEGMENT): the kernel parts
        them as late as it can, so that eight cost little more than one. It returns False while the socket is full, and
        nothing has been sent; what can't be sent at all is dropped and counted.
        """
        if len(datagrams) <= size:
            return partial(self._transmit_one, datagrams)
        sendmsg, buffers, segments = self._socket.sendmsg, [datagrams], _segments_of(size)

        def transmit(address: Address) -> bool:
            try:
                sendmsg(buffers, segments, 0, address)
            except BlockingIOError:
                return False
            except OSError:  # this route does not take them together: its MTU is smaller, or its device can't
                for start in range(0, len(datagrams), size):
                    self.send(datagrams[start : start + size], address)
            return True

        return transmit

    def when_writable(self, work: Callable[[], None]) -> None:
        """Do something once, as soon as the socket takes datagrams again."""
        asyncio.get_running_loop().add_writer(self._socket.fileno(), self._writable, work)

    def after_reading(self, work: Callable[[], None]) -> None:
        """Do something when what has arrived together has been read, before anything else gets its turn.

        Outside of reading it is done at once.
        """
        if self._is_reading:
            self._after.append(work)
        else:
            work()

    def together(self, read: Callable[[], None]) -> None:
        """Read packets that come by another way than this port; what they cause to be sent leaves together too."""
        self._is_reading = True
        read()
        self._end_reading()

    def close(self) -> None:
        """Stop reading and free the port."""
        loop, number = asyncio.get_running_loop(), self._socket.fileno()
        loop.remove_reader(number)
        loop.remove_writer(number)
        self._socket.close()

    def _transmit_one(self, datagram: memoryview, address: Address) -> bool:
        try:
            self._sendto(datagram, address)
        except BlockingIOError:
            return False
        except OSError:
            self.unsent += 1
        return True

    def _writable(self, work: Callable[[], None]) -> None:
        asyncio.get_running_loop().remove_writer(self._socket.fileno())
        work()

    def _readable(self, receive: Callable[[bytes, Address], None]) -> None:
        self._is_reading = True
        try:
            self._read(receive)
        finally:
            self._end_reading()

    def _end_reading(self) -> None:
        self._is_reading = False
        after, self._after = self._after, []
        for work in after:
            work()

    def _read(self, receive: Callable[[bytes, Address], None]) -> None:
        recvfrom = self._socket.recvfrom
        for _ in range(_BATCH):
            try:
                datagram, address = recvfrom(_LARGEST)
            except OSError:  # nothing left, or an ICMP error of an earlier send
                return
            receive(datagram, address)


@cache
def _segments_of(size: int) -> list[tuple[int, int, bytes]]:
    """Write the control message that tells the kernel where to cut."""
    return [(socket.SOL_UDP, _UDP_SEGMENT, struct.pack("=H", size))]
