"""The UDP sockets of all sites, behind one reader of the event loop.

A hundred sockets of a loop each cost a wake-up per packet. Here they share one epoll, which itself is what the loop
watches: a burst from the server to every site is one wake-up and one `recv` for each packet.
"""

import asyncio
import select
import socket
from collections.abc import Callable
from typing import Self

BUFFER = 1 << 19  # bytes the kernel may hold for a socket, each way
LARGEST = 2048  # bytes of a datagram; WebRTC stays under 1500
ROUNDS = 8  # before the loop gets its turn again

Address = tuple[str, int]
Handler = Callable[[bytes], None]


class Path:
    """One socket. It is given to one server address once that has answered."""

    def __init__(self, sock: socket.socket, on_datagram: Handler, on_refused: Callable[[], None]) -> None:
        self.sock = sock
        self.on_datagram = on_datagram
        self.on_refused = on_refused

    def connect(self, address: Address) -> None:
        """Talk to this address only; datagrams from elsewhere are dropped by the kernel."""
        self.sock.connect(address)

    def send(self, datagram: bytes) -> None:
        """Send to the connected address. What the kernel cannot take is lost, as on any network."""
        try:
            self.sock.send(datagram)
        except ConnectionRefusedError:
            self.on_refused()
        except OSError:
            pass

    def send_to(self, datagram: bytes, address: Address) -> None:
        """Send to an address before one has been chosen."""
        try:
            self.sock.sendto(datagram, address)
        except OSError:
            self.on_refused()


class Wire:
    """All sockets of the process. An async context: its reader leaves the loop with it."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._paths: dict[int, Path] = {}

    async def __aenter__(self) -> Self:
        asyncio.get_running_loop().add_reader(self._epoll.fileno(), self._read)
        return self

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._epoll.fileno())
        for path in list(self._paths.values()):
            self.close(path)
        self._epoll.close()

    def open(self, family: int, on_datagram: Handler, on_refused: Callable[[], None]) -> Path:
        """Open a socket on a free port. `on_refused` hears that nobody listens at the other end."""
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        path = Path(sock, on_datagram, on_refused)
        self._paths[sock.fileno()] = path
        self._epoll.register(sock.fileno(), select.EPOLLIN)
        return path

    def close(self, path: Path) -> None:
        """Close a socket; closing it twice is once."""
        if self._paths.pop(path.sock.fileno(), None):
            self._epoll.unregister(path.sock.fileno())
            path.sock.close()

    def _read(self) -> None:
        for _ in range(ROUNDS):
            ready = self._epoll.poll(0)
            if not ready:
                return
            for number, _event in ready:
                if path := self._paths.get(number):
                    _read_one(path)


def _read_one(path: Path) -> None:
    try:
        datagram = path.sock.recv(LARGEST)
    except BlockingIOError:
        return
    except OSError:
        path.on_refused()
        return
    path.on_datagram(datagram)
