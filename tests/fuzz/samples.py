"""The corpus: what real clients sent to each parser, one file for each sample; a few are written by hand.

A sample has the name of its client (see `capture`), else of what it is.
"""

from enum import StrEnum
from pathlib import Path

FOLDER = Path(__file__).with_name("corpus")


class Name(StrEnum):
    """A parser that strangers' bytes reach; its samples are in the folder of this name."""

    OFFER = "offer"
    FRAGMENT = "fragment"
    STUN = "stun"
    RTP = "rtp"
    RTCP = "rtcp"


def samples(name: Name) -> list[bytes]:
    """Return the samples of one parser, in the order of their names."""
    return [path.read_bytes() for path in sorted((FOLDER / name).iterdir())]
