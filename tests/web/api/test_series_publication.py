"""A series is published with one press, and its dates are invited to, answered and called off as one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlmodel import col

from server.core.mail import Dead
from server.store import contacts, outbox
from server.store.tables import MailRow
from server.web.keys import DATABASE
from tests.service import Service, service
from tests.web.api.test_invitations import answer_path, by_site, contact, mail, standings, take

NEXT_YEAR = datetime.now(UTC).year + 1
FIRST: dict[str, Any] = {"starts_at": f"{NEXT_YEAR}-03-02T01:00:00Z", "ends_at": f"{NEXT_YEAR}-03-02T03:00:00Z"}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Service]:
    """A service that can write mails, with liaisons for two of the three sites."""
    async with service(tmp_path, log_level="error", mail_from="vp@example.vn") as running:
        async with running.app[DATABASE].begin() as session:
            await contacts.add(session, contact("01"), contact("38"))
        yield running


async def series(served: Service, rule: str = "FREQ=WEEKLY;COUNT=3", **wanted: Any) -> Any:
    path = await served.briefing(until="draft", **FIRST)
    body = {"briefing": path.rsplit("/", 1)[1], "rule": rule, **wanted}
    made = await served.call("POST", "/api/v1/series", "organizer", body)
    assert made.status == 201, made.text
    return made.body


async def publish(served: Service, made: Any, *, invite: bool = True) -> Any:
    done = await served.call("POST", f"/api/v1/series/{made['id']}/publication", "organizer", {"invite": invite})
    assert done.status == 200, done.text
    return done.body


def paths(made: Any) -> list[str]:
    return [f"/api/v1/briefings/{one['briefing']}" for one in made["dates"]]


async def mails(served: Service, count: int, recipient: str = "dm38@example.vn") -> list[Any]:
    """Wait until so many mails were written to somebody; return them as messages, in their order."""
    async with asyncio.timeout(30):
        while True:
            async with served.app[DATABASE].read() as session:
                wanted = select(col(MailRow.message)).where(col(MailRow.recipient) == recipient)
                found = list(await session.scalars(wanted.order_by(col(MailRow.written_at), col(MailRow.id))))
            if len(found) >= count:
                return [message_from_bytes(content, policy=default) for content in found]
            await asyncio.sleep(0.02)


def calendar(message: Any) -> Any:
    part = next(one for one in message.walk() if one.get_content_type() == "text/calendar")
    return Calendar.from_ical(part.get_content())


async def test_publishing_says_before_what_it_would_do_and_leaves_what_is_refused_a_draft(served: Service) -> None:
    made = await series(served)
    await served.call("PATCH", paths(made)[1], "organizer", {"endpoints": []})
    address = f"/api/v1/series/{made['id']}/publication"

    before = (await served.call("GET", address, "organizer")).body
    assert [one["refused"] for one in before["dates"]] == [None, "no_endpoints", None]
    assert (before["mails"], before["unreached"], before["writes"]) == (2, ["96"], True)

    done = await publish(served, made)
    assert ([one["refused"] for one in done["left"]], len(done["published"]), done["mails"]) == (["no_endpoints"], 2, 2)
    states = (await served.call("GET", f"/api/v1/series/{made['id']}", "organizer")).body["dates"]
    assert [one["state"] for one in states] == ["scheduled", "draft", "scheduled"]
    again = await served.call("POST", address, "organizer", {})
    assert (again.status, again.code) == (409, "nothing_to_publish")


async def test_dates_published_together_are_one_invitation_and_a_change_is_of_one_of_them(served: Service) -> None:
    made = await series(served)
    await publish(served, made)

    [invitation] = await mails(served, 1)
    read = calendar(invitation)
    whole, *dates = read.walk("VEVENT")
    assert (read["METHOD"], whole["RRULE"].to_ical(), len(dates)) == ("REQUEST", b"FREQ=WEEKLY;COUNT=3", 3)
    assert {one["UID"] for one in (whole, *dates)} == {whole["UID"]}
    assert len({str(one["URL"]) for one in dates}) == 3
    for path in paths(made):
        assert await standings(served, path) == {"01": "waiting", "38": "waiting", "96": "not_sent"}
        board = (await served.call("GET", f"{path}/invitations", "organizer")).body
        assert [one["mail"] for one in board["endpoints"]][:2] == ["waiting", "waiting"]

    await served.call("PATCH", paths(made)[1], "organizer", {"title": "Giao ban chuyên đề"})
    [changed] = calendar((await mails(served, 2))[1]).walk("VEVENT")
    told = (changed["UID"], changed["RECURRENCE-ID"].dt, changed["SEQUENCE"])
    assert told == (whole["UID"], dates[1]["RECURRENCE-ID"].dt, 1)

    await served.call("POST", f"/api/v1/series/{made['id']}/cancel", "organizer", {"reason": "bão"})
    off = calendar((await mails(served, 3))[2])
    [gone] = off.walk("VEVENT")
    assert (off["METHOD"], gone["UID"], "RECURRENCE-ID" in gone, gone["SEQUENCE"]) == ("CANCEL", whole["UID"], False, 2)
    assert len(await mails(served, 3)) == 3


async def test_invitation_that_failed_is_written_anew_for_each_date_once_one_has_changed(served: Service) -> None:
    made = await series(served)
    await publish(served, made)
    await mails(served, 1)
    database, failed = served.app[DATABASE], []
    for _ in range(2):
        async with database.begin() as session:
            now = datetime.now(UTC)
            one = await outbox.take(session, now=now, until=now + timedelta(minutes=1))
            assert one
            await outbox.settle(session, one, Dead("550"), now)
            failed.append(one.mail.id)
    await served.call("PATCH", paths(made)[1], "organizer", {"notes": "Mang theo báo cáo"})

    tried = await served.call("POST", "/api/v1/outbox/try-again", "organizer", {"mails": failed})

    assert tried.body == {"count": 0, "renewed": 2, "left": 0}
    anew = [calendar(message).walk("VEVENT") for message in (await mails(served, 4))[1:]]
    assert sorted(str(event["RECURRENCE-ID"].dt.date()) for [event] in anew) == [
        one["original"][:10] for one in made["dates"]
    ]


async def test_reply_answers_one_date_or_all_that_were_not_answered_by_themselves(served: Service) -> None:
    made = await series(served)
    await publish(served, made)
    whole, *dates = calendar((await mails(served, 1))[0]).walk("VEVENT")
    named = dates[1]["RECURRENCE-ID"].to_ical().decode()

    one = await take(served, mail(reply(whole["UID"], "DECLINED", f"RECURRENCE-ID;TZID=X:{named}"), "dm38@example.vn"))
    rest = await take(served, mail(reply(whole["UID"], "ACCEPTED"), "dm38@example.vn"))

    assert (one[1]["why"], rest[1]["why"]) == (None, None)
    found = [(await standings(served, path))["38"] for path in paths(made)]
    assert found == ["accepted", "declined", "accepted"]
    strange = await take(
        served, mail(reply(whole["UID"], "ACCEPTED", "RECURRENCE-ID:20200101T000000Z"), "dm38@example.vn")
    )
    assert strange[1]["why"] == "no_such_briefing"


async def test_page_answers_one_date_or_others_with_it(served: Service) -> None:
    made = await series(served)
    await publish(served, made)
    await mails(served, 1)
    first, second, third = paths(made)

    shown = await by_site(served, "GET", first, "38")
    assert [one["briefing"] for one in shown.body["dates"]] == [second.rsplit("/")[-1], third.rsplit("/")[-1]]
    also = {one["briefing"]: one["sequence"] for one in shown.body["dates"]}
    taken = await by_site(served, "PUT", first, "38", {"answer": "accepted", "also": also})
    assert [one["standing"] for one in taken.body["dates"]] == ["accepted", "accepted"]
    strange = await by_site(served, "PUT", first, "38", {"answer": "accepted", "also": {"x": 0}})
    assert (strange.status, strange.code) == (404, "not_invited")

    await served.call("PATCH", third, "organizer", {"ends_at": f"{NEXT_YEAR}-03-16T05:00:00Z"})
    moved = await by_site(served, "PUT", first, "38", {"answer": "tentative", "also": also})
    assert (moved.status, moved.code) == (409, "briefing_moved")
    assert (await standings(served, first))["38"] == "accepted"
    alone = await served.call("GET", answer_path(second, "38"), "organizer")
    assert alone.body["dates"][0]["own"] is False


def reply(uid: str, partstat: str, date: str = "") -> str:
    stamp = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y%m%dT%H%M%SZ")
    named = f"{date}\r\n" if date else ""
    return (
        f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n{named}DTSTAMP:{stamp}\r\nSEQUENCE:0\r\n"
        f"ATTENDEE;PARTSTAT={partstat}:mailto:dm38@example.vn\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
