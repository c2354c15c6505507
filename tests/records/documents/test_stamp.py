"""The stamp of a state secret on papers: below the number, framed and red; nothing of it on any other paper."""

import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx.shared import Length, RGBColor
from docx.table import Table

from server.core.events import Classification
from server.records.documents.invitation import letter
from server.records.documents.profile import load
from server.records.files import House, write
from server.records.label import Document, Format
from server.records.record import Record, build
from tests.core.cast import HA_NOI, scheduled, told
from tests.records.story import beginning, name

HOUSE = House(load(), "Asia/Ho_Chi_Minh", lambda _roster: {})
STAMPS = {
    Classification.CONFIDENTIAL: ("MẬT", 20),
    Classification.SECRET: ("TỐI MẬT", 30),
    Classification.TOP_SECRET: ("TUYỆT MẬT", 40),
}
OPEN = (Classification.NONE, Classification.INTERNAL)


def recorded(classification: Classification) -> Record:
    return build(told(beginning(classification=classification)), name)


def papers(classification: Classification, profile: str) -> list[bytes]:
    """Write every paper of a briefing: those of its record, and an invitation."""
    record = recorded(classification)
    forms = [HOUSE.form(Format.DOCX, "vi", document=document, profile=profile) for document in Document]
    invited = scheduled(classification=classification)
    today, zone = datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("Asia/Ho_Chi_Minh")
    letters = letter(invited, HA_NOI, "Hà Nội", HOUSE.profile(profile), zone=zone, now=today)
    return [*(write(record, form, HOUSE) for form in forms), letters]


def stamps(content: bytes) -> list[Table]:
    """Find what is framed in the letterhead of a paper: at the left, then at the right."""
    letterhead = docx.Document(io.BytesIO(content)).tables[0].rows[0]
    return [table for cell in letterhead.cells for table in cell.tables]


@pytest.mark.parametrize("profile", ["state", "party"])
@pytest.mark.parametrize(("classification", "expected"), list(STAMPS.items()))
def test_papers_of_a_state_secret_are_stamped_below_their_number(
    profile: str, classification: Classification, expected: tuple[str, int]
) -> None:
    for content in papers(classification, profile):
        (stamp,) = stamps(content)
        (row,) = stamp.rows
        (run,) = row.cells[0].paragraphs[0].runs
        borders = stamp._tbl.tblPr.find(qn("w:tblBorders"))

        words, wide = expected
        assert (run.text, run.bold, run.font.color.rgb) == (words, True, RGBColor(0xE0, 0, 0))
        assert [round(Length(one or 0).mm) for one in (row.height, stamp.columns[0].width)] == [8, wide]
        assert [(side.get(qn("w:val")), side.get(qn("w:color"))) for side in borders] == [("double", "E00000")] * 4
        left = docx.Document(io.BytesIO(content)).tables[0].rows[0].cells[0]
        assert [table.rows[0].cells[0].text for table in left.tables] == [words]


@pytest.mark.parametrize("classification", OPEN)
def test_a_paper_that_is_no_state_secret_has_no_stamp(classification: Classification) -> None:
    assert [stamps(content) for content in papers(classification, "state")] == [[]] * 4


@pytest.mark.parametrize("classification", list(Classification))
def test_every_printed_page_of_a_workbook_is_stamped(classification: Classification) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write(recorded(classification), HOUSE.form(Format.XLSX, "vi"), HOUSE)))

    heads = {(sheet.oddHeader.right.text, sheet.oddHeader.right.color) for sheet in book.worksheets}
    words, _ = STAMPS.get(classification, (None, 0))
    assert heads == {(words, "E00000" if words else None)}


def test_a_layout_may_have_its_stamp_elsewhere(tmp_path: Path) -> None:
    own = 'base = "state"\n[stamp]\nplace = "heading"\nframe = "single"\n'
    (tmp_path / "ours.toml").write_text(own, encoding="utf-8")
    house = House(load(tmp_path), "Asia/Ho_Chi_Minh", lambda _roster: {})
    form = house.form(Format.DOCX, "vi", document=Document.MINUTES, profile="ours")

    content = write(recorded(Classification.SECRET), form, house)

    letterhead = docx.Document(io.BytesIO(content)).tables[0].rows[0]
    assert [len(cell.tables) for cell in letterhead.cells] == [0, 1]
