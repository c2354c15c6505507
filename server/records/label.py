"""What every export says of itself: which journal it was made from, up to which entry, and in which form.

The label is one word of ASCII, so that it stands in any file unchanged and is found there without knowing the format.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from server.core.ids import BriefingId
from server.core.journal import Head

EDITION = 6
"""Of the forms: to be raised by whoever changes a single byte of any export. Files name it, and are only compared with
what the same edition makes."""


class Format(StrEnum):
    """The forms of the record."""

    JSON = "json"
    CSV = "csv"
    RTTM = "rttm"
    VTT = "vtt"
    XLSX = "xlsx"
    DOCX = "docx"


class Part(StrEnum):
    """The tables of the record; a CSV file holds one."""

    TURNS = "turns"
    SPEECH = "speech"
    DISAGREEMENTS = "disagreements"
    PRESENTED = "presented"
    ATTENDANCE = "attendance"
    NOTES = "notes"
    RECOMMENDATIONS = "recommendations"
    TASKS = "tasks"
    AMENDMENTS = "amendments"
    DOCUMENTS = "documents"
    PAPERS = "papers"


class Document(StrEnum):
    """The papers of a meeting; a DOCX file holds one."""

    MINUTES = "minutes"
    ATTENDANCE = "attendance"
    CONCLUSIONS = "conclusions"


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of file, in one language: what `server.records.files` can make."""

    format: Format
    language: str  # of the hub's name, and of the headings of a workbook
    part: str = ""  # a Part of CSV, a Document of DOCX
    profile: str = ""  # of DOCX: the layout's name and the digest of its data ("state.3f2a90b1c4d5")
    zone: str = ""  # of DOCX and XLSX: the time zone of what is written there


@dataclass(frozen=True, slots=True)
class Label:
    """A form, and the journal up to an entry: together they decide every byte of the file."""

    briefing: BriefingId
    head: Head
    form: Form
    edition: int = EDITION

    @property
    def text(self) -> str:
        """Write the label: `giaoban:1;briefing=…;format=…;…;head=SEQ:HASH`, empty fields left out."""
        form = self.form
        fields = {
            "briefing": self.briefing,
            "format": form.format,
            "part": form.part,
            "profile": form.profile,
            "language": form.language,
            "zone": form.zone,
            "head": f"{self.head.seq}:{self.head.hash}",
        }
        return f"giaoban:{self.edition};" + ";".join(f"{name}={value}" for name, value in fields.items() if value)


_LABEL = re.compile(rb"giaoban:(\d{1,6});((?:[a-z]{1,16}=[\w./:+-]{1,100};){1,7}head=\d{1,9}:[0-9a-f]{64})", re.ASCII)


def labels_in(content: bytes) -> Iterator[Label]:
    """Yield every label that can be read anywhere in a file, in order."""
    for found in _LABEL.finditer(content):
        fields = dict(pair.split("=", 1) for pair in found[2].decode().split(";"))
        try:
            yield _label(int(found[1]), fields)
        except (KeyError, ValueError):
            continue


def _label(edition: int, fields: dict[str, str]) -> Label:
    seq, _, digest = fields.pop("head").partition(":")
    briefing = BriefingId(fields.pop("briefing"))
    form = Form(
        Format(fields.pop("format")),
        fields.pop("language"),
        fields.pop("part", ""),
        fields.pop("profile", ""),
        fields.pop("zone", ""),
    )
    if fields:
        raise ValueError(f"a label has no {', '.join(fields)}")
    return Label(briefing, Head(int(seq), digest), form, edition)
