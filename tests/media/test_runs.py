"""Which packets leave in one call."""

from hypothesis import given
from hypothesis import strategies as st

from server.media.sfu.runs import LONGEST, runs


def packets(*lengths: int) -> list[bytes]:
    return [bytes((number % 256,)) * length for number, length in enumerate(lengths)]


def lengths(parted: list[list[bytes]]) -> list[list[int]]:
    return [[len(packet) for packet in run] for run in parted]


def test_packets_of_one_length_are_one_run_with_a_shorter_one_as_its_last() -> None:
    assert lengths(runs(packets(9, 9, 9, 4, 9))) == [[9, 9, 9, 4], [9]]


def test_a_longer_packet_begins_a_run() -> None:
    assert lengths(runs(packets(8, 8, 9, 9, 8))) == [[8, 8], [9, 9, 8]]


@given(st.lists(st.integers(1, 5), max_size=4 * LONGEST))
def test_every_packet_leaves_once_and_in_order_in_runs_that_the_kernel_takes(sizes: list[int]) -> None:
    given_packets = packets(*sizes)

    parted = runs(given_packets)

    assert [packet for run in parted for packet in run] == given_packets
    for run in parted:
        assert 1 <= len(run) <= LONGEST
        assert {len(packet) for packet in run[:-1]} <= {len(run[0])}
        assert len(run[-1]) <= len(run[0])
