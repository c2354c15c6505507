"""What a file is: decided by its content, whatever its name; programs in office files are refused."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from server.core.documents import ENDINGS
from server.files.errors import FileMacros, FileType
from server.files.kinds import kind_of
from tests.files.samples import PDF, PRESENTATION, TYPES, archive, docx, office, open_document, xlsx

OFFICE = "application/vnd.openxmlformats-officedocument"
WORD, SHEET = f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.spreadsheetml.sheet"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb">]><Types>&b;</Types>'


def packed(kind: str, method: int) -> bytes:
    """An office file that is packed by some method."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archived:
        archived.writestr("[Content_Types].xml", TYPES.format(kind=kind))
    return file.getvalue()


def damaged(content: bytes) -> bytes:
    """An archive whose first part, the list of types, cannot be unpacked."""
    begin = 30 + len("[Content_Types].xml")
    assert content[30:begin] == b"[Content_Types].xml"
    return content[:begin] + b"\xff" * 20 + content[begin + 20 :]


def with_two_ends(content: bytes) -> bytes:
    """An archive with an end for 64 bits, which counts, and one of the old kind that speaks of a single byte."""
    *before, size, offset, _ = struct.unpack("<4s4H2LH", content[-22:])
    end = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, before[3], before[4], size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(content) - 22, 1)
    return content[:-22] + end + locator + struct.pack("<4s4H2LH", *before, 1, offset, 0)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "anything.bin"
    path.write_bytes(content)
    return path


SAMPLES = (
    (PDF, "application/pdf"),
    (docx(), WORD),
    (xlsx(), SHEET),
    (office(f"{PRESENTATION}.main+xml"), PRESENTATION),
    (open_document("text"), "application/vnd.oasis.opendocument.text"),
    (open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
    (open_document("presentation"), "application/vnd.oasis.opendocument.presentation"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 9, "image/png"),
    (b"\xff\xd8\xff\xe0" + b"\0" * 9, "image/jpeg"),
    (b"GIF89a" + b"\0" * 9, "image/gif"),
    (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    (b"II*\0" + b"\0" * 9, "image/tiff"),
    ("\ufeffTỉnh;Số liệu\r\nThanh Hóa;38\r\n".encode(), "text/plain"),
    (("a" * (256 * 1024 - 1) + "ố" * 10).encode(), "text/plain"),
    (b"<script>alert(1)</script>", "text/plain"),
)
OTHERS = (
    b"MZ\x90\0" + b"\0" * 60,
    b"\x7fELF" + b"\0" * 60,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504,
    b"Rar!\x1a\x07\x01\0",
    b"\0",
    b"\xff\xfe" + "UTF-16".encode("utf-16-le"),
    "đã cắt".encode()[:-1] + b"\xe1",
    b"\xe1" + b"a" * 10,
    b"a\x1b[31m",
    archive({"a.txt": "không phải tài liệu"}),
    archive({}),
    b"PK\x03\x04" + b"\0" * 40,
    docx()[:-30],
    office("application/octet-stream"),
    office(f"{WORD}.main+xml").replace(b"_Types]", b"_Typos]"),
    archive({"[Content_Types].xml": "<Types"}),
    archive({"[Content_Types].xml": BOMB}),
    archive({"[Content_Types].xml": "<Types>" + " " * 1024 * 1024 + "</Types>"}),
    archive({"mimetype": "application/epub+zip"}),
    archive({"mimetype": "ứng dụng"}),
)


@pytest.mark.parametrize(("content", "kind"), SAMPLES, ids=range(len(SAMPLES)))
def test_kind_is_told_by_the_content(tmp_path: Path, content: bytes, kind: str) -> None:
    assert kind_of(written(tmp_path, content)) == kind


def test_every_kind_that_is_told_may_be_attached() -> None:
    assert {WORD, SHEET, PRESENTATION, "text/plain", "application/pdf"} <= ENDINGS.keys()


@pytest.mark.parametrize("content", OTHERS, ids=range(len(OTHERS)))
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileType):
        kind_of(written(tmp_path, content))


@pytest.mark.parametrize(
    "content",
    [
        office(MACROS),
        archive({"[Content_Types].xml": "<Types/>", "word/vbaProject.bin": "x"}),
        archive({"[Content_Types].xml": "<Types/>", "XL/VBAPROJECT.BIN": "x"}),
        open_document("text", Basic__script="x"),
        open_document("text", Scripts__python="x"),
    ],
    ids=["declared", "part", "part in capitals", "Basic", "script"],
)
def test_programs_in_office_files_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileMacros):
        kind_of(written(tmp_path, content))


@pytest.mark.parametrize(
    "content",
    [
        damaged(docx()),
        packed(f"{WORD}.main+xml", zipfile.ZIP_LZMA),
        damaged(packed(f"{WORD}.main+xml", zipfile.ZIP_LZMA)),
        packed(f"{WORD}.main+xml", zipfile.ZIP_BZIP2),
    ],
    ids=["damaged", "LZMA", "damaged LZMA", "bzip2"],
)
def test_archive_that_no_office_unpacks_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileType):
        kind_of(written(tmp_path, content))


def test_archive_whose_list_of_contents_is_larger_than_it_says_is_not_read(tmp_path: Path) -> None:
    content = with_two_ends(docx())

    with zipfile.ZipFile(io.BytesIO(content)) as archived:
        assert len(archived.namelist()) > 1  # Python reads the list that is hidden
    with pytest.raises(FileType):
        kind_of(written(tmp_path, content))


def test_archive_with_an_endless_list_of_contents_is_not_read(tmp_path: Path) -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 3 * 1024 * 1024, 0, 0)

    with pytest.raises(FileType):
        kind_of(written(tmp_path, b"PK\x03\x04" + b"\0" * 100 + end))
