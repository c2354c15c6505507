"""Office files as ZIP archives whose bytes depend on nothing but their parts and their label.

Parts are stored as they are: how DEFLATE packs them differs between builds of zlib, and a changed byte of a packed
part says nothing of where the words were changed.
"""

import io
import re
import zipfile
from collections.abc import Mapping

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The only date of every part: the format knows no earlier one."""

_FIRST = "[Content_Types].xml"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0, section 2.2."""


def sealed(parts: Mapping[str, bytes], label: str) -> bytes:
    """Pack the parts, the label in the archive's comment."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            info = zipfile.ZipInfo(name, EARLIEST)
            info.create_system = 0  # the same on every system
            archive.writestr(info, parts[name])
        archive.comment = label.encode("ascii")
    return packed.getvalue()


def parts_of(packed: bytes) -> dict[str, bytes]:
    """Return the parts of an archive that we have just made."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pressed(packed: bytes) -> bytes:
    """Return an archive that we have just made with its parts compressed: for mails, a fifth of the bytes."""
    smaller = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive, zipfile.ZipFile(smaller, "w", zipfile.ZIP_DEFLATED) as other:
        other.comment = archive.comment
        for info in archive.infolist():
            other.writestr(zipfile.ZipInfo(info.filename, EARLIEST), archive.read(info), zipfile.ZIP_DEFLATED)
    return smaller.getvalue()


def writable(text: str) -> str:
    """Return a text with what XML cannot hold replaced."""
    return _NOT_XML.sub("\ufffd", text)
