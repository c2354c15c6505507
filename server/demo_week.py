"""The demo's planned week: what an organizer has on the desk, written through the HTTP interface as people write it.

A briefing in three days with everything that is planned for one, and its rehearsal on now; a series with its dates; and
drafts.
"""

import asyncio
import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
from docx import Document

from endpoints import rosters, wordlists
from endpoints.places import place_of
from server.core.events import rfc3339
from server.demo_mail import NOBODY

BRIEFINGS: Final = "/api/v1/briefings"
ROSTER: Final = "63"
WEEKEND: Final = 5  # Saturday, as `date.weekday` counts

NO_LIAISON, NO_MAILBOX = 30, 20
"""Which sites cannot be written to, in the order of the roster: nobody is known there, or the address is wrong."""

EARLY: Final = 4
"""How many sites answer before the time is changed: they are asked again."""

ANSWERS: Final = ("accepted",) * 6 + ("tentative", "declined", "", "")
"""What sites answer, one after another; nothing: they have not yet."""

REASON: Final = "Trùng kỳ họp bất thường của Hội đồng nhân dân tỉnh"

AGENDA: Final = (
    {"kind": "opening", "title": "Khai mạc, giới thiệu đại biểu", "minutes": 10},
    {"kind": "report", "title": "Báo cáo công tác nội chính 6 tháng cuối năm", "minutes": 25},
    {
        "kind": "directive",
        "title": "Quán triệt quy định về kiểm soát quyền lực",
        "minutes": 20,
        "document": "Quy định số 131-QĐ/TW",
    },
    {"kind": "discussion", "title": "Thảo luận của các điểm cầu", "minutes": 75},
    {"kind": "break", "title": "Giải lao", "minutes": 10},
    {"kind": "conclusion", "title": "Kết luận của chủ trì", "minutes": 10},
)


@dataclass(frozen=True, slots=True)
class Week:
    """What was planned: the briefing with everything, and how its sites come in."""

    briefing: str
    series: str
    sites: dict[str, str]  # code: token


async def posted(http: ClientSession, path: str, body: Any, *, token: str = "", method: str = "POST") -> Any:
    """Make a call as the session's owner, or by another token; return what it answers."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with http.request(method, path, json=body, headers=headers) as answer:
        answer.raise_for_status()
        return await answer.json() if answer.content_type.endswith("json") else {}


async def plan_week(http: ClientSession, codes: Sequence[str], zone: ZoneInfo, now: datetime) -> Week:
    """Plan the week that follows `now` for some sites of the roster; the session is an organizer's."""
    today = now.astimezone(zone).date()
    await _know_contacts(http, codes)
    briefing, path = await _made(http, _main(codes, _moment(today, 3, time(8), zone)))
    await posted(http, f"{path}/schedule", {})
    links = (await posted(http, f"{path}/join-links", {"endpoints": "all"}))["links"]
    sites = {link["endpoint"]: link["url"].rsplit("/", 1)[1] for link in links}
    await _hand_out(http, path, sites, now)
    await _invite(http, path, sites, _moment(today, 3, time(8, 30), zone))
    await _rehearse(http, path, now, _moment(today, 3, time(7, 30), zone))
    series = await _make_series(http, codes, _moment(today, 8, time(14), zone))
    await _draft_more(http, codes, today, zone)
    return Week(briefing, series, sites)


def _moment(today: date, days: int, clock: time, zone: ZoneInfo) -> datetime:
    """Return a time of day in so many days, or on the Monday after."""
    day = today + timedelta(days=days)
    if day.weekday() >= WEEKEND:
        day += timedelta(days=7 - day.weekday())
    return datetime.combine(day, clock, zone)


def _span(starts_at: datetime, minutes: int) -> dict[str, str]:
    return {"starts_at": rfc3339(starts_at), "ends_at": rfc3339(starts_at + timedelta(minutes=minutes))}


async def _made(http: ClientSession, plan: dict[str, Any]) -> tuple[str, str]:
    made = await posted(http, BRIEFINGS, plan)
    return made["id"], f"{BRIEFINGS}/{made['id']}"


def _main(codes: Sequence[str], starts_at: datetime) -> dict[str, Any]:
    return {
        "title": "Hội nghị giao ban trực tuyến toàn quốc 6 tháng cuối năm",
        "number": "12/GM",
        **_span(starts_at, 150),
        "endpoints": list(codes),
        "agenda": list(AGENDA),
        "turn_minutes": 5,
        "period": {"first": f"{starts_at.year}-07-01", "last": f"{starts_at.year}-12-31"},
        "presiding": [
            {"name": "Nguyễn Văn Thành", "position": "Trưởng ban", "leads": True},
            {"name": "Phạm Thị Minh Hà", "position": "Phó Trưởng ban thường trực", "leads": False},
        ],
        "moderator": {"name": "Đỗ Quang Huy", "position": "Chánh Văn phòng"},
        "secretary": {"name": "Lê Thu Trang", "position": "Phó Chánh Văn phòng"},
        "technicians": [{"name": "Vũ Đức Anh", "contact": "0900 000 999"}],
        "expected": [{"positions": ["Bí thư hoặc Phó Bí thư thường trực", "Trưởng ban Nội chính"], "endpoints": []}],
        "place": "Phòng họp A2",
        "dress": "Trang phục công sở",
        "notes": "Các điểm cầu kiểm tra đường truyền trong buổi chạy thử.",
    }


async def _know_contacts(http: ClientSession, codes: Sequence[str]) -> None:
    """Take the contacts over as an office does: from a table."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("Mã điểm cầu", "Họ và tên", "Chức vụ", "Thư điện tử", "Điện thoại", "Vai trò"))
    for number, code in enumerate(codes):
        writer.writerows(_contacts(number, code))
    headers = {"Content-Type": "text/csv; charset=utf-8"}
    path = f"/api/v1/rosters/{ROSTER}/contacts/import"
    async with http.post(path, data=table.getvalue().encode(), headers=headers) as answer:
        answer.raise_for_status()


def _contacts(number: int, code: str) -> list[tuple[str, ...]]:
    """Return who is known at a site: whoever answers invitations and papers, and a technician."""
    name, phone = wordlists.technician(place_of(code))
    clerk = wordlists.person(random.Random(f"clerk {code}"))  # noqa: S311 - plausible, not secret
    domain = NOBODY.strip(".>") if number == NO_MAILBOX else "example"
    known: list[tuple[str, ...]] = []
    known.append((code, name, "Quản trị mạng", f"kythuat.{code}@diemcau.example", phone, "kỹ thuật"))
    if number != NO_LIAISON:
        known.append((code, clerk, "Văn thư", f"vanthu.{code}@diemcau.{domain}", "", "đầu mối, văn thư"))
    return known


async def _hand_out(http: ClientSession, path: str, sites: dict[str, str], now: datetime) -> None:
    """Attach what is read before the meeting, and ask for papers: one of them is overdue in a minute."""
    report = {"name": "Dự thảo báo cáo.docx", "item": str(AGENDA[1]["title"])}
    script = {"name": "Kịch bản điều hành.docx", "addressees": "hub"}
    attached = await _sent(http, f"{path}/documents", await _letter("Dự thảo báo cáo công tác nội chính"), report)
    await _sent(http, f"{path}/documents", await _letter("Kịch bản điều hành hội nghị"), script)
    await _ask(http, path, dict(list(sites.items())[::3]), "Báo cáo của điểm cầu", now + timedelta(days=1))
    await _ask(http, path, dict(list(sites.items())[::2]), "Danh sách đại biểu dự họp", now + timedelta(minutes=1))
    for token in list(sites.values())[::2]:
        headers = {"Authorization": f"Bearer {token}"}
        async with http.get(f"{path}/documents/{attached['id']}/file", headers=headers) as answer:
            answer.raise_for_status()
            await answer.read()


async def _ask(http: ClientSession, path: str, quick: dict[str, str], title: str, due: datetime) -> None:
    """Ask everybody for a paper; the quick ones hand theirs in at once."""
    paper = await posted(http, f"{path}/papers", {"title": title, "due": rfc3339(due), "endpoints": "all"})
    content = await _letter(title)
    for token in quick.values():
        await _sent(http, f"{path}/papers/{paper['number']}/files", content, {"name": f"{title}.docx"}, token=token)


async def _letter(title: str) -> bytes:
    return await asyncio.to_thread(_docx, title)


def _docx(title: str) -> bytes:
    """Return a small DOCX."""
    document, content = Document(), io.BytesIO()
    document.add_heading(title)
    document.add_paragraph("Văn bản minh họa của bản chạy thử.")
    document.save(content)
    return content.getvalue()


async def _sent(http: ClientSession, path: str, content: bytes, query: dict[str, str], *, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with http.post(path, data=content, params=query, headers=headers) as answer:
        answer.raise_for_status()
        return await answer.json()


async def _invite(http: ClientSession, path: str, sites: dict[str, str], moved_to: datetime) -> None:
    """Invite everybody, change the time when a few have answered, and nudge those who have not at last."""
    await posted(http, f"{path}/invitations", {"endpoints": "missing"})
    answers = [(code, ANSWERS[number % len(ANSWERS)]) for number, code in enumerate(sites)]
    for code, _ in answers[:EARLY]:
        await _answered(http, path, code, sites[code], "accepted")
    await posted(http, path, _span(moved_to, 150), method="PATCH")
    for code, answer in answers[EARLY:]:
        if answer:
            await _answered(http, path, code, sites[code], answer)
    await posted(http, f"{path}/invitations/nudge", {})


async def _answered(http: ClientSession, path: str, code: str, token: str, answer: str) -> None:
    delegates = wordlists.check_in(place_of(code))["delegates"] if answer == "accepted" else []
    body = {"answer": answer, "reason": REASON if answer == "declined" else "", "delegates": delegates}
    await posted(http, f"{path}/endpoints/{code}/invitation", body, token=token, method="PUT")


async def _rehearse(http: ClientSession, path: str, now: datetime, before: datetime) -> None:
    """Rehearse from now on for as long as a day's demo lasts, and once more in the hour before the meeting."""
    today = {"starts_at": rfc3339(now + timedelta(minutes=1)), "minutes": 480}
    planned = (await posted(http, f"{path}/rehearsals", today))["rehearsals"]
    await posted(http, f"{path}/rehearsals", {"starts_at": rfc3339(before), "minutes": 30})
    await posted(http, f"{path}/rehearsals/begin", {"number": planned[0]["number"]})


async def _make_series(http: ClientSession, codes: Sequence[str], starts_at: datetime) -> str:
    """Plan the last Friday of six months, and publish the first two dates."""
    plan = {
        "title": "Giao ban công tác nội chính hằng tháng",
        **_span(starts_at, 90),
        "endpoints": list(codes),
        "agenda": [
            {"kind": "report", "title": "Kết quả công tác tháng", "minutes": 30},
            {"kind": "discussion", "title": "Trao đổi", "minutes": 45},
            {"kind": "conclusion", "title": "Kết luận", "minutes": 15},
        ],
    }
    first, _ = await _made(http, plan)
    wanted = {"briefing": first, "rule": "FREQ=MONTHLY;BYDAY=-1FR;COUNT=6", "accepted": "Đã trao đổi với các điểm cầu"}
    series = await posted(http, "/api/v1/series", wanted)
    for one in series["dates"][:2]:
        await posted(http, f"{BRIEFINGS}/{one['briefing']}/schedule", {})
    return str(series["id"])


async def _draft_more(http: ClientSession, codes: Sequence[str], today: date, zone: ZoneInfo) -> None:
    """Draft two more, and publish one for a region whose invitations are still to be sent."""
    region = [unit.code for unit in rosters.load(ROSTER).units if unit.code in codes][:8]
    storm = {
        "kind": "quick_notification",
        "title": "Thông báo nhanh về phòng, chống thiên tai",
        **_span(_moment(today, 1, time(16), zone), 30),
        "endpoints": region,
        "agenda": [{"kind": "directive", "title": "Chỉ đạo ứng phó", "minutes": 30, "document": "Công điện số 118"}],
    }
    review = {
        "kind": "year_review",
        "title": "Hội nghị tổng kết năm",
        **_span(_moment(today, 24, time(8), zone), 210),
        "endpoints": list(codes),
        "agenda": [],
    }
    training = {
        "title": "Tập huấn sử dụng phòng họp trực tuyến",
        **_span(_moment(today, 5, time(9), zone), 60),
        "endpoints": region,
        "agenda": [{"kind": "discussion", "title": "Hỏi đáp", "minutes": 60}],
    }
    made = await asyncio.gather(*(_made(http, plan) for plan in (storm, review, training)))
    await posted(http, f"{made[-1][1]}/schedule", {})
