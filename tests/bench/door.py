"""A client's socket, opened early and polite to full ICE agents.

Our server is ICE-lite: it needs no candidate of a client and never checks one. Janus wants both, even as ICE-lite: it
must be told where a client will call from, and its checks must be answered (RFC 8445, section 7.3).
"""

import socket
import struct
from collections.abc import Callable

from aioice import stun

from endpoints.wire import Handler, Path, Wire


class Door:
    """A `Wire` of one path, for one peer connection."""

    def __init__(self, wire: Wire) -> None:
        self.password = ""  # ours: what proves a check to be meant for us
        self._wire = wire
        self.path = wire.open(socket.AF_INET, lambda _: None, lambda: None)
        self.path.sock.bind(("0.0.0.0", 0))  # noqa: S104 - as any client's socket

    @property
    def candidate(self) -> str:
        """Where it calls from, as a line of SDP."""
        port = self.path.sock.getsockname()[1]
        return f"a=candidate:1 1 udp 2130706431 {own_address()} {port} typ host"

    def open(self, _family: int, on_datagram: Handler, on_refused: Callable[[], None]) -> Path:
        """Hand the path over; checks are answered here."""

        def receive(datagram: bytes) -> None:
            if datagram.startswith(b"\0\1"):  # a binding request (RFC 8489, section 5)
                self._answer(datagram)
            else:
                on_datagram(datagram)

        self.path.on_datagram, self.path.on_refused = receive, on_refused
        return self.path

    def close(self, path: Path) -> None:
        """Close the path."""
        self._wire.close(path)

    def _answer(self, datagram: bytes) -> None:
        try:
            request, asker = stun.parse_message(datagram), self.path.sock.getpeername()
        except (ValueError, struct.error, OSError):  # malformed, or it asks before we know it; it asks again
            return
        response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=request.transaction_id)
        response.attributes["XOR-MAPPED-ADDRESS"] = asker
        response.add_message_integrity(self.password.encode())
        self.path.send(bytes(response))


def own_address() -> str:
    """Find the address this machine has on its network: Janus does not use loopback. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("198.51.100.1", 9))  # an address for documentation (RFC 5737)
        return str(probe.getsockname()[0])
