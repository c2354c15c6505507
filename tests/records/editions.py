"""What the files of an edition look like: a digest of each, of one small meeting. `make docs` writes them anew.

A file that was exported once is compared with what is made today, so a change of any form has to be a new edition.
"""

import hashlib
from pathlib import Path

from server.core.events import (
    Addressees,
    AgendaMoved,
    DocumentAttached,
    DocumentFetched,
    Event,
    File,
    Note,
    NoteKind,
    NoteTaken,
    PaperHandedIn,
    PaperRequested,
    PaperWanted,
)
from server.core.ids import DocumentId
from server.records.documents.profile import load
from server.records.files import House, record_in, write
from server.records.label import EDITION, Document, Form, Format, Part
from tests.core.cast import THANH_HOA, at, told
from tests.records.story import NAMES, WHOLE

FILE = Path(__file__).with_suffix(".txt")
HEAD = "# edition, form, SHA-256 of the file: when a digest changes, old files are no longer found genuine.\n"
HOUSE = House(load(), "Asia/Ho_Chi_Minh", lambda _roster: {str(code): called for code, called in NAMES.items()})
TASK = Note(NoteKind.TASK, "Rà soát hồ, đập", at(65), owner="Sở NN&MT", due="2026-Q4")
REPORT = File("Báo cáo.pdf", "application/pdf", 1000, "0" * 64)
PAPERS: list[tuple[float, Event]] = [
    (-9000, DocumentAttached(DocumentId("one"), REPORT, Addressees(everybody=True), "Khai mạc")),
    (-8900, DocumentFetched(DocumentId("one"), THANH_HOA)),
    (-8800, PaperRequested(1, PaperWanted("Tham luận", at(-8000), Addressees(everybody=True)))),
    (-7990, PaperHandedIn(1, THANH_HOA, DocumentId("two"), REPORT)),
]
STORY = sorted([*WHOLE, *PAPERS, (10, AgendaMoved(0)), (65, NoteTaken(1, TASK))], key=lambda step: step[0])


def forms() -> list[Form]:
    """Return a form of every kind."""
    return [
        *(HOUSE.form(one, language) for one in (Format.JSON, Format.RTTM, Format.VTT) for language in ("vi", "en")),
        *(HOUSE.form(Format.CSV, "vi", part=part) for part in Part),
        *(HOUSE.form(Format.XLSX, language) for language in ("vi", "en")),
        *(
            HOUSE.form(Format.DOCX, "vi", document=document, profile=profile)
            for document in Document
            for profile in ("state", "party")
        ),
    ]


def called(form: Form) -> str:
    """Name a form."""
    return "-".join(filter(None, (form.format, form.part, form.language, form.profile.partition(".")[0])))


def digests() -> str:
    """Return the lines of the table."""
    journal = told(STORY)
    made = ((form, write(record_in(journal, form.language, HOUSE), form, HOUSE)) for form in forms())
    return HEAD + "".join(f"{EDITION} {called(form)} {hashlib.sha256(content).hexdigest()}\n" for form, content in made)


if __name__ == "__main__":
    FILE.write_text(digests(), encoding="ascii")
