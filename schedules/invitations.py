"""The mails of invitations: to invite, to tell of a change, to call off and to remind, each with its calendar entry."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from schedules import calendar
from schedules.calendar import Guest, Meeting, meeting_of, title_of
from schedules.letters import Scheduling
from schedules.occasion import NO_LINKS, Letter, Occasion
from server.core.contacts import Contact, ContactRole, address_key
from server.core.events import BriefingCancelled, BriefingEdited, InvitationsNudged, InvitationsSent, Plan
from server.core.ids import EndpointCode
from server.core.plan import STATE_SECRETS
from server.core.state.invitations import dropped, is_significant

PURPOSES: Final = frozenset({"invitation", "change", "reminder"})
"""The mails that ask a site to come."""

OVERTAKING: Final = frozenset({"invitation", "change", "withdrawal", "cancellation"})
"""The mails that say how it stands: what an earlier one said to the same person is no more to be read."""

REQUEST: Final = "REQUEST"
CANCEL: Final = "CANCEL"


@dataclass(frozen=True, slots=True)
class Words:
    """What the mails say in one language."""

    subjects: Mapping[str, str]
    greeting: str
    openings: Mapping[str, str]
    weekdays: tuple[str, ...]  # from Monday
    on_day: str
    to_day: str
    what: str
    time: str
    place: str
    lead: str
    dress: str
    notes: str
    before: str
    answer: str
    join: str
    keep: str
    because: str
    closing: str
    some: Mapping[str, str]  # the subjects and the openings of a mail about several dates
    answers: str
    each: str


_VIETNAMESE: Final = Words(
    subjects={
        "invitation": "Mời họp: {title}, {time}",
        "change": "Thay đổi lịch họp: {title}, {time}",
        "cancellation": "Hủy cuộc họp: {title}, {time}",
        "withdrawal": "Không còn trong thành phần dự họp: {title}, {time}",
        "reminder": "Đề nghị trả lời giấy mời: {title}, {time}",
    },
    greeting="Kính gửi {person} – {site},",
    openings={
        "invitation": "{office} trân trọng kính mời {site} dự hội nghị giao ban trực tuyến sau đây.",
        "change": "{office} xin thông báo: hội nghị giao ban trực tuyến mà {site} được mời dự đã thay đổi như sau.",
        "cancellation": "{office} xin thông báo: hội nghị giao ban trực tuyến sau đây không tổ chức nữa.",
        "withdrawal": "{office} xin thông báo: {site} không còn trong thành phần dự hội nghị giao ban sau đây.",
        "reminder": "{office} chưa nhận được trả lời của {site} đối với giấy mời dự hội nghị giao ban sau đây.",
    },
    weekdays=("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    on_day="{begin:%H:%M} – {end:%H:%M}, {weekday}, ngày {begin:%d/%m/%Y}",
    to_day="{begin:%H:%M} ngày {begin:%d/%m/%Y} – {end:%H:%M} ngày {end:%d/%m/%Y}",
    what="Nội dung",
    time="Thời gian",
    place="Điểm cầu trung tâm",
    lead="Chủ trì",
    dress="Trang phục",
    notes="Ghi chú",
    before="trước đây: {said}",
    answer="Đề nghị trả lời (tham dự, cử người dự thay, danh sách đại biểu) tại:",
    join="Đường kết nối của điểm cầu:",
    keep="Các đường dẫn trên dành riêng cho {site}; đề nghị không chuyển cho nơi khác.",
    because="Lý do: {reason}",
    closing="Trân trọng,\n{office}",
    some={
        "invitations": "Mời họp {count} kỳ: {title}, kỳ đầu {time}",
        "cancellations": "Hủy {count} kỳ họp: {title}, kỳ đầu {time}",
        "invitations opening": "{office} trân trọng kính mời {site} dự {count} hội nghị giao ban trực tuyến sau đây.",
        "cancellations opening": "{office} xin thông báo: {count} hội nghị giao ban sau đây không tổ chức nữa.",
    },
    answers="Đề nghị trả lời cho từng kỳ, hoặc một lần cho tất cả các kỳ sắp tới, tại:",
    each="Thời gian và đường kết nối của điểm cầu cho từng kỳ:",
)

_ENGLISH: Final = Words(
    subjects={
        "invitation": "Invitation: {title}, {time}",
        "change": "Changed: {title}, {time}",
        "cancellation": "Cancelled: {title}, {time}",
        "withdrawal": "No longer invited: {title}, {time}",
        "reminder": "Please answer: {title}, {time}",
    },
    greeting="Dear {person} – {site},",
    openings={
        "invitation": "{office} invites {site} to this online briefing.",
        "change": "{office} informs you that the online briefing to which {site} is invited has changed.",
        "cancellation": "{office} informs you that this online briefing will not take place.",
        "withdrawal": "{office} informs you that {site} is no longer asked to take part in this online briefing.",
        "reminder": "{office} has not received the answer of {site} to the invitation to this online briefing.",
    },
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    on_day="{weekday}, {begin:%d/%m/%Y}, {begin:%H:%M} – {end:%H:%M}",
    to_day="{begin:%d/%m/%Y %H:%M} – {end:%d/%m/%Y %H:%M}",
    what="About",
    time="Time",
    place="Hub",
    lead="Chaired by",
    dress="Dress",
    notes="Remarks",
    before="before: {said}",
    answer="Please answer (taking part, a substitute, the list of delegates) at:",
    join="The endpoint's link:",
    keep="These links are for {site} alone; please do not pass them on.",
    because="Reason: {reason}",
    closing="Yours sincerely,\n{office}",
    some={
        "invitations": "Invitation to {count} dates: {title}, the first {time}",
        "cancellations": "{count} dates cancelled: {title}, the first {time}",
        "invitations opening": "{office} invites {site} to these {count} online briefings.",
        "cancellations opening": "{office} informs you that these {count} online briefings will not take place.",
    },
    answers="Please answer for each date, or once for all dates that are ahead, at:",
    each="The dates, each with the endpoint's link:",
)

_LANGUAGES: Final[Mapping[str, Words]] = MappingProxyType({"vi": _VIETNAMESE, "en": _ENGLISH})


def words_of(contact: Contact) -> Words:
    """Return the words in which somebody is written to."""
    return _LANGUAGES.get(contact.language, _VIETNAMESE)


def invite(occasion: Occasion, event: InvitationsSent) -> Iterator[Letter]:
    """Invite sites, with METHOD:REQUEST; nobody is invited to what is over."""
    if not _over(occasion):
        yield from _to_sites(occasion, event.endpoints, "invitation", REQUEST)


def remind(occasion: Occasion, event: InvitationsNudged) -> Iterator[Letter]:
    """Remind sites of their answer, with the invitation once more."""
    if not _over(occasion):
        yield from _to_sites(occasion, event.endpoints, "reminder", REQUEST)


def tell_change(occasion: Occasion, event: BriefingEdited) -> Iterator[Letter]:
    """Tell invited sites of another time, title or place, and those that take part no more of that.

    Whoever answers for several sites, and keeps one of them, is told in words alone.
    """
    before, invited = occasion.before.planned, _invited(occasion)
    if occasion.before.invitations.changed_at is None or _over(occasion):
        return
    gone = frozenset(dropped(before, event.plan))
    if is_significant(before, event.plan):
        yield from _to_sites(occasion, [code for code in invited if code not in gone], "change", REQUEST)
    stay = _addresses(occasion, [code for code in occasion.after.planned.endpoints if _stays(occasion, code)])
    for letter in _to_sites(occasion, [code for code in invited if code in gone], "withdrawal", CANCEL):
        yield replace(letter, scheduling=None) if address_key(letter.contact.email) in stay else letter


def _stays(occasion: Occasion, code: EndpointCode) -> bool:
    """Whether a site of the changed plan is invited, or is with this very change."""
    before = occasion.before
    return code not in before.planned.endpoints or before.invitations.of(code).sent_at is not None


def _addresses(occasion: Occasion, endpoints: Iterable[EndpointCode]) -> frozenset[str]:
    """Return who has the meeting on a calendar for one of these sites: a CANCEL would take it off for all of them."""
    codes = frozenset(endpoints)
    found = (one for one in occasion.contacts if one.endpoint in codes and ContactRole.LIAISON in one.roles)
    return frozenset(address_key(one.email) for one in found if one.email)


def call_off(occasion: Occasion, _event: BriefingCancelled) -> Iterator[Letter]:
    """Tell invited sites that the briefing will not take place; not when its time has passed already."""
    if not _over(occasion):
        yield from _to_sites(occasion, _invited(occasion), "cancellation", CANCEL)


def _invited(occasion: Occasion) -> list[EndpointCode]:
    """Return the sites that had been sent an invitation, in the plan's order."""
    invitations = occasion.before.invitations
    return [code for code in occasion.before.planned.endpoints if invitations.of(code).sent_at]


def _over(occasion: Occasion) -> bool:
    return occasion.after.planned.ends_at <= occasion.now


def _to_sites(occasion: Occasion, endpoints: Iterable[EndpointCode], purpose: str, method: str) -> Iterator[Letter]:
    meeting = meeting_of(occasion.after)
    if meeting is None:
        return
    stamped = replace(meeting, changed_at=occasion.entry.at)
    for code in endpoints:
        for contact in occasion.contacts_of(code, ContactRole.LIAISON):
            yield _letter(occasion, stamped, contact, purpose, method)


def _letter(occasion: Occasion, meeting: Meeting, contact: Contact, purpose: str, method: str) -> Letter:
    words = words_of(contact)
    site, links = occasion.name_of(contact.endpoint), occasion.links.get(contact.endpoint, NO_LINKS)
    guest = Guest(contact.name or site, contact.email, links.join if method == REQUEST else "")
    written = calendar.request if method == REQUEST else calendar.cancel
    content = written(meeting, guest, office=occasion.office, zone=occasion.zone)
    subject = words.subjects[purpose].format(title=title_of(meeting.plan), time=when(words, occasion, meeting.plan))
    paragraphs = [
        words.greeting.format(person=contact.name or site, site=site),
        words.openings[purpose].format(office=occasion.office.name, site=site),
        "\n".join(_facts(words, occasion, meeting.plan)),
        *(_ways(words, occasion, contact) if method == REQUEST else _why(words, occasion)),
        words.closing.format(office=occasion.office.name),
    ]
    return Letter(purpose, contact, subject, "\n\n".join(paragraphs) + "\n", Scheduling(method, content))


def _facts(words: Words, occasion: Occasion, plan: Plan) -> Iterator[str]:
    """Say what, when and where; of what has changed also what it was before."""
    before = occasion.before.plan if isinstance(occasion.entry.event, BriefingEdited) else None
    yield _fact(words, words.what, title_of(plan), title_of(before) if before else "")
    yield _fact(words, words.time, when(words, occasion, plan), when(words, occasion, before) if before else "")
    if plan.classification in STATE_SECRETS:
        return
    if plan.place:
        told = before is not None and before.classification not in STATE_SECRETS
        yield _fact(words, words.place, plan.place, before.place if before and told else "")
    lead = next((official for official in plan.presiding if official.leads), None)
    if lead:
        yield f"{words.lead}: {', '.join(filter(None, (lead.name, lead.position)))}"
    for what, said in ((words.dress, plan.dress), (words.notes, plan.notes)):
        if said:
            yield f"{what}: {said}"


def _fact(words: Words, what: str, said: str, before: str) -> str:
    changed = f" ({words.before.format(said=before)})" if before and before != said else ""
    return f"{what}: {said}{changed}"


def when(words: Words, occasion: Occasion, plan: Plan) -> str:
    """Say when something is, on the clock of those who are written to."""
    return _time(words, plan.starts_at.astimezone(occasion.zone), plan.ends_at.astimezone(occasion.zone))


def _time(words: Words, begin: datetime, end: datetime) -> str:
    form = words.on_day if begin.date() == end.date() else words.to_day
    return form.format(begin=begin, end=end, weekday=words.weekdays[begin.weekday()])


def _ways(words: Words, occasion: Occasion, contact: Contact) -> Iterator[str]:
    """Say where to answer and where to join."""
    links = occasion.links.get(contact.endpoint, NO_LINKS)
    if links != NO_LINKS:
        yield f"{words.answer}\n{links.reply}"
        yield f"{words.join}\n{links.join}"
        yield words.keep.format(site=occasion.name_of(contact.endpoint))


def _why(words: Words, occasion: Occasion) -> Iterator[str]:
    """Say why a briefing was called off, where that was written down and is no secret."""
    event, plan = occasion.entry.event, occasion.after.planned
    if isinstance(event, BriefingCancelled) and event.reason and plan.classification not in STATE_SECRETS:
        yield words.because.format(reason=event.reason)
