"""What a reminder says: when, how long from now, where to join, and what whoever gets it has to do until then."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schedules.calendar import QUIET_TITLE
from schedules.letters import Office
from server.core.events import Addressee, Official, Plan
from server.core.plan import STATE_SECRETS

TOPIC: Final = "reminders"
"""What these mails are called among those of this service (RFC 2919)."""

SOON: Final = timedelta(hours=3)
"""From here on there is nothing left to arrange, and everything to switch on."""

MOST_NAMED: Final = 20
"""Sites that are named; of others there is the number."""

LONGEST_SUBJECT_TITLE: Final = 120
"""Characters of a title in a subject."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is written to, and as what."""

    name: str
    address: str
    addressees: frozenset[Addressee]
    language: str = "vi"  # or "en"
    position: str = ""
    site: str = ""  # what the endpoint is called; empty for the hub and the organizer
    link: str = ""  # where this reader joins


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said in one language; `{}` is where the rest goes."""

    subject: str
    now: str
    left: str
    minutes: Callable[[int], str]
    hours: Callable[[int, int], str]
    days: Callable[[int], str]
    weekdays: tuple[str, ...]  # from Monday
    date: str
    span: str
    dear: str
    of_site: str
    begins: str
    begins_now: str
    facts: Mapping[str, str]
    hub_link: str
    site_link: str
    no_link: str
    to_do: str
    arrange: Mapping[Addressee, str]
    switch_on: Mapping[Addressee, str]
    unreached: str
    trouble: str
    closing: str
    machine: str
    quiet_title: str


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


_VIETNAMESE: Final = _Words(
    subject="Nhắc họp – {left}: {title} ({moment})",
    now="đã đến giờ",
    left="còn {}",
    minutes=lambda count: f"{count} phút",
    hours=lambda hours, minutes: f"{hours} giờ {minutes} phút" if minutes else f"{hours} giờ",
    days=lambda count: f"{count} ngày",
    weekdays=("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    date="{weekday}, ngày {date}",
    span="từ {begins} đến {ends}, {day} (múi giờ {zone}, {offset})",
    dear="Kính gửi: {}",
    of_site="điểm cầu {}",
    begins="Còn {left} nữa đến giờ bắt đầu: {time} {day}.",
    begins_now="Đã đến giờ bắt đầu: {time} {day}.",
    facts={
        "title": "Hội nghị",
        "number": "Số",
        "time": "Thời gian",
        "lead": "Chủ trì",
        "place": "Điểm cầu trung tâm",
        "dress": "Trang phục",
    },
    hub_link="Trang của hội nghị: {}",
    site_link="Đường kết nối của {site}: {link}",
    no_link="Đường kết nối của {site}: chưa được cấp; xin liên hệ {office}.",
    to_do="Việc cần làm:",
    arrange={
        Addressee.LIAISON: "Rà soát thành phần dự họp và người đăng ký phát biểu; thay đổi thì báo ngay ban tổ chức.",
        Addressee.TECHNICIAN: "Mở đường kết nối trên đúng máy sẽ dùng; thử camera, micro, loa và đường truyền.",
        Addressee.LEADER: "Bố trí thời gian dự họp và chuẩn bị ý kiến phát biểu, nếu có.",
        Addressee.CLERK: "Gửi báo cáo, tài liệu của đơn vị đúng hạn; chuẩn bị tài liệu cho đại biểu.",
        Addressee.ORGANIZER: "Rà soát chương trình, tài liệu và những điểm cầu chưa trả lời.",
    },
    switch_on={
        Addressee.LIAISON: "Mời đại biểu vào chỗ và điểm danh trên trang của điểm cầu trước giờ họp.",
        Addressee.TECHNICIAN: "Vào đường kết nối ngay, bật camera và micro, kiểm tra hình và tiếng.",
        Addressee.LEADER: "Có mặt tại phòng họp trước giờ bắt đầu.",
        Addressee.CLERK: "Kiểm tra tài liệu đã có đủ tại phòng họp.",
        Addressee.ORGANIZER: "Mở trang trạng thái và xem điểm cầu nào chưa vào, chưa điểm danh.",
    },
    unreached="Không có người nhận thư nhắc này tại {count} điểm cầu: {sites}.",
    trouble="Khi gặp sự cố kỹ thuật, xin gọi:",
    closing="Trân trọng,\n{}",
    machine="Thư này được gửi tự động. Cần trao đổi, xin trả lời vào địa chỉ {}.",
    quiet_title=QUIET_TITLE,
)

_ENGLISH: Final = _Words(
    subject="Reminder – {left}: {title} ({moment})",
    now="beginning now",
    left="in {}",
    minutes=lambda count: _plural(count, "minute"),
    hours=lambda hours, minutes: " ".join([_plural(hours, "hour"), *([_plural(minutes, "minute")] if minutes else [])]),
    days=lambda count: _plural(count, "day"),
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    date="{weekday}, {date}",
    span="{begins} to {ends}, {day} (time zone {zone}, {offset})",
    dear="To: {}",
    of_site="endpoint {}",
    begins="The meeting begins in {left}: {time}, {day}.",
    begins_now="The meeting is due to begin now: {time}, {day}.",
    facts={
        "title": "Meeting",
        "number": "No.",
        "time": "Time",
        "lead": "Chaired by",
        "place": "Hub",
        "dress": "Dress",
    },
    hub_link="The meeting's page: {}",
    site_link="Join link of {site}: {link}",
    no_link="Join link of {site}: not issued yet; please ask {office}.",
    to_do="What to do:",
    arrange={
        Addressee.LIAISON: "Check who attends and who has asked to speak; tell the organizer at once of any change.",
        Addressee.TECHNICIAN: "Open the join link on the very machine; try camera, microphone, loudspeaker and line.",
        Addressee.LEADER: "Keep the time free, and prepare what you want to say, if anything.",
        Addressee.CLERK: "Hand in reports and papers in time; prepare the papers of those who attend.",
        Addressee.ORGANIZER: "Go through the agenda, the papers and the endpoints that have not answered.",
    },
    switch_on={
        Addressee.LIAISON: "Ask everybody to their places, and check in on the endpoint's page before the start.",
        Addressee.TECHNICIAN: "Open the join link now, switch camera and microphone on, check picture and sound.",
        Addressee.LEADER: "Be in the room before the start.",
        Addressee.CLERK: "Check that all papers are in the room.",
        Addressee.ORGANIZER: "Open the status page, and see which endpoints are not there or not checked in.",
    },
    unreached="Nobody gets this reminder at {count} endpoints: {sites}.",
    trouble="In case of technical trouble, please call:",
    closing="With kind regards,\n{}",
    machine="This mail was sent automatically. Please answer to {}.",
    quiet_title="Online briefing",
)

WORDS: Final[Mapping[str, _Words]] = {"vi": _VIETNAMESE, "en": _ENGLISH}


def subject(plan: Plan, language: str, *, now: datetime, zone: ZoneInfo) -> str:
    """Return what stands in the list of mails: how long it is until what, and when that is."""
    words = WORDS[language]
    local = plan.starts_at.astimezone(zone)
    left = _left(plan, now, zone, words)
    return words.subject.format(
        left=words.left.format(left) if left else words.now,
        title=_shortened(_title(plan, words)),
        moment=f"{local:%H:%M} {words.weekdays[local.weekday()]} {local:%d/%m/%Y}",
    )


def text(
    plan: Plan, reader: Reader, *, office: Office, now: datetime, zone: ZoneInfo, unreached: Sequence[str] = ()
) -> str:
    """Return the mail; the organizer's names the sites where nobody gets this reminder.

    Of a state secret it says only when, and how to join.
    """
    words = WORDS[reader.language]
    parts = [
        [words.dear.format(_addressed(reader, words))],
        [_beginning(plan, now, zone, words)],
        [*_facts(plan, zone, words), _where(reader, office, words)],
        [words.to_do, *(f"- {one}" for one in _tasks(plan, reader, now, words))],
        list(_gaps(reader, unreached, words)),
        list(_help(plan, words)),
        [words.closing.format(office.name)],
        [words.machine.format(office.address)],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _left(plan: Plan, now: datetime, zone: ZoneInfo, words: _Words) -> str:
    """Say how long it is until the start, to the minute; from a day on, in days of the calendar. Empty: no time."""
    minutes = round((plan.starts_at - now) / timedelta(minutes=1))
    if minutes <= 0:
        return ""
    if minutes <= 2 * 60:
        return words.minutes(minutes)
    if minutes < 24 * 60:
        return words.hours(*divmod(minutes, 60))
    rounded = plan.starts_at - timedelta(minutes=minutes)
    return words.days((plan.starts_at.astimezone(zone).date() - rounded.astimezone(zone).date()).days)


def _title(plan: Plan, words: _Words) -> str:
    return words.quiet_title if plan.classification in STATE_SECRETS else " ".join(plan.title.split())


def _shortened(title: str) -> str:
    return title if len(title) <= LONGEST_SUBJECT_TITLE else title[: LONGEST_SUBJECT_TITLE - 1].rstrip() + "…"


def _addressed(reader: Reader, words: _Words) -> str:
    site = words.of_site.format(reader.site) if reader.site else ""
    return ", ".join(filter(None, [reader.name, reader.position, site]))


def _beginning(plan: Plan, now: datetime, zone: ZoneInfo, words: _Words) -> str:
    local = plan.starts_at.astimezone(zone)
    left = _left(plan, now, zone, words)
    template = words.begins if left else words.begins_now
    return template.format(left=left, time=f"{local:%H:%M}", day=_day(local, words))


def _day(local: datetime, words: _Words) -> str:
    return words.date.format(weekday=words.weekdays[local.weekday()], date=f"{local:%d/%m/%Y}")


def _facts(plan: Plan, zone: ZoneInfo, words: _Words) -> Iterator[str]:
    quiet = plan.classification in STATE_SECRETS
    told = {
        "title": _title(plan, words),
        "number": "" if quiet else plan.number,
        "time": _span(plan, zone, words),
        "lead": "" if quiet else _lead(plan.presiding),
        "place": "" if quiet else plan.place,
        "dress": "" if quiet else plan.dress,
    }
    return (f"{words.facts[name]}: {value}" for name, value in told.items() if value)


def _span(plan: Plan, zone: ZoneInfo, words: _Words) -> str:
    begins, ends = plan.starts_at.astimezone(zone), plan.ends_at.astimezone(zone)
    last = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{ends:%H:%M %d/%m/%Y}"
    offset = f"UTC{begins.isoformat()[-6:]}"
    return words.span.format(begins=f"{begins:%H:%M}", ends=last, day=_day(begins, words), zone=zone.key, offset=offset)


def _lead(presiding: Sequence[Official]) -> str:
    lead = next((one for one in presiding if one.leads), None)
    return ", ".join(filter(None, [lead.name, lead.position])) if lead else ""


def _where(reader: Reader, office: Office, words: _Words) -> str:
    if not reader.site:
        return words.hub_link.format(reader.link)
    site = words.of_site.format(reader.site)
    if not reader.link:
        return words.no_link.format(site=site, office=office.address)
    return words.site_link.format(site=site, link=reader.link)


def _tasks(plan: Plan, reader: Reader, now: datetime, words: _Words) -> Iterator[str]:
    """Yield what each of the reader's parts asks for at this distance from the start."""
    tasks = words.switch_on if plan.starts_at - now < SOON else words.arrange
    return (tasks[one] for one in Addressee if one in reader.addressees)


def _gaps(reader: Reader, unreached: Sequence[str], words: _Words) -> Iterator[str]:
    if Addressee.ORGANIZER in reader.addressees and unreached:
        named = [*unreached[:MOST_NAMED], *(["…"] if len(unreached) > MOST_NAMED else [])]
        yield words.unreached.format(count=len(unreached), sites=", ".join(named))


def _help(plan: Plan, words: _Words) -> Iterator[str]:
    if plan.technicians:
        yield words.trouble
        yield from (f"- {one.name}: {one.contact}" for one in plan.technicians)
