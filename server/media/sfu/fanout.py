"""Fan-out: a run of packets, protected for one receiver after another in the same memory, and sent from there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from server.media.sfu.ice import Address
from server.media.sfu.srtp import Context, side_by_side

Target = tuple[Context, Address]
"""How to protect packets for a receiver, and where they go."""


class Sender(Protocol):
    """The port that packets leave by."""

    unsent: int  # packets that could not be sent

    def transmitter(self, datagrams: memoryview, size: int) -> Callable[[Address], None]:
        """Return what sends datagrams that stand side by side, of which the last may be shorter, to one address."""

    def after_reading(self, work: Callable[[], None]) -> None:
        """Do something when what has arrived together has been read; at once when nothing is being read."""


def by_overhead(targets: Iterable[Target]) -> dict[int, list[Target]]:
    """Sort targets by how much longer their protection makes a packet: those alike share a layout."""
    sorted_: dict[int, list[Target]] = {}
    for target in targets:
        sorted_.setdefault(target[0].overhead, []).append(target)
    return sorted_


def fan_out(run: Sequence[bytes], targets: Mapping[int, Sequence[Target]], sender: Sender) -> None:
    """Send one of `runs` to every target: the hot loop of the house. What can't be protected is not sent, but counted.

    `targets` are sorted by overhead.
    """
    for overhead, alike in targets.items():
        protect, datagrams = side_by_side(run, overhead)
        transmit = sender.transmitter(datagrams, len(run[0]) + overhead)
        for context, address in alike:
            if protect(context):
                sender.unsent += len(run)
            else:
                transmit(address)
