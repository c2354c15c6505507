"""Runs: packets in a row that the kernel can send to one receiver in one call."""

from collections.abc import Iterable

LONGEST = 40
"""Packets of a run: the kernel takes 64 KB at a time, and a packet has at most 1,500 bytes."""


def runs(packets: Iterable[bytes]) -> list[list[bytes]]:
    """Part packets, without changing their order, into runs of one length; the last of a run may be shorter."""
    parted: list[list[bytes]] = []
    run: list[bytes] = []
    is_open = False
    for packet in packets:
        if is_open and len(packet) <= len(run[0]) and len(run) < LONGEST:
            run.append(packet)
        else:
            run = [packet]
            parted.append(run)
        is_open = len(packet) == len(run[0])
    return parted
