"""Tables that people bring along: whatever their spreadsheet made of them, each bad line is named."""

import pytest

from endpoints.rosters import search_key
from server.core.errors import UserError
from server.web.csv_tables import (
    BrokenQuotes,
    Column,
    ColumnDoubled,
    ColumnMissing,
    NoTitles,
    OddCell,
    Row,
    TooManyCells,
    TooManyRows,
    read,
    shown,
)

COLUMNS = (Column("code", "Mã", "Code"), Column("name", "Tên", "Name"), Column("note", "Ghi chú", "Note", needed=False))
TWO = (Row(2, {"code": "01", "name": "Hà Nội"}), Row(3, {"code": "38", "name": "Thanh Hóa"}))


def faults(text: str) -> list[tuple[int, str, str, type[UserError]]]:
    found = read(text, COLUMNS)
    return [(fault.line, fault.column, fault.cell, type(fault.refusal)) for fault in found.faults]


@pytest.mark.parametrize(
    "text",
    [
        "Mã,Tên\n01,Hà Nội\n38,Thanh Hóa",
        "Mã;Tên\r\n01;Hà Nội\r\n38;Thanh Hóa\r\n",
        "Mã\tTên\r01\tHà Nội\r38\tThanh Hóa",
        '"Mã","Tên"\n"01","Hà Nội"\n"38","Thanh Hóa"\n',
        "CODE , name\n 01 ,\u00a0Hà Nội \n38,Thanh  Hóa\n",
        "ma,ten,Ngày sinh\n01,Hà Nội,x\n38,Thanh Hóa\n",
        "Tên;Mã\nHà Nội;'01\nThanh Hóa;38\n".replace("'", ""),
        "Mã,Tên\n01,Ha\u0300 Nô\u0323i\n38,Thanh Ho\u0301a\n".replace("Nô\u0323i", "Nội"),
    ],
)
def test_table_is_read_however_a_spreadsheet_writes_it(text: str) -> None:
    assert read(text, COLUMNS).faults == ()
    assert [dict(row.cells) for row in read(text, COLUMNS).rows] == [dict(row.cells) for row in TWO]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = 'sep=;\nMã;Tên\n\n01;"Hà\nNội"\n;;\n38;Thanh Hóa\n'

    assert read(text, COLUMNS).rows == (Row(4, TWO[0].cells), Row(7, TWO[1].cells))


def test_cell_that_was_kept_from_being_a_formula_is_what_it_was() -> None:
    rows = read("Mã,Tên\n'+84,'=1+1\n'38,O'Neil\n", COLUMNS).rows

    assert [dict(row.cells) for row in rows] == [{"code": "+84", "name": "=1+1"}, {"code": "'38", "name": "O'Neil"}]


def test_missing_cells_at_the_end_of_a_line_are_empty() -> None:
    assert read("Mã,Tên,Ghi chú\n01\n", COLUMNS).rows == (Row(2, {"code": "01", "name": "", "note": ""}),)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "", "", NoTitles)]),
        ("\n\n01,Hà Nội\n", [(3, "", "", NoTitles)]),
        ("Mã,Ghi chú\n01,x\n", [(1, "name", "", ColumnMissing)]),
        ("Mã,Tên,Name\n01,x,y\n", [(1, "name", "", ColumnDoubled)]),
        ('Mã,Tên\n01,"Hà Nội\n38,Thanh Hóa\n', [(2, "", "", BrokenQuotes)]),
        ('Mã,Tên\n01,Hà Nội\n38,"Thanh" Hóa\n', [(3, "", "", BrokenQuotes)]),
        ("Mã,Tên\n01,Hà Nội, thủ đô\n38,Thanh Hóa\n", [(2, "", "thủ đô", TooManyCells)]),
        ("Mã,Tên\n01,Hà\u202eNội\n", [(2, "name", "", OddCell)]),
        ("Mã,Tên\n" + "01,x\n" * 5001, [(5002, "", "", TooManyRows)]),
    ],
)
def test_bad_lines_are_named(text: str, found: list[tuple[int, str, str, type[UserError]]]) -> None:
    assert faults(text) == found


def test_good_lines_are_read_beside_bad_ones() -> None:
    assert read("Mã,Tên\n01,Hà Nội,x\n38,Thanh Hóa\n", COLUMNS).rows == (TWO[1],)


def test_faults_are_said_in_the_readers_language_with_the_title_of_the_column() -> None:
    table = read("Mã,Ghi chú\n01,x\n", COLUMNS)

    [said] = shown(table.faults, COLUMNS, "vi")

    assert (said.line, said.column) == (1, "Tên")
    assert said.message.startswith("Thiếu cột này")
    assert shown(table.faults, COLUMNS, "en")[0].message == ColumnMissing().sentence


def test_line_of_nothing_but_delimiters_is_no_work() -> None:
    text = "Mã,Tên" + "," * 500_000 + "\n01,Hà Nội\n"

    before = search_key.cache_info()
    found = read(text, COLUMNS)
    after = search_key.cache_info()

    assert (found.rows, found.faults) == ((Row(2, {"code": "01", "name": "Hà Nội"}),), ())
    assert after.hits + after.misses - before.hits - before.misses < 10_000
