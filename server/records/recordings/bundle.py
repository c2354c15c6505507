"""A ZIP archive that is never written anywhere: its layout is known beforehand, and any stretch of it can be sent.

Nothing is compressed, since films are already. Sizes and offsets have 64 bits (APPNOTE.TXT, sections 4.3 and 4.5.3).
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

_LOCAL: Final = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_WIDE: Final = struct.Struct("<HHQQ")  # of a local header: tag, size, both sizes
_WIDER: Final = struct.Struct("<HHQQQ")  # of the directory: the offset as well
_END_64: Final = struct.Struct("<4sQHHLLQQQQ")
_LOCATOR: Final = struct.Struct("<4sLQL")
_END: Final = struct.Struct("<4sHHHHLLH")
_VERSION: Final = 45  # with 64 bits
_UTF_8: Final = 0x0800
_ALL: Final = 0xFFFFFFFF
_TAG: Final = 1


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive."""

    name: str
    at: datetime
    octets: int
    crc32: int
    content: bytes | Path


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some bytes: these, or those of a file."""

    content: bytes | Path
    begin: int
    end: int


class Bundle:
    """An archive of these members, in their order."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.octets = 0
        self._stretches: list[Stretch] = []
        lines: list[bytes] = []
        for member in members:
            lines.append(_entry(member, self.octets))
            header = _header(member)
            self._add(header, len(header))
            self._add(member.content, member.octets)
        directory = b"".join(lines)
        self.tag = hashlib.sha256(directory).hexdigest()[:32]  # names, sizes and checksums: the same for the same bytes
        ending = directory + _ending(len(lines), len(directory), self.octets)
        self._add(ending, len(ending))

    def between(self, begin: int, end: int) -> Iterator[Stretch]:
        """Yield what lies between two offsets, in order."""
        at = 0
        for one in self._stretches:
            first, last = max(begin - at, 0), min(end - at, one.end)
            if first < last:
                yield Stretch(one.content, first, last)
            at += one.end

    def _add(self, content: bytes | Path, octets: int) -> None:
        self._stretches.append(Stretch(content, 0, octets))
        self.octets += octets


def _header(member: Member) -> bytes:
    """Write what stands before a file."""
    name, wide = member.name.encode(), _WIDE.pack(_TAG, _WIDE.size - 4, member.octets, member.octets)
    day, time = _stamp(member.at)
    fields = (_VERSION, _UTF_8, 0, time, day, member.crc32, _ALL, _ALL, len(name), len(wide))
    return _LOCAL.pack(b"PK\3\4", *fields) + name + wide


def _entry(member: Member, offset: int) -> bytes:
    """Write a file's line of the directory."""
    name = member.name.encode()
    wider = _WIDER.pack(_TAG, _WIDER.size - 4, member.octets, member.octets, offset)
    day, time = _stamp(member.at)
    sizes = (member.crc32, _ALL, _ALL, len(name), len(wider), 0, 0, 0, 0, _ALL)
    return _CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, _UTF_8, 0, time, day, *sizes) + name + wider


def _ending(count: int, octets: int, offset: int) -> bytes:
    """Write what stands after the directory, which has so many lines and bytes and begins there."""
    wide = _END_64.pack(b"PK\6\6", _END_64.size - 12, _VERSION, _VERSION, 0, 0, count, count, octets, offset)
    locator = _LOCATOR.pack(b"PK\6\7", 0, offset + octets, 1)
    return wide + locator + _END.pack(b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, _ALL, _ALL, 0)


def _stamp(at: datetime) -> tuple[int, int]:
    """Write a date and a time as MS-DOS did."""
    return (at.year - 1980) << 9 | at.month << 5 | at.day, at.hour << 11 | at.minute << 5 | at.second // 2
