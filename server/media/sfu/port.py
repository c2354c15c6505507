"""The one UDP port: a raw socket, read in batches when the loop says it is readable."""

import asyncio
import socket
from collections.abc import Callable

from server.media.sfu.ice import Address

_BATCH = 64  # datagrams read per wake, so that timers and handshakes get their turn
_BUFFER = 4 * 1024 * 1024  # bytes; the kernel caps it at its own limit
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
        self.sendto: Callable[[bytes, Address], object] = self._socket.sendto
        self.unsent = 0

    def listen(self, receive: Callable[[bytes, Address], None]) -> None:
        """Hand every datagram to `receive`, which must neither block nor raise."""
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._readable, receive)

    def send(self, datagram: bytes, address: Address) -> None:
        """Send one datagram, or drop and count it."""
        try:
            self.sendto(datagram, address)
        except OSError:
            self.unsent += 1

    def close(self) -> None:
        """Stop reading and free the port."""
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    def _readable(self, receive: Callable[[bytes, Address], None]) -> None:
        recvfrom = self._socket.recvfrom
        for _ in range(_BATCH):
            try:
                datagram, address = recvfrom(_LARGEST)
            except OSError:  # nothing left, or an ICMP error of an earlier send
                return
            receive(datagram, address)
