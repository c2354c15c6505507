"""The mails that remind sites of papers they owe: to their clerks, else to whoever answers invitations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from schedules.calendar import title_of
from schedules.occasion import NO_LINKS, Letter, Occasion
from server.core.contacts import Contact, ContactRole
from server.core.events import PapersChased
from server.core.ids import EndpointCode
from server.core.plan import STATE_SECRETS
from server.core.state import PaperRequest

PURPOSE: Final = "paper"


@dataclass(frozen=True, slots=True)
class _Words:
    """What the mail says in one language."""

    subject: str
    greeting: str
    opening: str
    a_paper: str
    what: str
    due: str
    meeting: str
    hand_in: str
    closing: str


_VIETNAMESE: Final = _Words(
    subject="Đề nghị nộp tài liệu: {paper}, hạn {due}",
    greeting="Kính gửi {person} – {site},",
    opening="{office} chưa nhận được tài liệu sau đây của {site} phục vụ hội nghị giao ban trực tuyến.",
    a_paper="tài liệu của hội nghị",
    what="Tài liệu: {paper}",
    due="Hạn nộp: {due}",
    meeting="Hội nghị: {meeting}, bắt đầu lúc {starts}",
    hand_in="Đề nghị nộp trên trang của điểm cầu:",
    closing="Trân trọng,\n{office}",
)

_ENGLISH: Final = _Words(
    subject="Please hand in: {paper}, due {due}",
    greeting="Dear {person} – {site},",
    opening="{office} has not received the following paper of {site} for an online briefing.",
    a_paper="a paper of the briefing",
    what="Paper: {paper}",
    due="Due: {due}",
    meeting="Briefing: {meeting}, beginning {starts}",
    hand_in="Please hand it in on the endpoint's page:",
    closing="Yours sincerely,\n{office}",
)

_LANGUAGES: Final[Mapping[str, _Words]] = MappingProxyType({"vi": _VIETNAMESE, "en": _ENGLISH})
_TIME: Final = "%H:%M %d/%m/%Y"


def chase(occasion: Occasion, event: PapersChased) -> Iterator[Letter]:
    """Remind sites of a paper they owe; of none that is not asked for any more, nor of a meeting that is over."""
    request = occasion.after.documents.requests.get(event.number)
    if request is None or request.withdrawn or occasion.after.planned.ends_at <= occasion.now:
        return
    for code in event.endpoints:
        for contact in readers(occasion.contacts, code):
            yield _letter(occasion, request, contact)


def readers(contacts: Sequence[Contact], endpoint: EndpointCode) -> list[Contact]:
    """Return who is written to about an endpoint's papers: its clerks, else its liaisons, as far as they have mail."""
    own = [one for one in contacts if one.endpoint == endpoint and one.email]
    clerks = [one for one in own if ContactRole.CLERK in one.roles]
    return clerks or [one for one in own if ContactRole.LIAISON in one.roles]


def _letter(occasion: Occasion, request: PaperRequest, contact: Contact) -> Letter:
    """Write to one contact; of a state secret the mail says no more than when it is due."""
    words, plan = _LANGUAGES.get(contact.language, _VIETNAMESE), occasion.after.planned
    site, link = occasion.name_of(contact.endpoint), occasion.links.get(contact.endpoint, NO_LINKS).join
    paper = words.a_paper if plan.classification in STATE_SECRETS else request.wanted.title
    due, starts = (f"{at.astimezone(occasion.zone):{_TIME}}" for at in (request.wanted.due, plan.starts_at))
    facts = (words.what.format(paper=paper), words.due.format(due=due))
    paragraphs = [
        words.greeting.format(person=contact.name or site, site=site),
        words.opening.format(office=occasion.office.name, site=site),
        "\n".join([*facts, words.meeting.format(meeting=title_of(plan), starts=starts)]),
        *([f"{words.hand_in}\n{link}"] if link else []),
        words.closing.format(office=occasion.office.name),
    ]
    return Letter(PURPOSE, contact, words.subject.format(paper=paper, due=due), "\n\n".join(paragraphs) + "\n")
