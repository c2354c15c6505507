"""Where two files differ: by line and column in a text, by part and paragraph or cell in an office file.

One file is ours and sound; of the other nothing is believed. Office files of ours are stored, not packed, so that a
changed byte is found where the words are, also when the archive around it is broken.
"""

import html
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise, zip_longest
from typing import AnyStr

MOST = 10
"""Differences that are told."""

MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes of a stranger's archive, unpacked."""

MOST_PARTS = 1000
"""Parts of a stranger's archive: ours have about ten, and a small file may claim a million."""

EXCERPT = 80
"""Characters of what was expected and what was found."""

ARCHIVE = "archive"
"""The part that is none: what stands around the parts."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a file is not what it should be."""

    part: str  # of an office file: "word/document.xml", or ARCHIVE; empty in a text
    place: str  # "line 3, column 14", "paragraph 12", "Turns!C5", "byte 1200", "missing", "added"
    expected: str
    found: str


LOCAL_HEADER = 30
"""Bytes before the name of a part (APPNOTE 6.3, section 4.3.7)."""

Unit = tuple[str, str]
"""A place and the words there."""


def differences(expected: bytes, found: bytes) -> tuple[Difference, ...]:
    """Return the first places where a file differs from what it should be; none when it does not."""
    if expected == found:
        return ()
    told = _in_archive(expected, found) if expected.startswith(b"PK") else _in_text("", expected, found)
    return tuple(islice(told, MOST))


def likeness(one: bytes, other: bytes) -> float:
    """Return how much of two files is the same before the first and after the last difference: 0 to 1."""
    shorter, longer = sorted((len(one), len(other)))
    head = _shared(one, other)
    tail = min(_shared(one[::-1], other[::-1]), shorter - head)
    return (head + tail) / longer if longer else 1.0


def _shared(one: AnyStr, other: AnyStr) -> int:
    """Return how many bytes or characters two texts share at their beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _in_text(part: str, expected: bytes, found: bytes) -> Iterator[Difference]:
    """Compare line by line when there are as many, else tell where the first difference is."""
    wanted = expected.decode(errors="replace").split("\n")
    given = found.decode(errors="replace").split("\n", len(wanted))  # a stranger's lines may be millions
    if len(wanted) != len(given):
        yield _first(part, wanted, given)
        return
    for number, (want, give) in enumerate(zip(wanted, given, strict=True), start=1):
        if want != give:
            yield _line(part, number, want, give)
    if wanted == given:  # no character differs: a byte that is none was put for another
        yield _byte(part, expected, found)


def _first(part: str, wanted: Sequence[str], given: Sequence[str]) -> Difference:
    pairs = zip_longest(map(_visible, wanted), map(_visible, given), fillvalue="")
    return next(_line(part, number, *pair) for number, pair in enumerate(pairs, start=1) if pair[0] != pair[1])


def _visible(line: str) -> str:
    """Return a line so that an empty one differs from none."""
    return line or "\N{RETURN SYMBOL}"


def _line(part: str, number: int, want: str, give: str) -> Difference:
    column = _shared(want, give)
    return Difference(part, f"line {number}, column {column + 1}", *_excerpts(want.rstrip("\r"), give.rstrip("\r")))


def _excerpts(want: str, give: str) -> tuple[str, str]:
    """Cut two texts so that the first difference can be seen, with a few words before it."""
    start = max(0, _shared(want, give) - EXCERPT // 4)
    dots = "…" if start else ""
    return dots + want[start : start + EXCERPT], dots + give[start : start + EXCERPT]


def _byte(part: str, expected: bytes, found: bytes) -> Difference:
    place = _shared(expected, found)
    window = slice(max(0, place - EXCERPT // 4), place + EXCERPT // 2)
    return Difference(part, f"byte {place}", *(one[window].decode(errors="replace") for one in (expected, found)))


def _in_archive(expected: bytes, found: bytes) -> Iterator[Difference]:
    """Compare part by part; what stands between the parts is compared byte by byte."""
    wanted = _laid_out(expected, expected)
    given = _laid_out(expected, found) if len(expected) == len(found) else unpacked(found)
    told = False
    for name in [*wanted, *(given.keys() - wanted.keys())]:
        for one in _in_part(name, wanted.get(name), given.get(name), wanted):
            told = True
            yield one
    if not told:
        yield _byte(ARCHIVE, expected, found)


def _laid_out(layout: bytes, content: bytes) -> dict[str, bytes]:
    """Cut a file where the parts of a sound one of the same length are."""
    with zipfile.ZipFile(io.BytesIO(layout)) as archive:
        places = [(part.filename, part.header_offset, part.file_size) for part in archive.infolist()]
    starts = [(name, offset + LOCAL_HEADER + len(name.encode()), size) for name, offset, size in places]
    return {name: content[start : start + size] for name, start, size in starts}


def unpacked(content: bytes) -> dict[str, bytes]:
    """Read a stranger's archive as far as it can be read; nothing of one that is too large or broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                return {}
            return {part.filename: _read(archive, part) for part in parts}
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, OverflowError, struct.error, zlib.error):
        return {}


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Unpack one part to no more than the size it is said to have: read in full, a part may be any size."""
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile(f"{part.filename} is packed as no office program does")
    with archive.open(part) as opened:
        return opened.read(part.file_size)


def _in_part(name: str, expected: bytes | None, found: bytes | None, around: dict[str, bytes]) -> Iterator[Difference]:
    if expected == found:
        return
    if expected is None or found is None:
        yield Difference(name, "missing" if found is None else "added", "", "")
        return
    units = _units_of(name, around)
    pairs = zip_longest(units(expected), units(found), fillvalue=("", "")) if units else ()
    told = (Difference(name, want[0] or give[0], *_excerpts(want[1], give[1])) for want, give in pairs if want != give)
    first = next(told, None) or _byte(name, expected, found)
    yield from chain((first,), told)


_PARAGRAPH_ENDS = "</w:p>"
_WORDS = re.compile(r"<w:t(?: [^<>]*)?>([^<]*)</w:t>")
_CELL_BEGINS = re.compile(r'<c r="([A-Z]{1,3}\d{1,7})"[^<>]*>')
_CELL_ENDS = "</c>"
_TAG = re.compile(r"<[^<>]*>")
"""No pattern looks beyond the next `<`: a stranger's file that opens tags and closes none is read once, not once for
each of them."""

_SHEET = re.compile(r'<sheet [^>]*?name="([^"]*)"')
_SHEET_PART = re.compile(r"xl/worksheets/sheet(\d+)\.xml")


def _units_of(name: str, parts: dict[str, bytes]) -> Callable[[bytes], Iterator[Unit]] | None:
    """Return how the words of a part are read, for parts that have words."""
    if name == "word/document.xml":
        return _paragraphs
    if found := _SHEET_PART.fullmatch(name):
        names = _SHEET.findall(parts["xl/workbook.xml"].decode())
        sheet = html.unescape(names[int(found[1]) - 1])
        return lambda content: _cells(sheet, content)
    return None


def _paragraphs(content: bytes) -> Iterator[Unit]:
    text, start, number = content.decode(errors="replace"), 0, 0
    while (end := text.find(_PARAGRAPH_ENDS, start)) >= 0:
        number += 1
        yield f"paragraph {number}", html.unescape("".join(_WORDS.findall(text, start, end)))
        start = end + len(_PARAGRAPH_ENDS)


def _cells(sheet: str, content: bytes) -> Iterator[Unit]:
    text = content.decode(errors="replace")
    begun: Iterator[re.Match[str] | None] = _CELL_BEGINS.finditer(text)
    for cell, following in pairwise(chain(begun, (None,))):
        if cell is not None:
            until = len(text) if following is None else following.start()
            inner = "" if cell[0].endswith("/>") else text[cell.end() : until].partition(_CELL_ENDS)[0]
            yield f"{sheet}!{cell[1]}", html.unescape(_TAG.sub("", inner))
