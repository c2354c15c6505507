"""What a paper is made of: words, tables and signatures, without fonts or a file format."""

from dataclasses import dataclass
from enum import StrEnum

from server.core.events import Classification
from server.records.label import Document


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face."""

    text: str
    bold: bool = False
    italic: bool = False


class Kind(StrEnum):
    """How a paragraph stands."""

    BODY = "body"  # justified, its first line indented
    HEADING = "heading"  # bold, kept with what follows
    ITEM = "item"  # a line of a list, hanging


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    runs: tuple[Run, ...]
    kind: Kind = Kind.BODY

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    share: int  # of the table's width, in percent
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with lines; its head is repeated on every page, and no row is split over two."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Signature:
    """Room for somebody to sign."""

    capacity: tuple[str, ...]  # in capitals: "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"
    name: str  # empty: to be written by hand


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper; what stands above and below the blocks in every paper of an office is in its profile."""

    document: Document | None  # None: it is no paper of the record
    title: str
    about: str  # in one sentence, under the title
    number: str  # with room for the digits
    dated: str  # place and date; empty where the paper says them itself
    blocks: tuple[Block, ...]
    signatures: tuple[Signature, ...]  # from left to right: one or two
    recipients: tuple[str, ...]
    seal: str  # which journal it was made from, for the foot of every page
    landscape: bool = False
    classification: Classification = Classification.NONE  # a state secret is stamped


def body(text: str) -> Paragraph:
    """Make a paragraph of plain text."""
    return Paragraph((Run(text),))


def heading(text: str) -> Paragraph:
    """Make a heading."""
    return Paragraph((Run(text, bold=True),), Kind.HEADING)


def item(text: str) -> Paragraph:
    """Make a line of a list."""
    return Paragraph((Run(text),), Kind.ITEM)


def led(lead: str, text: str) -> Paragraph:
    """Make a paragraph that begins with bold words."""
    return Paragraph((Run(f"{lead} ", bold=True), Run(text)))
