"""A service with accounts and briefings of every kind, as its people see it through a browser."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from argon2 import PasswordHasher

from endpoints import rosters
from server.core import events as e
from server.core.contacts import Contact, ContactRole
from server.core.ids import HUB, Actor, BriefingId, ConnectionId, ContactId, EndpointCode, MediaId, RosterName
from server.core.journal import seal
from server.core.people import Role
from server.core.state import Briefing, fold
from server.store import contacts
from server.store.database import Database
from server.store.ledger import StoredLedger
from server.web.keys import DATABASE
from server.web.passwords import Passwords
from server.web.users import create_user

PASSWORD = "a long enough word"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""Argon2 that costs nothing: what it protects is made up here."""

PEOPLE = (
    (Role.ADMIN, "admin", "Quản trị hệ thống"),
    (Role.ORGANIZER, "lan", "Nguyễn Thị Lan"),
    (Role.CHAIR, "minh", "Trần Quang Minh"),
    (Role.SECRETARY, "hoa", "Lê Thị Hoa"),
    (Role.OPERATOR, "dung", "Phạm Văn Dũng"),
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
"""Where people count days: from 17:00 UTC on it is tomorrow there."""

UNITS = rosters.load("63").units
ALL = tuple(EndpointCode(unit.code) for unit in UNITS)
AGENDA = (
    e.AgendaItem("Khai mạc, giới thiệu đại biểu", 5, e.ItemKind.OPENING),
    e.AgendaItem("Báo cáo kết quả công tác quý III năm 2026", 20, e.ItemKind.REPORT),
    e.AgendaItem("Quán triệt Chỉ thị về chuyển đổi số", 15, e.ItemKind.DIRECTIVE, document="Chỉ thị số 34/CT-TTg"),
    e.AgendaItem("Tham luận của tỉnh Thanh Hóa", 10, e.ItemKind.DISCUSSION, EndpointCode("38")),
    e.AgendaItem("Thảo luận", 60, e.ItemKind.DISCUSSION),
    e.AgendaItem("Kết luận của chủ trì", 10, e.ItemKind.CONCLUSION),
)


WHOLE: dict[str, Any] = {
    "number": "12/2026",
    "period": e.Period(date(2026, 12, 1), date(2026, 12, 31)),
    "classification": e.Classification.INTERNAL,
    "presiding": (
        e.Official("Nguyễn Văn Bình", "Phó Thủ tướng Chính phủ", leads=True),
        e.Official("Trần Thị Mai", "Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ"),
    ),
    "moderator": e.Person("Lê Quang Huy", "Phó Chủ nhiệm Văn phòng"),
    "secretary": e.Person("Lê Thị Hoa", "Chuyên viên chính"),
    "technicians": (e.Technician("Phạm Văn Dũng", "0912 345 678"), e.Technician("Tổng đài hỗ trợ", "1800 1166")),
    "place": "Phòng họp tầng 2, Trụ sở Chính phủ",
    "dress": "Comple, cà vạt",
    "notes": "Tài liệu gửi trước 03 ngày làm việc.\nĐiểm cầu có mặt trước 60 phút để kiểm tra đường truyền.",
}
"""Everything that a plan may say besides what and when."""


CONTACTS = tuple(
    Contact(
        id=ContactId(f"contact-{endpoint}-{number}"),
        roster=RosterName("63"),
        endpoint=EndpointCode(endpoint),
        name=name,
        position=position,
        email=f"lien-he-{endpoint}-{number}@example.vn",
        phone=f"0912 345 {number:03}",
        roles=roles,
        language=language,
    )
    for number, (endpoint, name, position, roles, language) in enumerate(
        (
            (HUB, "Phạm Văn Dũng", "Trưởng phòng Công nghệ thông tin", (ContactRole.TECHNICIAN,), "vi"),
            ("01", "Nguyễn Thu Hà", "Chánh Văn phòng UBND thành phố", (ContactRole.LIAISON, ContactRole.CLERK), "vi"),
            ("01", "Trần Đức Anh", "", (ContactRole.TECHNICIAN,), "vi"),
            ("02", "Vàng Mí Sính", "Phó Chánh Văn phòng Tỉnh ủy", (ContactRole.LIAISON,), "vi"),
            ("38", "Lê Thị Liên", "Chánh Văn phòng UBND tỉnh", tuple(ContactRole), "en"),
        )
    )
)
"""Whom mails go to, at a few endpoints."""


@dataclass(frozen=True, slots=True)
class House:
    """The ids of what was seeded, for tests that read it; who changes something takes a draft of its own."""

    draft: str = "draftdraftdraf"
    scheduled: str = "plannedplanned"
    rehearsed: str = "rehearserehear"  # scheduled too, for tests that move it on
    live: str = "runningrunning"
    closed: str = "closedclosedcl"
    cancelled: str = "cancelledcance"


def plan(title: str, starts: datetime, *, minutes: int = 120, endpoints: tuple[EndpointCode, ...] = ALL) -> e.Plan:
    """A briefing of the whole roster with an agenda that fits."""
    ends = starts + timedelta(minutes=minutes)
    return e.Plan(title, starts, ends, RosterName("63"), endpoints, AGENDA)


async def draft_of_ones_own(database: Database) -> str:
    """Write down a draft that no other test knows; return its id."""
    briefing = secrets.token_hex(7)
    drafted = plan("Hội nghị giao ban chuyên đề", datetime.now(UTC) + timedelta(days=400), endpoints=ALL[:11])
    await write(database, briefing, drafted.starts_at, [e.BriefingDrafted(drafted)])
    return briefing


async def furnish(app: web.Application) -> House:
    """Fill an empty service."""
    for role, name, display_name in PEOPLE:
        await create_user(
            app[DATABASE], name=name, display_name=display_name, role=role, password=PASSWORD, passwords=QUICK
        )
    house = House()
    today = datetime.now(HANOI).replace(hour=8, minute=0, second=0, microsecond=0).astimezone(UTC)
    drafted = plan("Hội nghị giao ban chuyên đề an toàn thông tin", today + timedelta(days=9), endpoints=ALL[:11])
    scheduled = replace(plan("Hội nghị giao ban công tác tháng 12 năm 2026", today + timedelta(days=5)), **WHOLE)
    rehearsed = plan("Chạy thử hội nghị giao ban", today + timedelta(days=2), endpoints=ALL[:5])
    running = plan("Hội nghị giao ban trực tuyến 6 tháng cuối năm 2026", datetime.now(UTC) - timedelta(minutes=12))
    held = plan("Hội nghị giao ban công tác tháng 10 năm 2026", today - timedelta(days=20))
    called_off = plan("Giao ban đột xuất về phòng, chống bão số 12", today - timedelta(days=33), endpoints=ALL[20:34])
    database = app[DATABASE]
    await write(database, house.draft, drafted.starts_at, [e.BriefingDrafted(drafted)])
    await write(database, house.scheduled, scheduled.starts_at, [e.BriefingDrafted(scheduled), e.BriefingScheduled()])
    await write(database, house.rehearsed, rehearsed.starts_at, [e.BriefingDrafted(rehearsed), e.BriefingScheduled()])
    await write(
        database,
        house.live,
        running.starts_at,
        [
            e.BriefingDrafted(running),
            e.BriefingScheduled(),
            e.BriefingOpened(),
            e.BriefingStarted(),
            e.AgendaMoved(1),
        ],
    )
    await write_all(database, house.closed, [*meeting(held), *outcome(held)])
    await write(database, house.cancelled, called_off.starts_at, [e.BriefingDrafted(called_off), *cancelled()])
    async with database.begin() as session:
        await contacts.add(session, *CONTACTS)
    return house


def cancelled() -> tuple[e.Event, ...]:
    """What happens when a briefing is called off."""
    return (e.BriefingScheduled(), e.BriefingCancelled("Bão đã suy yếu"))


def meeting(held: e.Plan) -> list[tuple[datetime, e.Event]]:
    """A meeting from its draft to its end: sixty sites came, seven spoke, one of them was cut off."""

    def at(minutes: float) -> datetime:
        return held.starts_at + timedelta(minutes=minutes)

    told: list[tuple[datetime, e.Event]] = [
        (at(-3000), e.BriefingDrafted(held)),
        (at(-2900), e.BriefingScheduled()),
        (at(-30), e.BriefingOpened()),
    ]
    for place, code in enumerate(ALL[:60]):
        told.append((at(-29 + place / 3), e.EndpointJoined(code, ConnectionId(f"c{place}"))))
        if place % 17 != 5:
            told.append((at(-25 + place / 3), e.EndpointCheckedIn(code, check_in(place), 1)))
    told += [(at(0), e.BriefingStarted()), (at(0), e.AgendaMoved(0))]
    told += [(at(0.05), e.EndpointsMarkedLate((ALL[5], ALL[61], ALL[62])))]
    told += speech(HUB, at(0.2), at(8))
    starts = (9, 17, 25, 33.5, 44, 52, 63)
    speakers = (EndpointCode(code) for code in ("38", "01", "92", "48", "79", "68", "04"))
    for number, (code, start) in enumerate(zip(speakers, starts, strict=True)):
        told += turn(code, at(start), at(start + 3 + number % 4 * 1.3), number)
    told += off_air("38", at(12), 6) + off_air("60", at(18), 14)
    told += presented(HUB, at(2), at(7)) + presented(EndpointCode("38"), at(9.5), at(11))
    told += speech(HUB, at(70), at(84))
    told += [
        (at(85), e.EndpointLeft(code, ConnectionId(f"c{n}"), e.LeftBecause.CLOSED)) for n, code in enumerate(ALL[:60])
    ]
    told.append((at(85), e.BriefingClosed(e.ClosedBecause.CHAIR)))
    return sorted(told, key=lambda pair: pair[0])


def off_air(code: str, start: datetime, seconds: float) -> list[tuple[datetime, e.Event]]:
    """Somebody speaks without the floor."""
    end = start + timedelta(seconds=seconds)
    return [(end + timedelta(seconds=1), e.SpeechDetected(EndpointCode(code), start, end, on_air=False, loudest=30))]


def outcome(held: e.Plan) -> list[tuple[datetime, e.Event]]:
    """What that meeting came to, and what has become of it since: some of it is late, some done, some corrected."""
    code, due = e.NoteKind, held.starts_at.strftime
    end = held.starts_at + timedelta(minutes=85)
    notes = [
        e.Note(
            code.RECOMMENDATION,
            "Đề nghị bố trí bổ sung vốn đối ứng cho dự án đường vành đai",
            held.starts_at + timedelta(minutes=10),
            1,
            EndpointCode("38"),
            addressee="Bộ Tài chính",
        ),
        e.Note(
            code.RECOMMENDATION,
            "Đề nghị sớm ban hành hướng dẫn về kho dữ liệu dùng chung",
            held.starts_at + timedelta(minutes=18),
            2,
            EndpointCode("01"),
            addressee="Bộ Khoa học và Công nghệ",
        ),
        e.Note(code.CONCLUSION, "Thống nhất đánh giá kết quả và phương hướng quý IV", end - timedelta(minutes=9)),
        e.Note(
            code.TASK,
            "Rà soát toàn bộ hồ, đập, báo cáo trước mùa mưa bão",
            end - timedelta(minutes=8),
            1,
            EndpointCode("38"),
            owner="Sở Nông nghiệp và Môi trường",
            partners=("Sở Xây dựng", "Công an tỉnh"),
            due=due("%Y-%m-%d"),
        ),
        e.Note(
            code.REPORT, "Báo cáo chuyên đề quý trước", end - timedelta(minutes=7), owner="Văn phòng", due="2025-Q1"
        ),
        e.Note(code.TASK, "Hoàn thành số hóa hồ sơ", end - timedelta(minutes=6), owner="Sở Nội vụ", due="2199-12"),
        e.Note(code.REMARK, "Đường truyền của một điểm cầu kém", end - timedelta(minutes=5)),
    ]
    told: list[tuple[datetime, e.Event]] = [(end, e.NoteTaken(n, note)) for n, note in enumerate(notes, start=1)]
    day = due("%Y-%m-%d")
    after: list[e.Event] = [
        e.RecommendationAnswered(1, "Bộ Tài chính", "Đã bố trí 250 tỷ đồng trong kế hoạch năm", day),
        e.TaskMoved(4, e.TaskState.IN_WORK, day, "Đã giao các phòng chuyên môn"),
        e.TaskMoved(5, e.TaskState.DONE, day, "Đã nộp"),
        e.TaskAppraised(5, "Bộ Tài chính", "Thiếu phụ lục số liệu", day),
        e.NoteRemoved(7, "trùng với nhật ký kỹ thuật"),
        e.RecordAmended(1, e.AmendmentSubject.TURN, "Người phát biểu là Phó Giám đốc Sở", "ghi nhầm chức vụ", turn=1),
        e.RecordAmended(
            2, e.AmendmentSubject.ATTENDANCE, "Có mặt 12 người", "điểm cầu đếm lại", endpoint=EndpointCode("01")
        ),
    ]
    return told + [(end + timedelta(hours=hours), event) for hours, event in enumerate(after, start=1)]


def turn(code: EndpointCode, start: datetime, end: datetime, number: int) -> list[tuple[datetime, e.Event]]:
    """A site asks, is given the floor, speaks and ends."""
    speaker, topic = f"Đại biểu {number + 1}, Giám đốc Sở", "Kết quả và kiến nghị của địa phương"
    reason = e.TurnEndedBecause.REVOKED if number == 2 else e.TurnEndedBecause.RELEASED
    return [
        (start - timedelta(seconds=40), e.FloorRequested(code, speaker, topic, request=number + 1)),
        (
            start,
            e.FloorGranted(
                code,
                speaker,
                topic,
                turn=number + 1,
                request=number + 1,
                allotted=240,
                out_of_order=number == 3,
                reason="Tin khẩn" if number == 3 else "",
            ),
        ),
        *speech(code, start + timedelta(seconds=6), end - timedelta(seconds=35 if number == 4 else 4)),
        (end, e.TurnEnded(code, start, end, reason, speaker, topic)),
    ]


def presented(code: EndpointCode, start: datetime, end: datetime) -> list[tuple[datetime, e.Event]]:
    """A place is given the content slot, shows something half a minute later, and stops."""
    return [
        (start, e.ContentGiven(code)),
        (start + timedelta(seconds=30), e.ContentStarted(code, MediaId(f"screen of {code}"))),
        (end, e.ContentEnded(code, start, end, e.ContentEndedBecause.STOPPED)),
    ]


def speech(code: EndpointCode, start: datetime, end: datetime) -> list[tuple[datetime, e.Event]]:
    """Somebody speaks with a breath every quarter of a minute."""
    pieces: list[tuple[datetime, e.Event]] = []
    while start < end:
        stop = min(end, start + timedelta(seconds=22))
        pieces.append((stop, e.SpeechDetected(code, start, stop, on_air=True, loudest=24)))
        start = stop + timedelta(seconds=5)
    return pieces


def check_in(place: int) -> e.CheckIn:
    """What a site attests."""
    delegates = (
        e.Delegate("Lê Thị Hồng", ("Phó Chủ tịch UBND",)),
        e.Delegate("Hoàng Văn Thái", ("Giám đốc Sở", "Tỉnh ủy viên"), e.Attendance.ABSENT, "đi công tác"),
        e.Delegate("Vũ Đức Anh", ("Chánh Văn phòng",), e.Attendance.SUBSTITUTE, "thay ông Bùi Hải"),
    )
    return e.CheckIn(f"Nguyễn Văn {'ABCDEGHIKL'[place % 10]}", delegates[: 1 + place % 3], 6 + place % 9)


async def write(database: Database, briefing: str, at: datetime, events: Iterable[e.Event]) -> None:
    """Store a journal of events that happened at one moment."""
    await write_all(database, briefing, [(at, event) for event in events])


async def write_all(database: Database, briefing: str, told: Iterable[tuple[datetime, e.Event]]) -> None:
    """Store a journal."""
    state = Briefing(BriefingId(briefing))
    ledger = StoredLedger(database)
    for at, event in told:
        sealed = seal(state.id, state.head, (event,), actor=Actor("user:lan"), at=at)
        after = fold(state, sealed)
        assert await ledger.append(sealed, before=state, after=after)
        state = after
