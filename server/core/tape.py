"""The list of a recording's files, as the recorder writes it line by line: what began, and how it ended.

Each line is one JSON object with a `part` number. The first of a part says what it holds, the second how long it became
and what its bytes hash to; a part without the second was cut off. A last line that is torn is no line.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from server.core.errors import ProtocolError
from server.core.events import rfc3339
from server.core.ids import EndpointCode

MANIFEST = "parts.jsonl"
"""The list's name, in the folder of the recording."""

LOCK = "recorder.lock"
"""The file that a recorder holds locked while it writes in the folder."""

BEGINS = ".begins"
"""The suffix of the file beside a clip that says where in its source it begins, in milliseconds."""

UNFINISHED = ".part"
"""The end of the name of a clip that is being cut."""


class Slot(StrEnum):
    """What a file shows."""

    STAGE = "stage"  # whoever was on the stage
    CONTENT = "content"  # what was presented: pictures alone


@dataclass(frozen=True, slots=True)
class Sealed:
    """How a file ended."""

    milliseconds: int
    octets: int
    sha256: str  # hexadecimal
    crc32: int  # as ZIP archives have it
    mended: bool = False  # it was cut off, and has been made whole afterwards


class Digest:
    """Takes the bytes of a finished file, block by block, and makes its seal."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self._crc = self._octets = 0

    def update(self, block: bytes) -> None:
        """Take the next bytes."""
        self._sha.update(block)
        self._crc = zlib.crc32(block, self._crc)
        self._octets += len(block)

    def sealed(self, milliseconds: int, *, mended: bool = False) -> Sealed:
        """Return the seal of a file of this length."""
        return Sealed(milliseconds, self._octets, self._sha.hexdigest(), self._crc, mended)


@dataclass(frozen=True, slots=True)
class Part:
    """One file: one source, one codec, one size of the picture."""

    number: int  # from 1
    file: str
    source: EndpointCode  # whose pictures and sound they are
    began_at: datetime  # UTC
    codec: str  # of the picture, as RTP names it; empty: there is none
    width: int = 0
    height: int = 0
    has_hub: bool = False  # a second sound track is the hub's
    sealed: Sealed | None = None  # None: it is being written, or was cut off
    slot: Slot = Slot.STAGE

    @property
    def ended_at(self) -> datetime:
        """When its last picture or sound ended; where it was cut off, nobody knows."""
        return self.began_at + timedelta(milliseconds=self.sealed.milliseconds if self.sealed else 0)


def begun(part: Part) -> str:
    """Write the first line of a part."""
    fields = asdict(part) | {"part": part.number, "began_at": rfc3339(part.began_at)}
    del fields["number"], fields["sealed"]
    return _line(fields)


def ended(number: int, sealed: Sealed) -> str:
    """Write the second line of a part."""
    return _line({"part": number} | asdict(sealed))


def parts(text: str) -> tuple[Part, ...]:
    """Read the list, in order. Raises ProtocolError for a line that the recorder did not write."""
    found: dict[int, Part] = {}
    for line in text.splitlines(keepends=True):
        if not line.endswith("\n"):
            break  # torn
        number, fields = _fields(line)
        if "file" in fields:
            found[number] = _begun(number, fields)
        elif number in found:
            found[number] = replace(found[number], sealed=_sealed(fields))
        else:
            raise ProtocolError("a recording's list ends a part that did not begin")
    return tuple(found[number] for number in sorted(found))


def of(slot: Slot, found: Iterable[Part]) -> tuple[Part, ...]:
    """Return the parts that show this, in order."""
    return tuple(part for part in found if part.slot is slot)


def milliseconds(found: Iterable[Part]) -> int:
    """Add up how long parts are."""
    return sum(part.sealed.milliseconds for part in found if part.sealed)


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def _fields(line: str) -> tuple[int, dict[str, Any]]:
    try:
        fields = json.loads(line)
        return int(fields.pop("part")), fields
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProtocolError("a line of a recording's list is malformed") from error


def _begun(number: int, fields: dict[str, Any]) -> Part:
    try:
        return Part(
            number=number,
            file=_name(fields["file"]),
            source=EndpointCode(str(fields["source"])),
            began_at=datetime.fromisoformat(fields["began_at"]),
            codec=str(fields["codec"]),
            width=int(fields["width"]),
            height=int(fields["height"]),
            has_hub=bool(fields["has_hub"]),
            slot=Slot(fields.get("slot", Slot.STAGE)),  # lists of before there was another do not say
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ProtocolError("the beginning of a recording's part is malformed") from error


def _name(file: object) -> str:
    """Take the name of a file in the same folder and nowhere else."""
    if not isinstance(file, str) or "/" in file or file.startswith(".") or not file:
        raise ValueError("a recording's part lies elsewhere")
    return file


def _sealed(fields: dict[str, Any]) -> Sealed:
    try:
        return Sealed(
            milliseconds=int(fields["milliseconds"]),
            octets=int(fields["octets"]),
            sha256=str(fields["sha256"]),
            crc32=int(fields["crc32"]),
            mended=bool(fields["mended"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ProtocolError("the end of a recording's part is malformed") from error
