"""Simulcast in an offer (RFC 8853): the layers of one picture that a sender names by restriction identifiers (RID)."""

import re
from collections.abc import Sequence

MAX_LAYERS = 3
"""Layers taken of one m-line."""

MAX_RID = 16
"""The longest RID, in characters: what the one-byte form of a header extension holds (RFC 8285, section 4.2)."""

_RID = re.compile(rf"a=rid:([A-Za-z0-9_-]{{1,{MAX_RID}}}) send")
_SIMULCAST = re.compile(r"a=simulcast:(?:recv \S+ )?send (\S+)")
_MAX_LINES = 32


def layers(lines: Sequence[str]) -> tuple[str, ...]:
    """List the RIDs of the layers that an m-line sends and we take, at most three, in the offer's order.

    Of alternatives the first counts, and a layer that begins paused is a layer (RFC 8853, section 5.1). A RID with
    restrictions is left out, for we know none of them (RFC 8851, section 6.3).
    """
    rids = {match[1] for line in lines if (match := _RID.fullmatch(line.rstrip()))}
    offered = next((match[1] for line in lines if (match := _SIMULCAST.fullmatch(line.rstrip()))), "")
    named = [stream.split(",")[0].removeprefix("~") for stream in offered.split(";", _MAX_LINES)]
    return tuple(dict.fromkeys(rid for rid in named if rid in rids))[:MAX_LAYERS]


def answer(rids: Sequence[str]) -> tuple[str, ...]:
    """Take these layers (RFC 8853, section 5.3.2)."""
    if not rids:
        return ()
    return (*(f"a=rid:{rid} recv" for rid in rids), f"a=simulcast:recv {';'.join(rids)}")
