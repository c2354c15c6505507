"""Tables that people bring along as CSV: found by their titles, read cell by cell, with the lines they stand on.

Spreadsheets write commas, semicolons or tabs by the country they are set to, a byte order mark or none, and an
apostrophe before what would else be a formula; all of it is read.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from pydantic import BaseModel

from endpoints.rosters import search_key
from server.core.errors import Invalid, UserError
from server.records.exports import FORMULA_STARTS
from server.web.bodies import bounded
from server.web.errors import FieldError, InvalidBody, WebError, WrongType
from server.web.language import Language, translator
from server.web.strict_json import composed, is_clean

MEDIA_TYPE: Final = "text/csv"
LARGEST: Final = 1024 * 1024
"""Bytes of a file: five thousand lines of two hundred characters."""

MOST_ROWS: Final = 5000
MOST_COLUMNS: Final = 100
"""Titles that are looked at: a line of nothing but commas would take as long as all the rest."""

MOST_SHOWN: Final = 200
"""Faults in one answer: who has more corrects these first."""

LONGEST_SHOWN: Final = 60
"""Characters of a cell that are repeated where it is wrong."""

DELIMITERS: Final = ",;\t"
SEPARATOR_MARK: Final = "sep="
"""What Excel writes and takes on a line before the titles, to name its delimiter."""


class NotUtf8(WebError):
    """This file is no UTF-8 text; save it as “CSV UTF-8” in the spreadsheet program, and choose it again."""

    code = "not_unicode"
    status = 422


class BadLines(InvalidBody):
    """Some lines of the file are wrong, so nothing was taken over; correct those that are named, and send it again."""

    code = "bad_lines"


class NoTitles(Invalid):
    """The first line must name the columns; download the present list, and fill in that one."""

    code = "no_titles"


class ColumnMissing(Invalid):
    """This column is missing; add it, and name it in the first line."""

    code = "column_missing"


class ColumnDoubled(Invalid):
    """This column stands there twice; remove one of the two."""

    code = "column_doubled"


class TooManyCells(Invalid):
    """This line has more cells than there are columns; put quotation marks around a text with commas or semicolons."""

    code = "too_many_cells"


class TooManyRows(Invalid):
    """A file has at most 5000 lines; split it."""

    code = "too_many_rows"


class BrokenQuotes(Invalid):
    """Quotation marks do not match from here on; write each one within a text twice, or save the file anew."""

    code = "broken_quotes"


class OddCell(Invalid):
    """This cell has characters that cannot be shown; type it anew."""

    code = "odd_cell"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table that is asked for."""

    key: str
    vietnamese: str
    english: str
    needed: bool = True

    def title(self, language: Language) -> str:
        """What the column is called in files that are given out."""
        return self.vietnamese if language == "vi" else self.english


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it says in those columns that the table has."""

    line: int  # from 1: as editors and spreadsheets count, where no cell has several lines
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one line."""

    line: int
    column: str  # a column's key; nothing for a whole line
    cell: str
    refusal: UserError


@dataclass(frozen=True, slots=True)
class Table:
    """What was read: every line is in `rows`, or has a fault."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


class FaultAnswer(BaseModel):
    """What is wrong in one line, with the column as the file calls it, and what to do."""

    line: int
    column: str
    cell: str
    message: str


async def table_text(request: web.Request) -> str:
    """Read a body as the text of a table. Raises WrongType, TooLarge, MalformedBody or NotUtf8."""
    if request.content_type != MEDIA_TYPE:
        raise WrongType(MEDIA_TYPE)
    try:
        return (await bounded(request, LARGEST)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotUtf8 from None


def read(text: str, columns: Sequence[Column]) -> Table:
    """Find the columns by their titles, in Vietnamese or in English, and read every line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, columns), strict=True)
    lines: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            lines.append((begins, [_clean(cell) for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error:
        return Table((), (Fault(begins, "", "", BrokenQuotes()),))
    if lines and lines[0][1][:1] and lines[0][1][0].lower().startswith(SEPARATOR_MARK):
        del lines[0]
    return _table([line for line in lines if any(line[1])], columns)


def _table(lines: Sequence[tuple[int, list[str]]], columns: Sequence[Column]) -> Table:
    begins, titles = lines[0] if lines else (1, [])
    keys = [_key(title, columns) for title in titles[:MOST_COLUMNS]]
    if not any(keys):
        return Table((), (Fault(begins, "", "", NoTitles()),))
    if faults := tuple(_bad_titles(begins, keys, columns)):
        return Table((), faults)
    if len(lines) - 1 > MOST_ROWS:
        return Table((), (Fault(lines[MOST_ROWS + 1][0], "", "", TooManyRows()),))
    faults = tuple(fault for line, cells in lines[1:] for fault in _bad_cells(line, cells, keys))
    bad = {fault.line for fault in faults}
    return Table(tuple(_row(line, cells, keys) for line, cells in lines[1:] if line not in bad), faults)


def _delimiter(text: str, columns: Sequence[Column]) -> str:
    """Return the delimiter by which most columns are found."""
    head = text.splitlines()[:2]

    def found(delimiter: str) -> int:
        cells = [cell for line in head for cell in line.split(delimiter, MOST_COLUMNS)[:MOST_COLUMNS]]
        return sum(bool(_key(cell, columns)) for cell in cells)

    return max(DELIMITERS, key=found)


def _key(title: str, columns: Iterable[Column]) -> str:
    """Return the key of the column with a title, however it is spelt; nothing for one that is not asked for."""
    wanted = search_key(title.strip().strip('"'))
    spelt = ((column.key, (column.key, column.vietnamese, column.english)) for column in columns)
    return next((key for key, titles in spelt if wanted in map(search_key, titles)), "")


def _bad_titles(line: int, keys: Sequence[str], columns: Iterable[Column]) -> Iterator[Fault]:
    for column in columns:
        if column.needed and column.key not in keys:
            yield Fault(line, column.key, "", ColumnMissing())
        if keys.count(column.key) > 1:
            yield Fault(line, column.key, "", ColumnDoubled())


def _bad_cells(line: int, cells: Sequence[str], keys: Sequence[str]) -> Iterator[Fault]:
    if any(cells[len(keys) :]):
        yield Fault(line, "", cells[len(keys)], TooManyCells())
    for key, cell in zip(keys, cells, strict=False):
        if key and not is_clean(cell):
            yield Fault(line, key, "", OddCell())


def _row(line: int, cells: Sequence[str], keys: Sequence[str]) -> Row:
    padded = [*cells, *[""] * (len(keys) - len(cells))]
    return Row(line, {key: cell for key, cell in zip(keys, padded, strict=False) if key})


def _clean(cell: str) -> str:
    """Return a cell on one line, composed, and without the apostrophe that keeps it from being a formula."""
    text = " ".join(str(composed(cell)).split())
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


def shown(faults: Sequence[Fault], columns: Iterable[Column], language: Language) -> list[FaultAnswer]:
    """Say what is wrong in a file, line by line."""
    say = translator(language, "problems")
    titles = {column.key: column.title(language) for column in columns}
    return [
        FaultAnswer(
            line=fault.line,
            column=titles.get(fault.column, ""),
            cell=fault.cell[:LONGEST_SHOWN],
            message=say(fault.refusal.sentence),
        )
        for fault in sorted(faults, key=lambda fault: fault.line)[:MOST_SHOWN]
    ]


def refuse(faults: Sequence[Fault], language: Language) -> None:
    """Raise BadLines when there are faults."""
    if faults:
        say = translator(language, "problems")
        found = sorted(faults, key=lambda fault: fault.line)[:MOST_SHOWN]
        raise BadLines([FieldError(f"{fault.line}.{fault.column}", say(fault.refusal.sentence)) for fault in found])
