"""Documents of a briefing: who may be given which file, whom it is for, and who has fetched it."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from server.core.briefing import require
from server.core.errors import Conflict, Invalid, NotFound
from server.core.events import (
    Addressees,
    DocumentAddressed,
    DocumentAttached,
    DocumentFetched,
    DocumentRestored,
    DocumentWithdrawn,
    Event,
    File,
)
from server.core.ids import DocumentId, EndpointCode
from server.core.plan import require_certified
from server.core.presence import NotInvited
from server.core.state import Briefing, Document, Phase

MOST_DOCUMENTS: Final = 200
"""Of one briefing, the withdrawn ones too: what sites were once given stays in the record."""

LONGEST_NAME: Final = 150
"""Characters of a file's name with its ending."""

TEXT: Final = "text/plain"

_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "application/pdf": ("pdf",),
        f"{_OFFICE}.wordprocessingml.document": ("docx",),
        f"{_OFFICE}.spreadsheetml.sheet": ("xlsx",),
        f"{_OFFICE}.presentationml.presentation": ("pptx",),
        f"{_ODF}.text": ("odt",),
        f"{_ODF}.spreadsheet": ("ods",),
        f"{_ODF}.presentation": ("odp",),
        "image/png": ("png",),
        "image/jpeg": ("jpg", "jpeg"),
        "image/gif": ("gif",),
        "image/webp": ("webp",),
        "image/tiff": ("tif", "tiff"),
        TEXT: ("txt", "csv"),
    }
)
"""What may be attached, and how the name of each may end; a name without an ending gets the first."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.ASCII | re.IGNORECASE)
"""Names that Windows keeps for its devices."""

_FORBIDDEN = frozenset('<>:"/\\|?*')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Characters that show nothing, or turn the direction of what follows: a name must say what one sees."""


class NoSuchDocument(NotFound):
    """There is no such document here; look at the list of documents again."""

    code = "no_such_document"


class DocumentName(Invalid):
    """A file needs a name that ends as its content says (a PDF in .pdf), of at most 150 characters; rename the file."""

    code = "document_name"


class DocumentsFull(Conflict):
    """There is no room for this file: as many, or as large, files are there as there may be; send a smaller one."""

    code = "documents_full"


class AlreadyAttached(Conflict):
    """This very file is attached already; look at the list of documents."""

    code = "already_attached"


class NoSuchAgendaItem(Invalid):
    """The agenda has no item of that title; choose one of its items."""

    code = "no_such_agenda_item"


def file_name(given: str, media_type: str) -> str:
    """Return the name a file is kept under: in one line, without a path, and ending as its content says.

    Raises DocumentName for one that is empty or too long, or that ends as another type does.
    """
    text = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    shown = "".join(one for one in text if unicodedata.category(one) not in _UNSEEN)
    plain = " ".join("".join("_" if one in _FORBIDDEN else one for one in shown).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ENDINGS[media_type][0]
    if ending.lower() not in ENDINGS[media_type] or not stem.strip(". ") or len(f"{stem}.{ending}") > LONGEST_NAME:
        raise DocumentName(plain[:LONGEST_NAME])
    return f"_{stem}.{ending}" if _RESERVED.fullmatch(plain) else f"{stem}.{ending}"


def attach(
    briefing: Briefing,
    _now: datetime,
    *,
    document: DocumentId,
    file: File,
    addressees: Addressees,
    item: str = "",
    most_octets: int,
    certified: bool = False,
) -> tuple[Event, ...]:
    """Give a file to the briefing; `most_octets`: of all its documents together.

    Raises WrongPhase after the end, NotCertified, NotInvited, NoSuchAgendaItem, AlreadyAttached and DocumentsFull.
    """
    require_room(briefing, octets=file.octets, most_octets=most_octets, certified=certified)
    _check_place(briefing, addressees, item)
    shown = (one for one in briefing.documents.attached.values() if not one.withdrawn)
    if any((one.file.sha256, one.file.name) == (file.sha256, file.name) for one in shown):
        raise AlreadyAttached(file.name)
    return (DocumentAttached(document, file, addressees, item),)


def require_room(briefing: Briefing, *, octets: int, most_octets: int, certified: bool) -> None:
    """Raise the refusal of a file of this size, before its bytes have arrived: see `attach`."""
    require(briefing, "attach")
    require_certified(briefing.planned, certified=certified)
    files = [one.file for one in briefing.documents.attached.values()]
    if len(files) >= MOST_DOCUMENTS or total(files) + octets > most_octets:
        raise DocumentsFull


def total(files: Iterable[File]) -> int:
    """Return how many octets files have together."""
    return sum(file.octets for file in files)


def address(
    briefing: Briefing, _now: datetime, *, document: DocumentId, addressees: Addressees, item: str
) -> tuple[Event, ...]:
    """Say anew whom a document is for and to which agenda item it belongs; the same again changes nothing."""
    require(briefing, "attach")
    before = known(briefing, document)
    if (before.addressees, before.item) == (addressees, item):
        return ()
    _check_place(briefing, addressees, item if item != before.item else "", known=before.addressees)
    return (DocumentAddressed(document, addressees, item),)


def withdraw(briefing: Briefing, _now: datetime, *, document: DocumentId) -> tuple[Event, ...]:
    """Show a document to no site any more; its file stays, for it may be restored."""
    require(briefing, "attach")
    return () if known(briefing, document).withdrawn else (DocumentWithdrawn(document),)


def restore(briefing: Briefing, _now: datetime, *, document: DocumentId) -> tuple[Event, ...]:
    """Show a withdrawn document again."""
    require(briefing, "attach")
    return (DocumentRestored(document),) if known(briefing, document).withdrawn else ()


def fetch(briefing: Briefing, _now: datetime, *, document: DocumentId, endpoint: EndpointCode) -> tuple[Event, ...]:
    """Note that a site is sent a document; only the first time is written down.

    Raises NoSuchDocument also for one that is for others: a site learns nothing of it.
    """
    require_shown(briefing, document, endpoint)
    fetched = endpoint in briefing.documents.fetched.get(document, {})
    return () if fetched else (DocumentFetched(document, endpoint),)


def require_shown(briefing: Briefing, document: DocumentId, endpoint: EndpointCode) -> Document:
    """Return a document that a site is shown. Raises NoSuchDocument."""
    found = briefing.documents.attached.get(document)
    if found is None or found not in shown_to(briefing, endpoint):
        raise NoSuchDocument(document)
    return found


def shown_to(briefing: Briefing, endpoint: EndpointCode) -> tuple[Document, ...]:
    """Return the documents that a site is shown, in the order in which they were attached.

    There are none before the plan is published, none after it was cancelled, and none for whom it does not invite.
    """
    if briefing.phase in {Phase.DRAFT, Phase.CANCELLED} or endpoint not in briefing.planned.endpoints:
        return ()
    attached = briefing.documents.attached.values()
    return tuple(one for one in attached if not one.withdrawn and is_for(one.addressees, endpoint))


def is_for(addressees: Addressees, endpoint: EndpointCode) -> bool:
    """Whether a site is among those meant."""
    return addressees.everybody or endpoint in addressees.endpoints


def meant(briefing: Briefing, addressees: Addressees) -> tuple[EndpointCode, ...]:
    """Return the sites of the plan that are meant, in its order."""
    return tuple(code for code in briefing.planned.endpoints if is_for(addressees, code))


def known(briefing: Briefing, document: DocumentId) -> Document:
    """Return a document, withdrawn or not. Raises NoSuchDocument."""
    found = briefing.documents.attached.get(document)
    if found is None:
        raise NoSuchDocument(document)
    return found


def check_addressees(briefing: Briefing, addressees: Addressees) -> None:
    """Raise NotInvited for sites that are not on the list of the briefing."""
    strangers: Collection[EndpointCode] = set(addressees.endpoints) - set(briefing.planned.endpoints)
    if strangers:
        raise NotInvited(", ".join(sorted(strangers)))


def _check_place(briefing: Briefing, addressees: Addressees, item: str, *, known: Addressees | None = None) -> None:
    """Check whom and what a document is for; `known`: whom it was for, some of whom the plan may have no more."""
    if addressees != known:
        check_addressees(briefing, addressees)
    if item and item not in {one.title for one in briefing.planned.agenda}:
        raise NoSuchAgendaItem(item)
