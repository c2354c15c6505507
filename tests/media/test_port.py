"""The UDP port: what leaves together arrives as the datagrams it was made of."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from server.media.sfu.port import Port


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        yield sock


@pytest.fixture
def port() -> Iterator[Port]:
    opened = Port("127.0.0.1", 0)
    yield opened
    opened._socket.close()


def test_datagrams_side_by_side_arrive_as_themselves_in_order(port: Port, receiver: socket.socket) -> None:
    run = [b"a" * 1200, b"b" * 1200, b"c" * 7]

    port.transmitter(memoryview(b"".join(run)), 1200)(receiver.getsockname())

    assert [receiver.recv(2048) for _ in run] == run
    assert port.unsent == 0


def test_what_the_kernel_does_not_take_together_is_sent_one_by_one(port: Port, receiver: socket.socket) -> None:
    run = [bytes((number,)) for number in range(200)]  # more than it parts in one call

    port.transmitter(memoryview(b"".join(run)), 1)(receiver.getsockname())

    assert [receiver.recv(2048) for _ in run] == run


@pytest.mark.parametrize("count", [1, 3])
def test_what_cannot_be_sent_is_counted(port: Port, count: int) -> None:
    port.transmitter(memoryview(bytes(10 * count)), 10)(("127.0.0.1", 0))

    assert port.unsent == count


async def test_work_waits_until_what_came_together_has_been_read() -> None:
    port = Port("127.0.0.1", 0)
    done: list[str] = []
    finished = asyncio.Event()

    def receive(datagram: bytes, _address: object) -> None:
        done.append(datagram.decode())
        port.after_reading(finish if datagram == b"second" else lambda: done.append("work of the first"))

    def finish() -> None:
        done.append("work of the second")
        finished.set()

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in (b"first", b"second"):
            sender.sendto(datagram, ("127.0.0.1", port.number))
        port.listen(receive)
        await asyncio.wait_for(finished.wait(), 5)
    port.close()

    assert done == ["first", "second", "work of the first", "work of the second"]


def test_outside_of_reading_work_is_done_at_once(port: Port) -> None:
    done: list[int] = []
    port.after_reading(lambda: done.append(1))
    assert done == [1]
