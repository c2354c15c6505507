"""Header extensions of an m-line (RFC 8285): which are offered, by what numbers, and what we answer."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields

from server.media.errors import BadOffer

_LINE = re.compile(r"a=extmap:(\d{1,5})(?:/(sendrecv|sendonly|recvonly|inactive))? (\S+)")
_LAST_ONE_BYTE = 14  # numbers above do not fit the one-byte form (RFC 8285, section 4.2)
_MAX_EXTENSIONS = 64  # in one m-line


@dataclass(frozen=True, slots=True)
class Extensions:
    """The numbers of the extensions that we know, 1 to 14; None where the peer does not offer one."""

    level: int | None = field(default=None, metadata={"uri": "urn:ietf:params:rtp-hdrext:ssrc-audio-level"})
    send_time: int | None = field(
        default=None, metadata={"uri": "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"}
    )
    mid: int | None = field(default=None, metadata={"uri": "urn:ietf:params:rtp-hdrext:sdes:mid"})
    rid: int | None = field(default=None, metadata={"uri": "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"})
    repaired_rid: int | None = field(
        default=None, metadata={"uri": "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"}
    )
    one_way: frozenset[int] = frozenset()  # the numbers that were offered for one direction only


_NAMES: dict[str, str] = {found.metadata["uri"]: found.name for found in fields(Extensions) if found.metadata}
_URIS = {name: uri for uri, name in _NAMES.items()}


def read(lines: Iterable[str], *, sends: bool, receives: bool) -> Extensions:
    """Read the extensions of an m-line that its sender uses in a direction it takes part in; `lines` are the SDP's.

    Raises BadOffer where a number stands for two of them, or there are too many.
    """
    found = [match.groups() for line in lines if (match := _LINE.match(line))]
    if len(found) > _MAX_EXTENSIONS:
        raise BadOffer("an m-line has too many header extensions")
    useful = {"sendrecv"} | ({"sendonly"} if sends else set()) | ({"recvonly"} if receives else set())
    numbers: dict[str, int] = {}
    one_way: set[int] = set()
    for number, direction, uri in found:
        if uri in _NAMES and (direction or "sendrecv") in useful and 0 < int(number) <= _LAST_ONE_BYTE:
            numbers.setdefault(_NAMES[uri], int(number))
            one_way.update({int(number)} if direction in ("sendonly", "recvonly") else ())
    if len(set(numbers.values())) < len(numbers):
        raise BadOffer("a header extension's number is used twice")
    return Extensions(**numbers, one_way=frozenset(one_way))


def write(offered: Extensions, names: Iterable[str], *, we_send: bool) -> Iterator[str]:
    """Answer with those of `names` (fields of `Extensions`) that were offered, in the offer's numbers."""
    for name in names:
        number = getattr(offered, name)
        if number is not None:
            direction = ("/sendonly" if we_send else "/recvonly") if number in offered.one_way else ""
            yield f"a=extmap:{number}{direction} {_URIS[name]}"
