"""Papers as DOCX: the words of a paper in the layout of an office, for Word and LibreOffice."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import docx
from docx.document import Document as Sheet
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table as Grid
from docx.table import _Cell as Cell
from docx.table import _Row as Row
from docx.text.paragraph import Paragraph as Line

from server.core.events import Classification
from server.records.documents.archive import parts_of, sealed, writable
from server.records.documents.blocks import Kind, Paper, Paragraph, Signature, Table
from server.records.documents.measure import width
from server.records.documents.profile import Profile, Stamp
from server.records.documents.wording import STAMPS

A4 = (Mm(210), Mm(297))
USED_PARTS = {"officeDocument", "core-properties", "styles", "settings", "fontTable", "theme", "webSettings"}
USED_STYLES = {"Normal", "DefaultParagraphFont", "TableNormal", "NoList", "TableGrid", "Header", "Footer"}

LEFT_SHARE = 0.4
"""Of the letterhead's width: the issuer's side."""

SIGNING_ROOM = 4
"""Empty lines between a capacity and a name."""

ROW_HEIGHT = Mm(8)
"""Enough to sign in."""

CELL_ROOM = 40
"""Twentieths of a point above and below the words of a cell."""

SEAL_SIZE = 7.5
"""Points."""

GREY = RGBColor(0x59, 0x59, 0x59)


def as_docx(paper: Paper, profile: Profile, *, made: datetime, label: str) -> bytes:
    """Write a paper under its label, in ASCII; the same paper of the same moment always gives the same bytes."""
    sheet = _blank(paper, profile)
    _letterhead(sheet, paper, profile)
    _title(sheet, paper, profile)
    for block in paper.blocks:
        if isinstance(block, Table):
            _table(sheet, block, profile)
        else:
            _paragraph(sheet.add_paragraph(), block, profile)
    _closing(sheet, paper, profile)
    _margins(sheet, paper, profile)
    _describe(sheet, paper, made, label)
    packed = io.BytesIO()
    sheet.save(packed)
    return sealed(parts_of(packed.getvalue()), label)


def _blank(paper: Paper, profile: Profile) -> Sheet:
    """Return an empty sheet of the profile's size and font."""
    sheet = docx.Document()
    _bare(sheet)
    section, page = sheet.sections[0], profile.page
    section.page_width, section.page_height = A4[::-1] if paper.landscape else A4
    section.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Mm(page.top), Mm(page.bottom)
    section.left_margin, section.right_margin = Mm(page.left), Mm(page.right)
    section.header_distance = section.footer_distance = Mm(10)
    normal = sheet.styles["Normal"]
    normal.font.size = Pt(profile.text.size)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), profile.text.font)
    normal.element.rPr.append(_element("w:lang", val="vi-VN", eastAsia="vi-VN"))
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    return sheet


def _bare(sheet: Sheet) -> None:
    """Take out what the library's template has and no paper of ours uses: styles by the hundred, a picture."""
    for links in (sheet.part.package.rels, sheet.part.rels):
        for key in [key for key, link in links.items() if link.reltype.rsplit("/", 1)[1] not in USED_PARTS]:
            del links[key]
    styles = sheet.styles.element
    for style in styles.style_lst:
        if style.styleId not in USED_STYLES:
            styles.remove(style)


def _letterhead(sheet: Sheet, paper: Paper, profile: Profile) -> None:
    """Write the issuer at the left and the country, or the Party, at the right."""
    said = profile.letterhead
    whole = _text_width(sheet)
    left, right = _sides(sheet, (whole * LEFT_SHARE, whole * (1 - LEFT_SHARE)))
    if said.superior:
        _centred(left, said.superior.upper(), said.superior_size)
    _centred(left, said.issuer.upper(), said.issuer_size, bold=True)
    if said.separator == "rule":
        _rule(left, whole * LEFT_SHARE, width(said.issuer.upper(), said.issuer_size) / 2)
    else:
        _centred(left, said.separator, said.issuer_size)
    _centred(left, paper.number, said.number_size)
    _centred(right, said.heading, said.heading_size, bold=True)
    if said.heading_rule:
        _rule(right, whole * (1 - LEFT_SHARE), width(said.heading, said.heading_size))
    if said.motto:
        _centred(right, said.motto, said.motto_size, bold=True)
        _rule(right, whole * (1 - LEFT_SHARE), width(said.motto, said.motto_size))
    if paper.dated:
        _centred(right, paper.dated, said.date_size, italic=True)
    if paper.classification in STAMPS:
        _stamp(left if profile.stamp.place == "number" else right, paper.classification, profile.stamp)
    _trim(left, right)


def _stamp(side: Cell, classification: Classification, said: Stamp) -> None:
    """Frame the classification below what stands at one side of the letterhead."""
    side.add_paragraph().paragraph_format.line_spacing = Pt(4)
    grid = side.add_table(rows=1, cols=1)
    _fix(grid, [Mm(said.width(classification))])
    _pad(grid, left=0, right=0)
    borders = OxmlElement("w:tblBorders")
    sides = ("top", "left", "bottom", "right")
    borders.extend(_element(f"w:{one}", val=said.frame, sz="6", space="0", color=said.colour) for one in sides)
    grid._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)  # noqa: SLF001 - python-docx has no borders
    grid.rows[0].height, grid.rows[0].height_rule = Mm(said.height), WD_ROW_HEIGHT_RULE.EXACTLY
    cell = grid.rows[0].cells[0]
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    words = _centred(cell, STAMPS[classification], said.size, bold=True)
    words.runs[0].font.color.rgb = RGBColor.from_string(said.colour)
    _trim(cell)
    side.paragraphs[-1].paragraph_format.line_spacing = Pt(4)  # a cell ends with a paragraph


def _title(sheet: Sheet, paper: Paper, profile: Profile) -> None:
    said = profile.title
    title = _centred(sheet, paper.title, said.size, bold=True)
    title.paragraph_format.space_before = Pt(18)
    about = _centred(sheet, paper.about, said.about_size, bold=True)
    if said.closing == "rule":
        _rule(sheet, _text_width(sheet), width(paper.about, said.about_size) / 3)
    else:
        _centred(sheet, said.closing, said.about_size)
    about.paragraph_format.keep_with_next = True
    sheet.add_paragraph().paragraph_format.line_spacing = Pt(8)


def _paragraph(line: Line, block: Paragraph, profile: Profile) -> None:
    for run in block.runs:
        written = line.add_run(writable(run.text))
        written.bold, written.italic = run.bold or None, run.italic or None
    line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    style = line.paragraph_format
    style.first_line_indent = Mm(profile.text.indent)
    style.space_after, style.line_spacing = Pt(6), 1.1
    style.keep_with_next = block.kind is Kind.HEADING or None


def _table(sheet: Sheet, block: Table, profile: Profile) -> None:
    grid = sheet.add_table(rows=1 + len(block.rows), cols=len(block.columns))
    grid.style = "Table Grid"
    whole = _text_width(sheet)
    _fix(grid, [whole * column.share / 100 for column in block.columns])
    _pad(grid, top=CELL_ROOM, bottom=CELL_ROOM)
    titles = tuple(column.title for column in block.columns)
    for row, texts in zip(grid.rows, (titles, *block.rows), strict=True):
        _fill(row, texts, block, profile.text.table_size)
    head = grid.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no name for it
    head.append(_element("w:tblHeader"))
    for cell in grid.rows[0].cells:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell.paragraphs[0].runs[0].bold = True
    sheet.add_paragraph().paragraph_format.line_spacing = Pt(8)


def _fill(row: Row, texts: Iterable[str], block: Table, size: float) -> None:
    row.height, row.height_rule = ROW_HEIGHT, WD_ROW_HEIGHT_RULE.AT_LEAST
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))  # noqa: SLF001 - python-docx has no name for it
    for cell, column, text in zip(row.cells, block.columns, texts, strict=True):
        line = cell.paragraphs[0]
        line.add_run(writable(text)).font.size = Pt(size)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER if column.centred else WD_ALIGN_PARAGRAPH.LEFT
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _closing(sheet: Sheet, paper: Paper, profile: Profile) -> None:
    """Write who signs and who gets the paper: beside each other where one signs, below each other where two do."""
    sheet.paragraphs[-1].paragraph_format.keep_with_next = True  # nobody signs an empty page
    whole = _text_width(sheet)
    left, right = _sides(sheet, (whole / 2, whole / 2))
    if len(paper.signatures) == 1:
        _recipients(left, paper, profile)
    else:
        _signature(left, paper.signatures[0], profile)
    _signature(right, paper.signatures[-1], profile)
    _trim(left, right)
    for side in (left, right):
        side.paragraphs[0].paragraph_format.space_before = Pt(6)
    if len(paper.signatures) > 1:
        _recipients(sheet, paper, profile)


def _signature(cell: Cell, signature: Signature, profile: Profile) -> None:
    said = profile.signatures
    for line in signature.capacity:
        _centred(cell, line, said.size, bold=True)
    _centred(cell, said.note, said.size - 2, italic=True)
    for _ in range(SIGNING_ROOM):
        _centred(cell, "", said.name_size)
    _centred(cell, signature.name, said.name_size, bold=True)


def _recipients(place: Sheet | Cell, paper: Paper, profile: Profile) -> None:
    said = profile.recipients
    lines = [place.add_paragraph() for _ in range(1 + len(paper.recipients))]
    head = lines[0].add_run(writable(said.heading))
    head.font.size = Pt(said.heading_size)
    head.bold, head.italic, head.underline = said.heading_bold, said.heading_italic, said.heading_underline
    for place_in_list, (line, text) in enumerate(zip(lines[1:], paper.recipients, strict=True), start=1):
        end = "." if place_in_list == len(paper.recipients) else ";"
        line.add_run(writable(f"- {text}{end}")).font.size = Pt(said.size)
    for line in lines[:-1]:
        line.paragraph_format.keep_with_next = True


def _margins(sheet: Sheet, paper: Paper, profile: Profile) -> None:
    """Number the pages from the second on, at the top; name the journal at the foot of every page."""
    section = sheet.sections[0]
    section.different_first_page_header_footer = True
    top = section.header.paragraphs[0]
    top.alignment = WD_ALIGN_PARAGRAPH.CENTER
    top.add_run().font.size = Pt(profile.page.number_size)
    for kind in ("begin", "PAGE", "end"):
        top.runs[0]._r.append(_field(kind))  # noqa: SLF001 - python-docx has no fields
    for foot in (section.first_page_footer, section.footer):
        line = foot.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run(paper.seal)
        run.font.size, run.font.color.rgb = Pt(SEAL_SIZE), GREY


def _field(kind: str) -> Any:
    if kind != "PAGE":
        return _element("w:fldChar", fldCharType=kind)
    instruction = OxmlElement("w:instrText")
    instruction.text = kind
    return instruction


def _describe(sheet: Sheet, paper: Paper, made: datetime, label: str) -> None:
    """Fill the file's properties from the journal alone."""
    core = sheet.core_properties
    core.title, core.subject = writable(paper.title)[:255], writable(paper.about)[:255]
    core.author, core.last_modified_by, core.comments, core.keywords = "Giao Ban", "", "", ""
    core.created = core.modified = made.replace(microsecond=0, tzinfo=None)
    core.identifier, core.language, core.revision = label[:255], "vi-VN", 1


def _sides(sheet: Sheet, widths: Iterable[float]) -> tuple[Cell, Cell]:
    """Add two cells beside each other, without lines, that are never split over two pages."""
    grid = sheet.add_table(rows=1, cols=2)
    _fix(grid, list(widths))
    _pad(grid, left=0, right=0)
    grid.rows[0]._tr.get_or_add_trPr().append(_element("w:cantSplit"))  # noqa: SLF001 - python-docx has no name for it
    left, right = grid.rows[0].cells
    return left, right


def _fix(grid: Grid, widths: list[float]) -> None:
    """Give the columns their widths, in EMU, whatever is in them."""
    grid.autofit = False
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, wide in zip(grid.columns, widths, strict=True):
        column.width = Length(round(wide))


def _pad(grid: Grid, **room: int) -> None:
    """Leave so much room (twentieths of a point) between the edges of cells and their words."""
    margins = OxmlElement("w:tblCellMar")
    margins.extend(_element(f"w:{side}", w=str(wide), type="dxa") for side, wide in room.items())
    grid._tbl.tblPr.append(margins)  # noqa: SLF001 - python-docx has no name for it


def _centred(place: Sheet | Cell, text: str, size: float, *, bold: bool = False, italic: bool = False) -> Line:
    line = place.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = line.add_run(writable(text))
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return line


def _rule(place: Sheet | Cell, room: float, long: float) -> None:
    """Draw a line in the middle of so much room (EMU), so long (points): the border of an empty paragraph."""
    line = place.add_paragraph()
    side = Length(max(0, round((room - Pt(long)) / 2)))
    style = line.paragraph_format
    style.left_indent = style.right_indent = side
    style.line_spacing, style.space_after = Pt(2), Pt(4)
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="6", space="1", color="000000"))
    line._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - python-docx has no borders


def _trim(*cells: Cell) -> None:
    """Take out the empty paragraph that every new cell begins with."""
    for cell in cells:
        first = cell.paragraphs[0]._p  # noqa: SLF001 - python-docx cannot remove a paragraph
        first.getparent().remove(first)


def _text_width(sheet: Sheet) -> int:
    section = sheet.sections[0]
    return int((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))


def _element(name: str, **attributes: str) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
