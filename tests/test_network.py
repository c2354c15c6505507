"""The networks that tests run in do what is said of them."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from tests.line import Shape
from tests.network import Host, Network, network

PORT = 7000


@pytest.fixture(scope="module")
def net() -> Iterator[Network]:
    with network() as made:
        yield made


@pytest.fixture(scope="module")
def server(net: Network) -> Host:
    return net.host("server")


def udp(host: Host, port: int = 0) -> socket.socket:
    """Open a socket on a host."""
    with host.inside():
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind((host.address, port))
    return made


def received(at: socket.socket, *, quiet: float = 0.1) -> list[tuple[float, str]]:
    """Take what comes until nothing does for `quiet` seconds: when, and from which address."""
    found = []
    at.settimeout(quiet)
    with suppress(TimeoutError):
        while True:
            source = at.recvfrom(2048)[1]
            found.append((time.monotonic(), f"{source[0]}:{source[1]}"))
    return found


def source_of_next(at: socket.socket) -> str:
    """Wait for a packet; return the address it came from."""
    at.settimeout(2)
    source = at.recvfrom(2048)[1]
    return f"{source[0]}:{source[1]}"


def test_a_host_reaches_another_unless_it_is_blocked_or_cut(net: Network, server: Host) -> None:
    site = net.host("plain")
    with closing(udp(server, PORT)) as at, closing(udp(site)) as out:
        own = f"{site.address}:{out.getsockname()[1]}"

        def send() -> None:
            out.sendto(b"x", (server.address, PORT))

        send()
        assert source_of_next(at) == own
        site.block(f"udp dport {PORT}")
        send()
        assert received(at) == []
        site.unblock()
        send()
        assert source_of_next(at) == own
        site.cut()
        send()
        assert received(at) == []
        site.mend()
        send()
        assert source_of_next(at) == own


def test_a_translation_that_is_rebound_shows_another_address_and_lets_nothing_in(net: Network, server: Host) -> None:
    site = net.host("translated", translated=True)
    with closing(udp(server, PORT)) as at, closing(udp(site)) as out:
        out.sendto(b"x", (server.address, PORT))
        before = source_of_next(at)
        assert before.startswith(site.outside)
        site.rebind()
        host, port = before.split(":")
        at.sendto(b"x", (host, int(port)))
        assert received(out) == []
        out.sendto(b"x", (server.address, PORT))
        after = source_of_next(at)
        assert after.startswith(site.outside)
        assert after != before


def test_a_host_that_joins_another_network_has_another_address(net: Network, server: Host) -> None:
    site = net.host("moving")
    first = site.address
    site.unplug()
    site.plug()
    with closing(udp(server, PORT)) as at, closing(udp(site)) as out:
        out.sendto(b"x", (server.address, PORT))
        source = source_of_next(at)
    assert source.startswith(site.address)
    assert site.address != first


def test_a_shaped_line_delays_loses_and_holds_back(net: Network, server: Host) -> None:
    site = net.host("shaped", shaped=True)
    with closing(udp(server, PORT)) as at, closing(udp(site)) as out:

        def send(packets: int) -> list[float]:
            began = time.monotonic()
            for _ in range(packets):
                out.sendto(bytes(972), (server.address, PORT))  # 1000 bytes with the headers
            return [when - began for when, _ in received(at, quiet=0.3)]

        assert len(send(80)) == 80  # what the socket holds when nobody reads
        site.shape(Shape(loss=0.2))
        assert 50 <= len(send(80)) <= 76
        site.shape(Shape(delay=0.15))
        assert min(send(10)) >= 0.15
        site.shape(Shape(rate=80_000, queue=0.5))
        arrivals = send(20)  # each takes 0.1 s
        assert len(arrivals) in (5, 6)
        assert 0.49 <= max(arrivals) < 0.7
