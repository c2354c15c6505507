"""The documents' state: what is attached and for whom, who has fetched it, and which papers are due and handed in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.ids import DocumentId, EndpointCode


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was attached."""

    id: DocumentId
    file: e.File
    addressees: e.Addressees
    item: str
    attached_at: datetime
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a paper, as a site handed it in."""

    id: DocumentId
    file: e.File
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """A paper that sites are asked for, and what they have handed in."""

    number: int
    wanted: e.PaperWanted
    asked_at: datetime
    withdrawn: bool = False
    chased: Mapping[EndpointCode, datetime] = field(default_factory=lambda: MappingProxyType({}))  # the last time
    handed_in: Mapping[EndpointCode, tuple[Version, ...]] = field(default_factory=lambda: MappingProxyType({}))


Fetched = Mapping[EndpointCode, datetime]
"""When each site was first sent a document; those that were not are missing."""


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a briefing, and the papers it asks for."""

    attached: Mapping[DocumentId, Document] = field(default_factory=lambda: MappingProxyType({}))
    fetched: Mapping[DocumentId, Fetched] = field(default_factory=lambda: MappingProxyType({}))
    requests: Mapping[int, PaperRequest] = field(default_factory=lambda: MappingProxyType({}))


def _attached(documents: Documents, event: e.DocumentAttached, at: datetime) -> Documents:
    document = Document(event.document, event.file, event.addressees, event.item, at)
    return replace(documents, attached=_set(documents.attached, event.document, document))


def _addressed(documents: Documents, event: e.DocumentAddressed, _at: datetime) -> Documents:
    return _changed(documents, event.document, addressees=event.addressees, item=event.item)


def _withdrawn(documents: Documents, event: e.DocumentWithdrawn, _at: datetime) -> Documents:
    return _changed(documents, event.document, withdrawn=True)


def _restored(documents: Documents, event: e.DocumentRestored, _at: datetime) -> Documents:
    return _changed(documents, event.document, withdrawn=False)


def _fetched(documents: Documents, event: e.DocumentFetched, at: datetime) -> Documents:
    before = documents.fetched.get(event.document, {})
    fetched = _set(before, event.endpoint, before.get(event.endpoint, at))
    return replace(documents, fetched=_set(documents.fetched, event.document, fetched))


def _requested(documents: Documents, event: e.PaperRequested, at: datetime) -> Documents:
    request = PaperRequest(event.number, event.wanted, at)
    return replace(documents, requests=_set(documents.requests, event.number, request))


def _request_amended(documents: Documents, event: e.PaperRequestAmended, _at: datetime) -> Documents:
    return _asked(documents, event.number, wanted=event.wanted)


def _request_withdrawn(documents: Documents, event: e.PaperRequestWithdrawn, _at: datetime) -> Documents:
    return _asked(documents, event.number, withdrawn=True)


def _request_restored(documents: Documents, event: e.PaperRequestRestored, _at: datetime) -> Documents:
    return _asked(documents, event.number, withdrawn=False)


def _handed_in(documents: Documents, event: e.PaperHandedIn, at: datetime) -> Documents:
    request = documents.requests.get(event.number)
    if request is None:
        return documents
    versions = (*request.handed_in.get(event.endpoint, ()), Version(event.document, event.file, at))
    return _asked(documents, event.number, handed_in=_set(request.handed_in, event.endpoint, versions))


def _chased(documents: Documents, event: e.PapersChased, at: datetime) -> Documents:
    request = documents.requests.get(event.number)
    if request is None:
        return documents
    chased = MappingProxyType({**request.chased, **dict.fromkeys(event.endpoints, at)})
    return _asked(documents, event.number, chased=chased)


def _changed(documents: Documents, known: DocumentId, **changes: Any) -> Documents:
    """Change one document; of one that was never attached nothing is known."""
    if known not in documents.attached:
        return documents
    changed = replace(documents.attached[known], **changes)
    return replace(documents, attached=_set(documents.attached, known, changed))


def _asked(documents: Documents, number: int, **changes: Any) -> Documents:
    """Change one request; of one that was never made nothing is known."""
    if number not in documents.requests:
        return documents
    changed = replace(documents.requests[number], **changes)
    return replace(documents, requests=_set(documents.requests, number, changed))


def _set(known: Mapping[Any, Any], key: Any, value: Any) -> Mapping[Any, Any]:
    return MappingProxyType({**known, key: value})


MOVES: Mapping[type, Callable[[Documents, Any, datetime], Documents]] = MappingProxyType(
    {
        e.DocumentAttached: _attached,
        e.DocumentAddressed: _addressed,
        e.DocumentWithdrawn: _withdrawn,
        e.DocumentRestored: _restored,
        e.DocumentFetched: _fetched,
        e.PaperRequested: _requested,
        e.PaperRequestAmended: _request_amended,
        e.PaperRequestWithdrawn: _request_withdrawn,
        e.PaperRequestRestored: _request_restored,
        e.PaperHandedIn: _handed_in,
        e.PapersChased: _chased,
    }
)
