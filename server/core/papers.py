"""Papers that sites are asked for: what is wanted until when, what was handed in, who is late, and who was reminded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from server.core import documents
from server.core.briefing import require
from server.core.documents import DocumentsFull, NoSuchDocument, is_for
from server.core.errors import Conflict, Invalid, NotFound
from server.core.events import (
    Addressees,
    Event,
    File,
    PaperHandedIn,
    PaperRequestAmended,
    PaperRequested,
    PaperRequestRestored,
    PaperRequestWithdrawn,
    PapersChased,
    PaperWanted,
)
from server.core.ids import DocumentId, EndpointCode
from server.core.plan import LONGEST_LINE, require_certified
from server.core.state import Briefing, PaperRequest, Phase, Version
from server.core.text import require_whole

MOST_REQUESTS: Final = 30
MOST_VERSIONS: Final = 10
"""Of one paper from one site."""

PATIENCE: Final = timedelta(minutes=10)
"""How soon nobody is reminded again of the same paper."""


class NoSuchRequest(NotFound):
    """No such paper is asked for here; look at the list of papers again."""

    code = "no_such_request"


class PaperTitle(Invalid):
    """What is asked for needs a title of at most 300 characters; correct it."""

    code = "paper_title"


class DueTooLate(Invalid):
    """Papers are due in the time to come, and before the briefing starts; correct the time."""

    code = "due_too_late"


class TooManyRequests(Conflict):
    """A briefing asks for at most 30 papers; amend one of them instead."""

    code = "too_many_requests"


class TooManyVersions(Conflict):
    """A paper has at most 10 versions from one endpoint; call the organizer."""

    code = "too_many_versions"


class SameVersion(Conflict):
    """This is the very file that was handed in last; nothing has changed."""

    code = "same_version"


class NobodyToChase(Conflict):
    """Nobody owes this paper, or whoever does was reminded within the last ten minutes."""

    code = "nobody_to_chase"


class Standing(StrEnum):
    """How a site stands with one paper."""

    AWAITED = "awaited"
    OVERDUE = "overdue"  # nothing was handed in, and it is due
    IN_TIME = "in_time"
    LATE = "late"  # it was handed in after it was due


@dataclass(frozen=True, slots=True)
class Owed:
    """One paper of one site."""

    endpoint: EndpointCode
    standing: Standing
    late_by: timedelta  # how long after it was due it came, or does not come; none: zero
    versions: tuple[Version, ...]  # the last one counts; whether it is late is decided by the first
    chased_at: datetime | None


_WORST_FIRST: Mapping[Standing, int] = MappingProxyType(
    {Standing.OVERDUE: 0, Standing.AWAITED: 1, Standing.LATE: 2, Standing.IN_TIME: 3}
)


def ask(briefing: Briefing, now: datetime, *, wanted: PaperWanted, certified: bool = False) -> tuple[Event, ...]:
    """Ask sites for a paper.

    Raises WrongPhase from the start on, NotCertified, PaperTitle, DueTooLate, NotInvited and TooManyRequests.
    """
    require(briefing, "ask")
    require_certified(briefing.planned, certified=certified)
    _check(briefing, now, wanted, is_new=True)
    if len(briefing.documents.requests) >= MOST_REQUESTS:
        raise TooManyRequests
    return (PaperRequested(len(briefing.documents.requests) + 1, wanted),)


def amend(briefing: Briefing, now: datetime, *, number: int, wanted: PaperWanted) -> tuple[Event, ...]:
    """Write anew what is asked for; the same again changes nothing."""
    require(briefing, "ask")
    before = known(briefing, number).wanted
    if before == wanted:
        return ()
    _check(briefing, now, wanted, is_new=before.due != wanted.due, known=before.addressees)
    return (PaperRequestAmended(number, wanted),)


def withdraw(briefing: Briefing, _now: datetime, *, number: int) -> tuple[Event, ...]:
    """Ask for a paper no more; what has been handed in stays."""
    require(briefing, "ask")
    return () if known(briefing, number).withdrawn else (PaperRequestWithdrawn(number),)


def restore(briefing: Briefing, _now: datetime, *, number: int) -> tuple[Event, ...]:
    """Ask for a paper again."""
    require(briefing, "ask")
    return (PaperRequestRestored(number),) if known(briefing, number).withdrawn else ()


def hand_in(
    briefing: Briefing,
    _now: datetime,
    *,
    number: int,
    endpoint: EndpointCode,
    document: DocumentId,
    file: File,
    most_octets: int,
    certified: bool = False,
) -> tuple[Event, ...]:
    """Take a paper in, late or not; `most_octets`: of all that one site hands in.

    Raises WrongPhase after the end, NoSuchRequest, SameVersion, TooManyVersions, DocumentsFull and NotCertified.
    """
    require_room(briefing, number=number, endpoint=endpoint, octets=file.octets, most_octets=most_octets)
    require_certified(briefing.planned, certified=certified)
    before = known(briefing, number).handed_in.get(endpoint, ())
    if before and before[-1].file == file:
        raise SameVersion(file.name)
    return (PaperHandedIn(number, endpoint, document, file),)


def require_room(
    briefing: Briefing, *, number: int, endpoint: EndpointCode, octets: int, most_octets: int
) -> PaperRequest:
    """Raise the refusal of a paper of this size, before its bytes have arrived: see `hand_in`."""
    require(briefing, "hand_in")
    request = next((one for one in asked_of(briefing, endpoint) if one.number == number), None)
    if request is None:
        raise NoSuchRequest(str(number))
    if len(request.handed_in.get(endpoint, ())) >= MOST_VERSIONS:
        raise TooManyVersions
    handed_in = (one.file for any_ in briefing.documents.requests.values() for one in any_.handed_in.get(endpoint, ()))
    if documents.total(handed_in) + octets > most_octets:
        raise DocumentsFull
    return request


def chase(briefing: Briefing, now: datetime, *, number: int) -> tuple[Event, ...]:
    """Remind every site that owes a paper, but none that was just reminded. Raises NobodyToChase."""
    require(briefing, "hand_in")
    request = known(briefing, number)
    late = () if request.withdrawn or briefing.phase is Phase.DRAFT else owing(briefing, request)
    patient = now - PATIENCE
    chased = tuple(code for code in late if request.chased.get(code, patient) <= patient)
    if not chased:
        raise NobodyToChase
    return (PapersChased(number, chased),)


def asked_of(briefing: Briefing, endpoint: EndpointCode) -> tuple[PaperRequest, ...]:
    """Return the papers that a site is asked for, the first due first; none before the plan is published."""
    if briefing.phase in {Phase.DRAFT, Phase.CANCELLED} or endpoint not in briefing.planned.endpoints:
        return ()
    asked = (one for one in briefing.documents.requests.values() if not one.withdrawn)
    return tuple(sorted((one for one in asked if is_for(one.wanted.addressees, endpoint)), key=_by_due))


def owing(briefing: Briefing, request: PaperRequest) -> tuple[EndpointCode, ...]:
    """Return the sites that have handed nothing in, in the plan's order."""
    return tuple(code for code in documents.meant(briefing, request.wanted.addressees) if code not in request.handed_in)


def owed_by(request: PaperRequest, endpoint: EndpointCode, now: datetime) -> Owed:
    """Say how one site stands with a paper."""
    versions = request.handed_in.get(endpoint, ())
    late_by = max(timedelta(0), (versions[0].at if versions else now) - request.wanted.due)
    if versions:
        standing = Standing.LATE if late_by else Standing.IN_TIME
    else:
        standing = Standing.OVERDUE if late_by else Standing.AWAITED
    return Owed(endpoint, standing, late_by, versions, request.chased.get(endpoint))


def owed(briefing: Briefing, request: PaperRequest, now: datetime) -> tuple[Owed, ...]:
    """Say how every site stands with a paper: those that owe it longest first, then in the plan's order.

    Whoever handed something in and is asked no more stays on the list.
    """
    wanted = request.wanted.addressees
    codes = [*documents.meant(briefing, wanted), *(one for one in request.handed_in if not is_for(wanted, one))]
    return tuple(sorted((owed_by(request, code, now) for code in codes), key=lambda one: _WORST_FIRST[one.standing]))


def version(briefing: Briefing, number: int, document: DocumentId) -> tuple[EndpointCode, Version]:
    """Return one version of a paper, and whose it is. Raises NoSuchRequest or NoSuchDocument."""
    for endpoint, versions in known(briefing, number).handed_in.items():
        for one in versions:
            if one.id == document:
                return endpoint, one
    raise NoSuchDocument(document)


def known(briefing: Briefing, number: int) -> PaperRequest:
    """Return a request, withdrawn or not. Raises NoSuchRequest."""
    found = briefing.documents.requests.get(number)
    if found is None:
        raise NoSuchRequest(str(number))
    return found


def by_due(requests: Iterable[PaperRequest]) -> list[PaperRequest]:
    """Sort requests: the first due first."""
    return sorted(requests, key=_by_due)


def _by_due(request: PaperRequest) -> tuple[datetime, int]:
    return request.wanted.due, request.number


def _check(
    briefing: Briefing, now: datetime, wanted: PaperWanted, *, is_new: bool, known: Addressees | None = None
) -> None:
    """Raise a refusal for what nobody can hand in; `is_new`: the time was not set before; `known`: whom it was for."""
    if not wanted.title.strip() or len(wanted.title) > LONGEST_LINE:
        raise PaperTitle
    require_whole(wanted.title)
    if is_new and not now < wanted.due < briefing.planned.starts_at:
        raise DueTooLate(f"{wanted.due:%d/%m/%Y %H:%M} UTC")
    if wanted.addressees != known:
        documents.check_addressees(briefing, wanted.addressees)
