"""Small files of every kind, made as the programs make them."""

import io
import zipfile
from collections.abc import Mapping

from docx import Document
from openpyxl import Workbook

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/main.xml" ContentType="{kind}"/>'
    "</Types>"
)
PRESENTATION = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def docx() -> bytes:
    """A document as python-docx writes it."""
    document, file = Document(), io.BytesIO()
    document.add_paragraph("Báo cáo")
    document.save(file)
    return file.getvalue()


def xlsx() -> bytes:
    """A workbook as openpyxl writes it."""
    file = io.BytesIO()
    Workbook().save(file)
    return file.getvalue()


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive, its parts in this order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name, content in parts.items():
            written.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def office(kind: str, **more: str) -> bytes:
    """An office file that says only what it is."""
    named = {name.replace("__", "/"): content for name, content in more.items()}
    return archive({"[Content_Types].xml": TYPES.format(kind=kind), **named})


def open_document(kind: str, **more: str) -> bytes:
    """An OpenDocument file that says only what it is."""
    named = {name.replace("__", "/"): content for name, content in more.items()}
    return archive({"mimetype": f"application/vnd.oasis.opendocument.{kind}", **named})
