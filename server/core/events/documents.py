"""Documents: attached for the sites, fetched by them, and the papers that are asked of them and handed in."""

from dataclasses import dataclass
from datetime import datetime

from server.core.ids import DocumentId, EndpointCode


@dataclass(frozen=True, slots=True)
class File:
    """A file as the journal knows it: its bytes are kept elsewhere, under their hash."""

    name: str  # as people see it, with its ending
    media_type: str  # by its content
    octets: int
    sha256: str  # hexadecimal


@dataclass(frozen=True, slots=True)
class Addressees:
    """Whom a document is for. The hub and the secretary always see it."""

    everybody: bool  # every site of the plan, those that are added later too
    endpoints: tuple[EndpointCode, ...] = ()  # the sites, where it is not for everybody; none: for the hub alone


@dataclass(frozen=True, slots=True)
class DocumentAttached:
    """A file belongs to the briefing from now on."""

    document: DocumentId
    file: File
    addressees: Addressees
    item: str = ""  # the title of the agenda item it belongs to; nothing: to the whole briefing


@dataclass(frozen=True, slots=True)
class DocumentAddressed:
    """A document is for other sites, or belongs to another agenda item, than before."""

    document: DocumentId
    addressees: Addressees
    item: str = ""


@dataclass(frozen=True, slots=True)
class DocumentWithdrawn:
    """Sites are shown a document no more."""

    document: DocumentId


@dataclass(frozen=True, slots=True)
class DocumentRestored:
    """A withdrawn document is shown again."""

    document: DocumentId


@dataclass(frozen=True, slots=True)
class DocumentFetched:
    """A site was sent a document for the first time."""

    document: DocumentId
    endpoint: EndpointCode


@dataclass(frozen=True, slots=True)
class PaperWanted:
    """What sites are to hand in, and until when."""

    title: str
    due: datetime
    addressees: Addressees


@dataclass(frozen=True, slots=True)
class PaperRequested:
    """Sites are asked for a paper."""

    number: int  # in this briefing: 1, 2, 3, ...
    wanted: PaperWanted


@dataclass(frozen=True, slots=True)
class PaperRequestAmended:
    """What is asked for was written anew."""

    number: int
    wanted: PaperWanted


@dataclass(frozen=True, slots=True)
class PaperRequestWithdrawn:
    """A paper is not asked for any more; what has been handed in stays."""

    number: int


@dataclass(frozen=True, slots=True)
class PaperRequestRestored:
    """A paper is asked for again."""

    number: int


@dataclass(frozen=True, slots=True)
class PaperHandedIn:
    """A site handed a paper in; of several versions the last one counts."""

    number: int
    endpoint: EndpointCode
    document: DocumentId
    file: File


@dataclass(frozen=True, slots=True)
class PapersChased:
    """The sites that owe a paper were reminded of it."""

    number: int
    endpoints: tuple[EndpointCode, ...]
