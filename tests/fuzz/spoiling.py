"""Spoiling: hypothesis takes a sample and damages it as broken and hostile senders do."""

from hypothesis import strategies as st

from tests.fuzz.samples import Name, samples

_TELLING = (0, 1, 0x7F, 0x80, 0xBE, 0xFF)
"""Bytes that stand for lengths, versions and ends in binary formats."""


def spoiled(name: Name, *, most: int = 6) -> st.SearchStrategy[bytes]:
    """Give samples of a parser after none to `most` damages each."""
    return spoiling(samples(name), most=most)


def spoiling(kept: list[bytes], *, most: int = 6) -> st.SearchStrategy[bytes]:
    """Give some bytes after none to `most` damages each."""
    return st.builds(_damaged, st.sampled_from(kept), st.lists(_damage(kept), max_size=most))


def _damage(kept: list[bytes]) -> st.SearchStrategy[tuple[int, int, bytes]]:
    """Draw where (of 65536), how much is taken away, and what is put there."""
    pieces = st.one_of(
        st.just(b""),
        st.sampled_from(_TELLING).map(lambda value: bytes([value])),
        st.binary(min_size=1, max_size=8),
        st.builds(_piece, st.sampled_from(kept), st.integers(0, 0xFFFF), st.integers(1, 64)),
    )
    return st.tuples(st.integers(0, 0xFFFF), st.sampled_from((0, 1, 1, 2, 4, 16, 2000)), pieces)


def _piece(data: bytes, place: int, length: int) -> bytes:
    start = place * len(data) >> 16
    return data[start : start + length]


def _damaged(data: bytes, damages: list[tuple[int, int, bytes]]) -> bytes:
    for place, taken, put in damages:
        start = place * (len(data) + 1) >> 16
        data = data[:start] + put + data[start + taken :]
    return data
