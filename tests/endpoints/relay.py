"""A stretch of network between a site and the forwarding unit that can lose packets and be cut."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

Address = tuple[str, int]


class Relay(asyncio.DatagramProtocol):
    """Forwards datagrams of one client to a server and back; `loses` says which of the client's are lost."""

    def __init__(self, server: Address) -> None:
        self.loses: Callable[[bytes], bool] = lambda _datagram: False
        self.cut = False
        self._server = server
        self._client: Address | None = None
        self._transport: asyncio.DatagramTransport

    @property
    def address(self) -> Address:
        """Where the client sends to."""
        host, port = self._transport.get_extra_info("sockname")
        return host, port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if self.cut:
            return
        if addr == self._server:
            self._transport.sendto(data, self._client)
            return
        self._client = addr
        if not self.loses(data):
            self._transport.sendto(data, self._server)

    def close(self) -> None:
        """Close the socket: who sends here is refused from now on."""
        self._transport.abort()


@asynccontextmanager
async def relay_to(server: Address) -> AsyncIterator[Relay]:
    """Open a relay on a free port."""
    loop = asyncio.get_running_loop()
    transport, relay = await loop.create_datagram_endpoint(lambda: Relay(server), local_addr=("127.0.0.1", 0))
    try:
        yield relay
    finally:
        transport.abort()
