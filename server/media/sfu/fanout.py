"""Fan-out: a run of packets, protected for one receiver after another in the same memory, and sent from there.

While the socket is full, which is while the network card is busy, runs wait for it; sound goes before pictures.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from server.media.sfu.codec import Kind
from server.media.sfu.ice import Address
from server.media.sfu.port import Port
from server.media.sfu.srtp import Context, side_by_side

Target = tuple[Context, Address]
"""How to protect packets for a receiver, and where they go."""

Targets = Mapping[int, Sequence[Target]]
"""Receivers, by how much longer their protection makes a packet: those alike share a layout."""

_MOST_WAITING = 16  # runs of a kind: some pictures, or a third of a second of sound
_SENT = object()


def by_overhead(targets: Iterable[Target]) -> Targets:
    """Sort targets as fan-out needs them."""
    sorted_: dict[int, list[Target]] = {}
    for target in targets:
        sorted_.setdefault(target[0].overhead, []).append(target)
    return sorted_


class Fanout:
    """What every cohort's packets leave by."""

    def __init__(self, port: Port) -> None:
        self.after_reading: Callable[[Callable[[], None]], None] = port.after_reading
        self._port = port
        self._waiting: dict[Kind, deque[Iterator[None]]] = {Kind.AUDIO: deque(), Kind.VIDEO: deque()}
        self._is_full = False  # the port, as far as we know

    def send(self, kind: Kind, run: Sequence[bytes], targets: Targets) -> None:
        """Send one of `runs` to every target, in the order of calls for each kind.

        What can't be protected is not sent, what finds too much waiting before it is dropped, and both are counted.
        """
        waiting = self._waiting[kind]
        if len(waiting) == _MOST_WAITING:
            self._port.unsent += len(run) * sum(map(len, targets.values()))
            return
        waiting.append(_delivery(run, targets, self._port))
        if not self._is_full:
            self._proceed(waiting)

    def _proceed(self, waiting: deque[Iterator[None]]) -> None:
        """Send what waits, until the port is full."""
        while waiting:
            if next(waiting[0], _SENT) is not _SENT:
                self._is_full = True
                self._port.when_writable(self._resume)
                return
            waiting.popleft()

    def _resume(self) -> None:
        """Go on where the port was full, with sound."""
        self._is_full = False
        for waiting in self._waiting.values():
            if not self._is_full:
                self._proceed(waiting)


def _delivery(run: Sequence[bytes], targets: Targets, port: Port) -> Iterator[None]:
    """Protect a run for each target and send it: the hot loop of the house. It pauses where the port is full."""
    for overhead, alike in targets.items():
        protect, datagrams = side_by_side(run, overhead)
        transmit = port.transmitter(datagrams, len(run[0]) + overhead)
        for context, address in alike:
            while True:
                if protect(context):
                    port.unsent += len(run)
                elif not transmit(address):
                    yield
                    continue  # others have used the memory meanwhile: protect it anew, into the very same bytes
                break
