"""Fan-out: every receiver gets the very packets, protected with its own key, whatever its profile and its line."""

import asyncio
import ctypes
import errno
import fcntl
import secrets
import socket
import struct
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pylibsrtp
import pytest
from pylibsrtp import Policy, Session

from server.media.sfu.codec import Kind
from server.media.sfu.fanout import Fanout, Target, by_overhead
from server.media.sfu.port import Port
from server.media.sfu.runs import LONGEST
from server.media.sfu.srtp import MAX_PACKET, Context, SrtpError, side_by_side
from tests.network import Host, network

AES_256 = (b"SRTP_AEAD_AES_256_GCM", Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44)
AES_128 = (b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28)
SHA_1 = (b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30)
PROFILES = (AES_256, AES_128, SHA_1)


class Receiver:
    """A socket, and the keys of both ends."""

    def __init__(self, profile: tuple[bytes, int, int] = AES_256, host: Host | None = None) -> None:
        name, self._profile, size = profile
        self._key = secrets.token_bytes(size)
        self.context = Context(self._session(Policy.SSRC_ANY_OUTBOUND), name)
        self._incoming = self._session(Policy.SSRC_ANY_INBOUND)
        self.socket = bound(host)
        self.socket.settimeout(5)

    @property
    def target(self) -> Target:
        return self.context, self.socket.getsockname()

    def receive(self) -> bytes:
        return self._incoming.unprotect(self.socket.recv(2048))

    def _session(self, direction: int) -> Session:
        policy = Policy(key=self._key, ssrc_type=direction, srtp_profile=self._profile)
        policy.allow_repeat_tx = True  # as aiortc sets it
        return Session(policy)


def bound(host: Host | None) -> socket.socket:
    if host is None:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind(("127.0.0.1", 0))
        return made
    with host.inside():
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((host.address, 0))
    return made


def packet(sequence: int, size: int, ssrc: int = 7) -> bytes:
    header = bytes.fromhex("8060") + sequence.to_bytes(2) + bytes(4) + ssrc.to_bytes(4)
    return header + secrets.token_bytes(size - len(header))


@pytest.fixture
async def port() -> AsyncIterator[Port]:
    opened = Port("127.0.0.1", 0)
    yield opened
    opened.close()


async def test_every_receiver_gets_a_run_with_its_own_key_and_profile(port: Port) -> None:
    receivers = [Receiver(profile) for profile in PROFILES * 2]
    run = [packet(1, 1112), packet(2, 1112), packet(3, 60)]

    Fanout(port).send(Kind.VIDEO, run, by_overhead(receiver.target for receiver in receivers))

    for receiver in receivers:
        assert [receiver.receive() for _ in run] == run
        receiver.socket.close()
    assert port.unsent == 0


@pytest.mark.parametrize("profile", PROFILES)
async def test_the_longest_run_of_the_longest_packets_is_protected_whole(
    port: Port, profile: tuple[bytes, int, int]
) -> None:
    receiver = Receiver(profile)
    run = [packet(number, MAX_PACKET) for number in range(1, LONGEST + 1)]

    Fanout(port).send(Kind.VIDEO, run, by_overhead([receiver.target]))

    assert [receiver.receive() for _ in run] == run
    receiver.socket.close()


async def test_what_cannot_be_protected_is_not_sent_but_counted(port: Port) -> None:
    broken, sound, fanout = Receiver(), Receiver(), Fanout(port)
    last = packet(0x4000, 50)
    fanout.send(Kind.VIDEO, [last], by_overhead([broken.target]))  # what is numbered far below is refused from now on
    assert broken.receive() == last

    run = [packet(1, 50), packet(2, 50)]
    fanout.send(Kind.VIDEO, run, by_overhead([broken.target, sound.target]))

    assert [sound.receive() for _ in run] == run
    assert port.unsent == 2
    for receiver in (broken, sound):
        receiver.socket.setblocking(False)
        with pytest.raises(BlockingIOError):
            receiver.socket.recv(2048)
        receiver.socket.close()


@pytest.mark.parametrize("run", [[packet(1, MAX_PACKET + 1)], [packet(1, 50)] * (LONGEST + 1)])
def test_a_run_that_is_too_long_for_the_memory_is_refused(run: list[bytes]) -> None:
    with pytest.raises(SrtpError):
        side_by_side(run, 16)


async def test_a_run_that_is_refused_does_not_hold_up_the_next(port: Port) -> None:
    receiver, fanout = Receiver(), Fanout(port)
    targets = by_overhead([receiver.target])
    with pytest.raises(SrtpError):
        fanout.send(Kind.VIDEO, [packet(1, MAX_PACKET + 1)], targets)

    run = [packet(2, 100)]
    fanout.send(Kind.VIDEO, run, targets)

    assert receiver.receive() == run[0]
    receiver.socket.close()


@pytest.mark.parametrize("profile", PROFILES)
def test_one_packet_is_protected_alone(profile: tuple[bytes, int, int]) -> None:
    receiver, plain = Receiver(profile), packet(1, 1000)
    receiver.socket.close()
    assert receiver._incoming.unprotect(receiver.context.protect(plain)) == plain
    receiver.context.protect(packet(0x4000, 50))
    with pytest.raises(SrtpError):
        receiver.context.protect(plain)  # too old by now


def test_pylibsrtp_still_has_its_private_name() -> None:
    assert hasattr(pylibsrtp.Session(), "_srtp")


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[Host, Host]]:
    with network() as net:
        yield net.host("server"), net.host("site")


@pytest.fixture
async def far(hosts: tuple[Host, Host]) -> AsyncIterator[tuple[Host, Port, Receiver]]:
    """Give a server's host, its port, and a receiver behind two routers."""
    server, site = hosts
    with server.inside():
        port = Port(server.address, 0)
    receiver = Receiver(host=site)
    yield server, port, receiver
    receiver.socket.close()
    port.close()


async def test_a_run_crosses_routers_as_its_datagrams(far: tuple[Host, Port, Receiver]) -> None:
    _server, port, receiver = far
    run = [packet(number, 1200) for number in range(1, 11)]

    Fanout(port).send(Kind.VIDEO, run, by_overhead([receiver.target]))

    assert [receiver.receive() for _ in run] == run
    assert port.unsent == 0


async def test_a_run_leaves_by_a_device_that_leaves_sums_and_segments_to_the_kernel(
    far: tuple[Host, Port, Receiver],
) -> None:
    server, port, receiver = far
    run = [packet(number, 1200) for number in range(1, 11)]
    with _without_offload(server):
        Fanout(port).send(Kind.VIDEO, run, by_overhead([receiver.target]))

        assert [receiver.receive() for _ in run] == run
    assert port.unsent == 0


async def test_runs_cross_a_narrower_link_before_and_after_its_size_is_known(
    far: tuple[Host, Port, Receiver], hosts: tuple[Host, Host]
) -> None:
    _server, port, receiver = far
    router, fanout, targets = hosts[1].router, Fanout(port), by_overhead([receiver.target])
    runs = [[packet(10 * number + part, 1400) for part in range(3)] for number in (1, 2)]
    router.ip("link set lan mtu 1280")
    try:
        fanout.send(Kind.VIDEO, runs[0], targets)
        assert [receiver.receive() for _ in runs[0]] == runs[0]

        port.send(bytes(1400), receiver.target[1])  # too large for the link, and not to be parted: a router says so
        await _until_refused_together(port, receiver.target)
        fanout.send(Kind.VIDEO, runs[1], targets)
        assert [receiver.receive() for _ in runs[1]] == runs[1]
    finally:
        router.ip("link set lan mtu 1500")


async def test_sound_passes_pictures_that_wait_while_the_socket_is_full(far: tuple[Host, Port, Receiver]) -> None:
    server, port, receiver = far
    port._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 20_000)
    pictures = [[packet(10 * number + part, 1200) for part in range(10)] for number in range(12)]
    voice = packet(1, 100, ssrc=8)
    targets, fanout = by_overhead([receiver.target]), Fanout(port)
    with _narrow(server, "40mbit"):
        for picture in pictures:
            fanout.send(Kind.VIDEO, picture, targets)
        fanout.send(Kind.AUDIO, [voice], targets)

        arrived = await asyncio.to_thread(lambda: [receiver.receive() for _ in range(121)])

    assert arrived.index(voice) < 60
    arrived.remove(voice)
    assert arrived == [one for picture in pictures for one in picture]
    assert port.unsent == 0


async def test_what_finds_too_much_waiting_is_dropped_and_counted(far: tuple[Host, Port, Receiver]) -> None:
    server, port, receiver = far
    port._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 20_000)
    targets, fanout = by_overhead([receiver.target]), Fanout(port)
    with _narrow(server, "40mbit"):
        for number in range(40):
            fanout.send(Kind.VIDEO, [packet(10 * number + part, 1200) for part in range(10)], targets)
        dropped = port.unsent

        arrived = await asyncio.to_thread(lambda: [receiver.receive() for _ in range(400 - dropped)])

    assert 0 < dropped < 250
    assert len(arrived) == 400 - dropped


@contextmanager
def _narrow(host: Host, rate: str) -> Iterator[None]:
    """Give a host a slow card, which makes senders wait."""
    qdisc = ("qdisc", "replace", "dev", "eth0", "root")
    subprocess.run(host.command("tc", *qdisc, "tbf", "rate", rate, "burst", "4kb", "limit", "1mb"), check=True)
    yield
    subprocess.run(host.command("tc", *qdisc, "pfifo"), check=True)


@contextmanager
def _without_offload(host: Host) -> Iterator[None]:
    """Give a host a card that neither sums nor segments."""
    _ethtool(host, on=False)
    yield
    _ethtool(host, on=True)


def _ethtool(host: Host, *, on: bool) -> None:
    """Do what `ethtool -K eth0 tx off gso off` does."""
    with host.inside(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for command in (0x17, 0x24):  # ETHTOOL_STXCSUM, ETHTOOL_SGSO (linux/ethtool.h)
            wanted = ctypes.create_string_buffer(struct.pack("II", command, on))
            fcntl.ioctl(control, 0x8946, struct.pack("16sQ16x", b"eth0", ctypes.addressof(wanted)))  # SIOCETHTOOL


async def _until_refused_together(port: Port, target: Target) -> None:
    """Wait until it is known how much the path takes (RFC 1191): large datagrams may not leave together any more."""
    async with asyncio.timeout(5):
        while True:
            try:
                port._socket.sendmsg([bytes(1400)], [(socket.SOL_UDP, 103, struct.pack("=H", 1400))], 0, target[1])
            except OSError as refusal:
                if refusal.errno != errno.EMSGSIZE:
                    raise
                return
            await asyncio.sleep(0.005)
