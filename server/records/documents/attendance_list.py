"""The attendance list (danh sách điểm danh): every delegate of every site, with room to sign."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from server.core.events import Attendance, Delegate
from server.records.attendance import Attended
from server.records.documents.blocks import Block, Column, Paper, Table, body
from server.records.documents.frame import framed, presided, secretary_and_chair
from server.records.documents.profile import Profile
from server.records.documents.wording import hour_and_day, number
from server.records.label import Document
from server.records.record import Record

COLUMNS = (
    Column("STT", 5, centred=True),
    Column("Họ và tên", 19),
    Column("Chức vụ", 22),
    Column("Đơn vị (điểm cầu)", 15),
    Column("Điểm danh", 11, centred=True),
    Column("Lý do, ghi chú", 16),
    Column("Ký tên", 12),
)

_ATTENDANCE = {Attendance.PRESENT: "Có mặt", Attendance.ABSENT: "Vắng mặt", Attendance.SUBSTITUTE: "Dự thay"}

Line = tuple[str, str, str, str, str]
"""Name, position, site, attendance, reason."""


def attendance_list(record: Record, profile: Profile, zone: ZoneInfo) -> Paper:
    """List who was there, up to the journal's head."""
    return framed(
        record,
        Document.ATTENDANCE,
        profile,
        zone,
        blocks=_blocks(record, zone),
        signatures=secretary_and_chair(record, profile),
        landscape=True,
    )


def _blocks(record: Record, zone: ZoneInfo) -> Iterator[Block]:
    sites, held = record.attendance, record.briefing
    here = [site for site in sites if site.first_joined_at]
    began = held.started_at or held.starts_at
    if held.number:
        yield body(f"Hội nghị số: {held.number}.")
    if held.presiding:
        yield body(f"Chủ trì: {presided(held.presiding)}.")
    yield body(
        f"Hội nghị bắt đầu lúc {hour_and_day(began, zone)}. Có mặt {len(here)}/{len(sites)} điểm cầu, "
        f"{number(sum(site.headcount or 0 for site in here))} người dự."
    )
    if announced := sum(len(site.announced) for site in sites):
        came = announced - sum(len(site.not_named) for site in sites)
        yield body(f"Các điểm cầu đăng ký trước {number(announced)} đại biểu; {number(came)} người đã điểm danh.")
    yield Table(COLUMNS, tuple(_rows(sites)))


def _rows(sites: Iterable[Attended]) -> Iterator[tuple[str, ...]]:
    lines = (line for site in sites for line in _lines(site))
    for count, line in enumerate(lines, start=1):
        yield (str(count), *line, "")


def _lines(site: Attended) -> Iterator[Line]:
    """Tell of one site, and whom it had announced who is not in its check-in."""
    yield from _came(site)
    for one in site.not_named:
        yield (one.name, ", ".join(one.positions), site.name, "Đã đăng ký", "Không có trong điểm danh")


def _came(site: Attended) -> Iterator[Line]:
    """Tell of its chair, its delegates, or why there are none."""
    if site.checked_in_at is None:
        came = "Chưa điểm danh" if site.first_joined_at else "Vắng mặt"
        yield ("", "", site.name, came, "" if site.first_joined_at else "Không kết nối")
        return
    named = {delegate.name for delegate in site.delegates}
    if site.local_chair and site.local_chair not in named:
        yield (site.local_chair, "Chủ trì tại điểm cầu", site.name, "Có mặt", "")
    for one in site.delegates:
        yield _line(site, one)


def _line(site: Attended, one: Delegate) -> Line:
    chairs = ("Chủ trì tại điểm cầu",) if one.name == site.local_chair else ()
    return (one.name, ", ".join((*one.positions, *chairs)), site.name, _ATTENDANCE[one.attendance], one.reason)
