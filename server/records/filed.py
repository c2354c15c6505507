"""What was on the table: the documents that sites were given, and the papers that they handed in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from server.core.documents import meant
from server.core.ids import EndpointCode
from server.core.papers import by_due
from server.core.state import Briefing, Document, PaperRequest
from server.records.spoken import seconds_between

Names = Callable[[EndpointCode], str]


@dataclass(frozen=True, slots=True)
class FirstFetch:
    """When a site was first sent a document."""

    endpoint: EndpointCode
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FiledDocument:
    """A document that was attached, as it stood at the journal's head."""

    file: str  # its name
    media_type: str
    octets: int
    sha256: str
    item: str  # the title of the agenda item it belonged to; nothing: the whole briefing
    attached_at: datetime
    withdrawn: bool
    endpoints: tuple[EndpointCode, ...]  # whom it was for, in the plan's order; none: the hub alone
    fetched: tuple[FirstFetch, ...]  # in the order in which they fetched it


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """One version of a paper that a site handed in."""

    number: int  # of the paper that was asked for: 1, 2, 3, ...
    title: str
    due: datetime
    endpoint: EndpointCode
    name: str
    version: int  # 1, 2, 3, ...; the last one counts
    handed_in_at: datetime
    late_seconds: float  # of the first version: what decides whether the paper was late
    file: str
    media_type: str
    octets: int
    sha256: str


def filed(end: Briefing, names: Names) -> tuple[tuple[FiledDocument, ...], tuple[FiledPaper, ...]]:
    """Return the documents in the order attached, and the papers: by due date, site by site in the order handed in."""
    attached = tuple(_document(end, one, names) for one in end.documents.attached.values())
    handed_in = (one for request in by_due(end.documents.requests.values()) for one in _papers(request, names))
    return attached, tuple(handed_in)


def _document(end: Briefing, one: Document, names: Names) -> FiledDocument:
    fetched = end.documents.fetched.get(one.id, {})
    return FiledDocument(
        file=one.file.name,
        media_type=one.file.media_type,
        octets=one.file.octets,
        sha256=one.file.sha256,
        item=one.item,
        attached_at=one.attached_at,
        withdrawn=one.withdrawn,
        endpoints=meant(end, one.addressees),
        fetched=tuple(FirstFetch(code, names(code), at) for code, at in fetched.items()),
    )


def _papers(request: PaperRequest, names: Names) -> Iterator[FiledPaper]:
    for endpoint, versions in request.handed_in.items():
        late = max(0.0, seconds_between(request.wanted.due, versions[0].at))
        for number, one in enumerate(versions, start=1):
            yield FiledPaper(
                number=request.number,
                title=request.wanted.title,
                due=request.wanted.due,
                endpoint=endpoint,
                name=names(endpoint),
                version=number,
                handed_in_at=one.at,
                late_seconds=late,
                file=one.file.name,
                media_type=one.file.media_type,
                octets=one.file.octets,
                sha256=one.file.sha256,
            )
