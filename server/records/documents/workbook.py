"""The record as an XLSX workbook: a sheet for each table, with real dates and lengths, ready to filter and print.

Texts are written as texts: nothing people typed is ever taken for a formula, whatever it begins with. What is longer
than a cell can be goes on in the cell below, in a row of its own.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import TYPE_STRING
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

from server.records.documents.archive import parts_of, sealed, writable
from server.records.documents.sheets import VIETNAMESE, Column, Look, Page, Value, Words, pages
from server.records.documents.wording import STAMPS
from server.records.label import Label
from server.records.record import Record

A4 = 9
"""As the format numbers paper."""

LINE_HEIGHT = 16
"""Points."""

MOST_LINES = 12

STAMP_SIZE = 13
"""Points."""

STAMP_RED = "E00000"

MOST_UNITS = 32767
"""Of UTF-16 in a cell: Excel takes no more."""

LAST_WORDS = 1000
"""Characters at a full cell's end among which a space is looked for, so that no word is torn."""


def as_xlsx(record: Record, label: Label) -> bytes:
    """Write the workbook; the same record always gives the same bytes."""
    book = Workbook(write_only=True)
    _add_styles(book)
    words = VIETNAMESE if label.form.language == "vi" else {}
    zone = ZoneInfo(label.form.zone)
    stamp = STAMPS.get(record.briefing.classification, "")
    for page in pages(record, label, words):
        sheet = _add(book, page, words, zone)
        _stamp(sheet.oddHeader.right, stamp)
    packed = io.BytesIO()
    book.save(packed)
    parts = parts_of(packed.getvalue())
    parts["docProps/core.xml"] = _described(book, record, label)
    return sealed(parts, label.text)


def _described(book: Workbook, record: Record, label: Label) -> bytes:
    """Fill the file's properties from the journal alone: the library has put the time of saving there."""
    said = book.properties
    said.creator, said.title, said.identifier = "Giao Ban", writable(record.briefing.title), label.text
    said.created = said.modified = record.as_of.replace(microsecond=0, tzinfo=None)
    written: bytes = tostring(said.to_tree())
    return written


def _add_styles(book: Workbook) -> None:
    for look in Look:
        text = look is Look.TEXT
        top = Alignment(horizontal="left" if text else "center", vertical="top", wrap_text=text)
        book.add_named_style(NamedStyle(look.name, number_format=look.value, alignment=top))
    head = NamedStyle("HEAD", font=Font(bold=True), fill=PatternFill("solid", fgColor="DDE6EE"))
    head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    book.add_named_style(head)


def _add(book: Workbook, page: Page, words: Words, zone: ZoneInfo) -> Any:
    """Add a sheet: its head frozen, filtered and repeated on paper, landscape A4, as wide as the page."""
    sheet = book.create_sheet(words.get(page.name, page.name))
    for place, column in enumerate(page.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.wide
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.oddFooter.center.text = "&P / &N"
    titles = tuple(words.get(column.title, column.title) for column in page.columns)
    sheet.row_dimensions[1].height = 2 * LINE_HEIGHT
    sheet.append([_cell(sheet, title, "HEAD") for title in titles])
    last = 1
    rows = ([_shown(value, words, zone) for value in row] for row in page.rows)
    for last, values in enumerate((part for row in rows for part in _parts(row)), start=2):
        sheet.row_dimensions[last].height = LINE_HEIGHT * max(map(_lines, values, page.columns))
        sheet.append(
            [_cell(sheet, *pair) for pair in zip(values, (one.look.name for one in page.columns), strict=True)]
        )
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(page.columns))}{last}"
    return sheet


def _stamp(place: Any, stamp: str) -> None:
    """Write the classification of a state secret above every printed page."""
    if stamp:
        place.text, place.font, place.size, place.color = stamp, "Times New Roman,Bold", STAMP_SIZE, STAMP_RED


def _lines(value: Value, column: Column) -> int:
    """Guess how many lines a value takes: not every program does when it opens the file."""
    if not isinstance(value, str):
        return 1
    return min(MOST_LINES, sum(1 + len(line) // column.wide for line in value.split("\n")))


def _shown(value: Value, words: Words, zone: ZoneInfo) -> Value:
    """Return a value as a cell holds it: moments in local time, because Excel knows no time zones."""
    match value:
        case bool():
            return words.get("yes" if value else "no", "yes" if value else "no")
        case datetime():
            return value.astimezone(zone).replace(tzinfo=None)
        case StrEnum():
            return words.get(value.value, value.value)
        case str():
            return writable(value)
    return value


def _parts(row: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """Yield a row, and as many more as its longest text needs."""
    while any(value is not None for value in row):
        cells = [_split(value) if isinstance(value, str) else (value, None) for value in row]
        yield [cell for cell, _ in cells]
        row = [rest for _, rest in cells]


def _split(text: str) -> tuple[str, str | None]:
    """Return what a cell takes of a text, and what is left, if anything is."""
    head = text.encode("utf-16-le")[: 2 * MOST_UNITS].decode("utf-16-le", "ignore")
    if head == text:
        return text, None
    end = head.rfind(" ", len(head) - LAST_WORDS) + 1 or len(head)
    return text[:end], text[end:]


def _cell(sheet: Any, value: Value, style: str) -> Any:
    """Make a cell; a text stays one, also when it begins as a formula or an error does."""
    text = isinstance(value, str)
    cell = WriteOnlyCell(sheet, value=value)
    if text:
        cell.data_type = TYPE_STRING
    cell.style = style
    return cell
