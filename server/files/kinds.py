"""What a file is, by its content alone: never by its name, nor by what its sender says of it."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType
from typing import Final
from xml.etree import ElementTree as ET

from server.core.documents import ENDINGS, TEXT
from server.files.errors import FileMacros, FileType

_LARGEST_DIRECTORY: Final = 2 * 1024 * 1024  # bytes of an archive's list of contents: some 20,000 parts
_LARGEST_LIST: Final = 1024 * 1024  # bytes of [Content_Types].xml
_BLOCK: Final = 256 * 1024
_END: Final = struct.Struct("<4s4H2LH")  # the end of an archive's directory (APPNOTE 4.3.16)
_LONGEST_COMMENT: Final = 65_535
_LOCATOR: Final = 20  # bytes before the end that say where another, larger end is (ZIP64, APPNOTE 4.3.15)
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How parts of an office file may be packed (ECMA-376, part 2, annex B; OpenDocument 1.3, part 2, section 3.2)."""

_STARTS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
)
"""How files of one type begin."""

_CONTROLS: Final = frozenset(range(32)) - {9, 10, 12, 13} | {127}
"""Characters that no text has: all but tabulator, line feed, form feed and carriage return."""

_TYPES: Final = "[Content_Types].xml"
_MAIN_PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {f"{kind}.main+xml": kind for kind in ENDINGS if kind.startswith("application/vnd.openxmlformats")}
)
"""The content type of an office file's main part (ECMA-376, part 1, section 15), and the type of the whole file."""


def kind_of(path: Path) -> str:
    """Return the media type of a file, one of `server.core.documents.ENDINGS`; read in small pieces, whatever its size.

    Raises FileType for any other, and FileMacros for an office file with programs in it.
    """
    with path.open("rb") as file:
        head = file.read(16)
        for start, kind in _STARTS:
            if head.startswith(start):
                return kind
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            return "image/webp"
        if head.startswith(b"PK\x03\x04"):
            return _office(file)
        file.seek(0)
        if _is_text(file):
            return TEXT
    raise FileType


def _is_text(file: BufferedReader) -> bool:
    """Whether a file is UTF-8 that people can read."""
    rest = b""
    while block := file.read(_BLOCK):
        if _CONTROLS.intersection(block):
            return False
        try:
            (rest + block).decode()
            rest = b""
        except UnicodeDecodeError as error:
            rest = (rest + block)[error.start :]
            if len(rest) >= 4:  # noqa: PLR2004 - no character of UTF-8 is longer, so this one is not merely cut
                return False
    return not rest


def _office(file: BufferedReader) -> str:
    """Return the type of an office file. Raises FileType for any other archive, and FileMacros."""
    if not 0 < _directory_size(file) <= _LARGEST_DIRECTORY:
        raise FileType
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            read = _open_document if names[0] == "mimetype" else _office_open_xml
            return read(archive, names)
    except (
        zipfile.BadZipFile,
        ET.ParseError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        KeyError,
        IndexError,
        EOFError,
        OSError,
        zlib.error,
    ) as error:
        raise FileType(type(error).__name__) from None


def _directory_size(file: BufferedReader) -> int:
    """Return how many bytes an archive's list of contents has; 0 where there is none, or one for 64 bits."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LOCATOR - _END.size - _LONGEST_COMMENT))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return 0
    if tail[max(0, at - _LOCATOR) :].startswith(b"PK\x06\x07"):
        return 0  # the list would be read from there, and be of any size
    return int(_END.unpack_from(tail, at)[5])


def _office_open_xml(archive: zipfile.ZipFile, names: list[str]) -> str:
    """Return the type that the main part says (ECMA-376, part 2, section 10.1.2.2)."""
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileMacros
    declared = _declared(_bounded(archive, _TYPES))
    if any("macroenabled" in one.lower() or "vbaproject" in one.lower() for one in declared):
        raise FileMacros
    kinds = {_MAIN_PARTS[one] for one in declared if one in _MAIN_PARTS}
    if len(kinds) != 1:
        raise FileType
    return kinds.pop()


def _declared(listing: bytes) -> set[str]:
    """Return every content type that an office file's list names; a list with a DTD is none of an office's."""
    if b"<!" in listing or b"\0" in listing:
        raise FileType
    return {one.get("ContentType", "") for one in ET.fromstring(listing)}  # noqa: S314 - no DTD, no entities


def _open_document(archive: zipfile.ZipFile, names: list[str]) -> str:
    """Return the type that the first entry says (OpenDocument 1.3, part 2, section 3.3)."""
    kind = _bounded(archive, "mimetype").decode("ascii")
    if kind not in ENDINGS:
        raise FileType
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise FileMacros
    return kind


def _bounded(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).compress_type not in _METHODS:
        raise FileType
    with archive.open(name) as part:
        content = part.read(_LARGEST_LIST + 1)
    if len(content) > _LARGEST_LIST:
        raise FileType
    return content
