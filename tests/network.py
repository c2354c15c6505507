"""Networks for tests: hosts in namespaces of their own, each behind a line that may be bad, be blocked, or translate.

Every host has a router of its own (its office's), and all routers meet in one more namespace, the country:

    host eth0 10.77.n.2 -- 10.77.n.1 lan | router | wan 10.78.n.2 -- 10.78.n.1 | country

Programs run on a host by `Host.command`; sockets that are opened within `Host.inside` belong to it for good. Nothing
of this touches the machine's own network. It needs root: elsewhere tests that ask for a network are skipped.
"""

import ctypes
import fcntl
import os
import shlex
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from tests.line import Shape, order
from tests.programs import program

_NAMES = count()
_PREFIX = "giaoban-test"
_FOLDER = Path("/run/netns")
_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TUN_NO_PI = 0x1001
_GOOD = Shape()
_RULES = """
table inet wall {
    chain forward { type filter hook forward priority 0; }
    chain cut { type filter hook forward priority -10; }
}
"""
_TRANSLATION = """
table ip nat {
    chain out { type nat hook postrouting priority 100; oifname "wan" masquerade fully-random; }
}
"""


class Space:
    """A network namespace."""

    def __init__(self, name: str) -> None:
        self.name = name
        _run("ip", "netns", "add", name)
        self._speak_ipv4_only()
        self.ip("link set lo up")

    def command(self, *arguments: str | Path) -> tuple[str, ...]:
        """Return the command line that runs a program here."""
        return (program("ip"), "netns", "exec", self.name, *map(str, arguments))

    def script(self, name: str, folder: Path) -> Path:
        """Write a script that runs a program of the system here, for those who take nothing but a path."""
        path = folder / f"{name}-{self.name}"
        path.write_text(f'#!/bin/sh\nexec {shlex.join(self.command(program(name)))} "$@"\n', encoding="ascii")
        path.chmod(0o755)
        return path

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let this thread open its sockets and start its processes here; they stay here."""
        with (
            Path("/proc/thread-self/ns/net").open("rb") as home,
            (_FOLDER / self.name).open("rb") as there,
        ):
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(home.fileno())

    def ip(self, *changes: str) -> None:
        """Change addresses, devices and routes."""
        _run("ip", "-n", self.name, "-batch", "-", said="\n".join(changes))

    def rules(self, text: str) -> None:
        """Change the packet filter (nft)."""
        _run(*self.command("nft", "-f", "-"), said=text)

    def _speak_ipv4_only(self) -> None:
        """Have no IPv6 address: it would come a second later, and Chromium drops what it is loading when one comes."""
        with self.inside():
            for which in Path("/proc/sys/net/ipv6/conf").glob("*/disable_ipv6"):
                which.write_text("1", encoding="ascii")

    def forwards(self) -> None:
        """Be a router."""
        with self.inside():
            Path("/proc/sys/net/ipv4/ip_forward").write_text("1", encoding="ascii")


class Host(Space):
    """A machine, its router, and the line between this router and the rest of the country."""

    def __init__(self, name: str, number: int, country: Space, *, translated: bool, line: socket.socket | None) -> None:
        """Use `Network.host`: the devices `eth0` and `wan` are not set up yet."""
        super().__init__(name)
        self.router = Space(f"{name}-router")
        self.address = f"10.77.{number}.2"
        self._number = number
        self._country = country
        self._line = line
        self._is_translated = translated
        self._outside = 2

    @property
    def outside(self) -> str:
        """The address that others see."""
        return f"10.78.{self._number}.{self._outside}" if self._is_translated else self.address

    def connect(self) -> None:
        """Set up addresses, routes and the packet filter."""
        net = f"10.77.{self._number}"
        self.router.ip(f"addr add {net}.1/25 dev lan", f"addr add {net}.129/25 dev lan", "link set lan up")
        self.router.forwards()
        self.router.rules(_RULES + (_TRANSLATION if self._is_translated else ""))
        self._country.ip(
            f"addr add 10.78.{self._number}.1/24 dev line{self._number}", f"link set line{self._number} up"
        )
        self._take_address(first=True)
        self._go_online()

    def shape(self, up: Shape = _GOOD, down: Shape | None = None) -> None:
        """Make the line bad, from now on: `up` is what the host sends, `down` (the same) what it receives."""
        assert self._line is not None, "this host was made without a line that can be shaped"
        order(self._line, up, up if down is None else down)

    def cut(self) -> None:
        """Carry nothing any more, and tell nobody."""
        self.router.rules("add rule inet wall cut drop")

    def mend(self) -> None:
        """Carry again what `cut` stopped."""
        self.router.rules("flush chain inet wall cut")

    def block(self, match: str) -> None:
        """Drop what matches, as an office's firewall does: "udp dport 7000", "ip protocol udp"."""
        self.router.rules(f"add rule inet wall forward {match} drop")

    def unblock(self) -> None:
        """Drop nothing any more."""
        self.router.rules("flush chain inet wall forward")

    def rebind(self) -> None:
        """Forget all translations, and go on from another address and other ports."""
        assert self._is_translated, "this host is not behind a translation"
        self.router.ip(f"addr del {self.outside}/24 dev wan")
        self._outside += 1
        self._take_address()

    def unplug(self) -> None:
        """Leave the local network."""
        self.ip("link set eth0 down", "addr flush dev eth0")

    def plug(self) -> None:
        """Join the other local network: another Wi-Fi, with another address and gateway."""
        last = int(self.address.rpartition(".")[2])
        self.address = f"10.77.{self._number}.{last ^ 128}"
        self._go_online()

    def _go_online(self) -> None:
        gateway = self.address[: -len("2")] + "1" if self.address.endswith(".2") else f"10.77.{self._number}.129"
        self.ip(f"addr add {self.address}/25 dev eth0", "link set eth0 up", f"route add default via {gateway}")

    def _take_address(self, *, first: bool = False) -> None:
        country = f"10.78.{self._number}.1"
        own = f"10.78.{self._number}.{self._outside}"
        up = ("link set wan up",) if first else ()
        self.router.ip(f"addr add {own}/24 dev wan", *up, f"route replace default via {country}")
        if not self._is_translated:
            self._country.ip(f"route replace 10.77.{self._number}.0/24 via {own}")


class Network:
    """Hosts that reach each other over their lines."""

    def __init__(self, prefix: str, stack: ExitStack) -> None:
        """Use `network`."""
        self._prefix = prefix
        self._stack = stack
        self._hosts = count(1)
        self._country = Space(f"{prefix}-country")
        self._country.forwards()

    def host(self, name: str, *, translated: bool = False, shaped: bool = False) -> Host:
        """Add a machine; `translated`: behind a NAT that picks ports at random; `shaped`: its line can be made bad."""
        number = next(self._hosts)
        line, process_end = socket.socketpair() if shaped else (None, None)
        made = Host(f"{self._prefix}-{name}", number, self._country, translated=translated, line=line)
        made.router.ip(f"link add name lan type veth peer name eth0 netns {made.name}")
        wan, outer = "wan", f"line{number}"
        if line is None or process_end is None:
            made.router.ip(f"link add name {wan} type veth peer name {outer} netns {self._country.name}")
        else:
            self._stack.callback(line.close)
            self._stack.enter_context(_carried(process_end, _tun(made.router, wan), _tun(self._country, outer)))
            order(line, _GOOD, _GOOD)
        made.connect()
        return made


@contextmanager
def network() -> Iterator[Network]:
    """Make a network, and remove it with whatever still runs in it; also what a killed run has left."""
    if os.geteuid() != 0:
        pytest.skip("networks of their own are made by root")
    for needed in ("ip", "nft"):
        program(needed)
    _clean_up(_left_behind)
    prefix = f"{_PREFIX}-{os.getpid()}-{next(_NAMES)}"
    with ExitStack() as stack:
        stack.callback(_clean_up, lambda name: name.startswith(f"{prefix}-"))
        yield Network(prefix, stack)


@contextmanager
def _carried(orders: socket.socket, up: int, down: int) -> Iterator[None]:
    """Run the process that carries packets between two devices."""
    inherited = (orders.fileno(), up, down)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.line", *map(str, inherited)], pass_fds=inherited, cwd=Path(__file__).parents[1]
    )
    orders.close()
    os.close(up)
    os.close(down)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _tun(space: Space, name: str) -> int:
    """Make a TUN device in a namespace; return the file that carries its packets."""
    with space.inside():
        device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN_NO_PI))
    return device


def _enter(namespace: int) -> None:
    if _LIBC.setns(namespace, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "this namespace can't be entered")


def _run(*command: str, said: str = "") -> str:
    done = subprocess.run(command, input=said, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(command)} <<< {said}: {done.stderr}"
    return done.stdout


def _left_behind(name: str) -> bool:
    """Whether a namespace was made by a run that is no more."""
    maker = name.removeprefix(f"{_PREFIX}-").partition("-")[0]
    return name.startswith(f"{_PREFIX}-") and not Path(f"/proc/{maker}").exists()


def _clean_up(unwanted: Callable[[str], bool]) -> None:
    """End what runs in namespaces, and remove them."""
    names = [path.name for path in _FOLDER.iterdir()] if _FOLDER.exists() else []
    for name in filter(unwanted, names):
        for process in _run("ip", "netns", "pids", name).split():
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
        _run("ip", "netns", "delete", name)
