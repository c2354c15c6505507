"""Invitations over HTTP: sent to liaisons, answered by sites on their pages, by mail and by hand."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest

from server.core.contacts import Contact, ContactRole
from server.core.ids import BriefingId, ContactId, EndpointCode, RosterName
from server.core.mail import Dead, MailState
from server.store import contacts, outbox
from server.web.keys import DATABASE
from server.web.letters import file_name
from tests.service import Answer, Service, service

LATER: dict[str, Any] = {
    "starts_at": (datetime.now(UTC) + timedelta(days=8)).isoformat(),
    "ends_at": (datetime.now(UTC) + timedelta(days=8, hours=2)).isoformat(),
}
SOON: dict[str, Any] = {
    "starts_at": (datetime.now(UTC) + timedelta(days=7)).isoformat(),
    "ends_at": (datetime.now(UTC) + timedelta(days=7, hours=2)).isoformat(),
}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Service]:
    """A service that can write mails, with liaisons for two of the three sites."""
    async with service(tmp_path, log_level="error", mail_from="vp@example.vn") as running:
        async with running.app[DATABASE].begin() as session:
            await contacts.add(session, contact("01"), contact("38"))
        yield running


def contact(code: str, email: str = "") -> Contact:
    return Contact(
        id=ContactId(f"c{code}{email}"),
        roster=RosterName("63"),
        endpoint=EndpointCode(code),
        name="Lê Văn Thư",
        position="",
        email=email or f"dm{code}@example.vn",
        phone="",
        roles=(ContactRole.LIAISON,),
        language="vi",
    )


async def board(served: Service, path: str) -> Any:
    found = await served.call("GET", f"{path}/invitations", "organizer")
    assert found.status == 200, found.text
    return found.body


async def standings(served: Service, path: str) -> dict[str, str]:
    return {one["endpoint"]: one["standing"] for one in (await board(served, path))["endpoints"]}


async def subjects(served: Service, path: str, count: int) -> list[str]:
    """Wait until so many mails of a briefing are written; return what they are about, with the address."""
    async with asyncio.timeout(30):
        while True:
            async with served.app[DATABASE].read() as session:
                mails = await outbox.of_briefing(session, BriefingId(path.rsplit("/", 1)[1]))
            if len(mails) >= count:
                return sorted(f"{mail.cover.subject.partition(':')[0]} {mail.recipient}" for mail in mails)
            await asyncio.sleep(0.02)


def answer_path(path: str, code: str) -> str:
    return f"{path}/endpoints/{code}/invitation"


async def links(served: Service, path: str) -> None:
    """Give each site the link that it would be sent."""
    made = await served.call("POST", f"{path}/join-links", "organizer", {"endpoints": "all"})
    assert made.status == 201, made.text


async def by_site(served: Service, method: str, path: str, code: str, body: Any = None) -> Answer:
    """Call a site's invitation by its link."""
    known = (await served.call("GET", f"{path}/join-links", "organizer")).body["links"]
    secret = next(one["url"].rsplit("/", 1)[1] for one in known if one["endpoint"] == code)
    return await served.call(method, answer_path(path, code), "", body, Authorization=f"Bearer {secret}")


async def invited(served: Service) -> str:
    path = await served.briefing(until="scheduled", **SOON)
    await links(served, path)
    sent = await served.call("POST", f"{path}/invitations", "organizer", {"endpoints": "missing"})
    assert (sent.status, sent.body) == (200, {"count": 2}), sent.text
    return path


async def test_invitations_go_to_liaisons_and_a_change_follows_them(served: Service) -> None:
    path = await invited(served)
    assert await subjects(served, path, 2) == ["Mời họp dm01@example.vn", "Mời họp dm38@example.vn"]
    assert await standings(served, path) == {"01": "waiting", "38": "waiting", "96": "not_sent"}

    assert (await served.call("PATCH", path, "organizer", LATER)).status == 200
    assert (await subjects(served, path, 4))[2:] == [
        "Thay đổi lịch họp dm01@example.vn",
        "Thay đổi lịch họp dm38@example.vn",
    ]
    assert (await board(served, path))["sequence"] == 1


async def test_sending_where_there_is_nobody_to_send_to_is_refused(served: Service) -> None:
    path = await invited(served)
    draft = await served.briefing(until="draft", **SOON)
    for to, wanted, status, code in (
        (path, "missing", 409, "no_liaison"),
        (path, ["96"], 409, "no_liaison"),
        (path, ["77"], 404, "not_invited"),
        (draft, ["01"], 409, "not_published"),
    ):
        refused = await served.call("POST", f"{to}/invitations", "organizer", {"endpoints": wanted})
        assert (refused.status, refused.code) == (status, code)
    again = await served.call("POST", f"{path}/invitations", "organizer", {"endpoints": ["38"]})
    assert again.body == {"count": 1}


async def test_service_without_a_mail_address_sends_nothing_and_takes_answers(tmp_path: Path) -> None:
    async with service(tmp_path, log_level="error") as served:
        path = await served.briefing(until="scheduled", **SOON)
        await links(served, path)
        for call, body in (("invitations", {"endpoints": "missing"}), ("invitations/nudge", {})):
            refused = await served.call("POST", f"{path}/{call}", "organizer", body)
            assert (refused.status, refused.code) == (409, "no_mail_address")
        taken = await by_site(served, "PUT", path, "38", {"answer": "accepted"})
        assert (taken.status, taken.body["standing"]) == (200, "accepted")
        assert (await board(served, path))["writes"] is False


async def test_site_answers_on_its_page_again_and_again_until_the_lobby_opens(served: Service) -> None:
    path = await invited(served)
    delegates = [
        {"name": "Nguyễn Văn An", "positions": ["Chủ tịch"], "attendance": "present", "reason": ""},
        {"name": "Lê Thị Bình", "positions": [], "attendance": "substitute", "reason": "Trần Văn C"},
    ]
    body = {"answer": "accepted", "delegates": delegates, "sequence": 0}
    taken = await by_site(served, "PUT", path, "38", body)
    assert (taken.body["standing"], taken.body["given"]["delegates"]) == ("accepted", delegates)

    wordless = await by_site(served, "PUT", path, "38", {"answer": "declined"})
    assert (wordless.status, wordless.code) == (422, "decline_needs_reason")
    declined = {"answer": "declined", "reason": "bão"}
    assert (await by_site(served, "PUT", path, "38", declined)).status == 200
    shown = (await board(served, path))["endpoints"][1]
    assert (shown["standing"], shown["given"]["reason"], shown["given"]["how"]) == ("declined", "bão", "page")

    assert (await served.call("POST", f"{path}/open", "organizer")).status == 200
    late = await by_site(served, "PUT", path, "38", body)
    assert (late.status, late.code) == (409, "answers_closed")
    assert (await by_site(served, "GET", path, "38")).body["open"] is False


async def test_answer_to_the_old_time_is_refused_and_by_hand_another_is_written_down(served: Service) -> None:
    path = await invited(served)
    await served.call("PATCH", path, "organizer", LATER)
    old = {"answer": "accepted", "sequence": 0}

    refused = await by_site(served, "PUT", path, "38", old)
    assert (refused.status, refused.code) == (409, "briefing_moved")

    by_hand = await served.call("PUT", answer_path(path, "38"), "organizer", {"answer": "tentative"})
    assert (by_hand.body["given"]["how"], by_hand.body["standing"]) == ("hand", "tentative")


async def test_answer_of_whoever_may_not_give_it_is_refused(served: Service) -> None:
    path = await invited(served)

    for who, code, status in (("chair", "38", 403), ("organizer", "77", 404), ("operator", "38", 403)):
        refused = await served.call("PUT", answer_path(path, code), who, {"answer": "accepted"})
        assert refused.status == status


async def test_those_missing_are_reminded_by_one_call_and_within_the_hour_only_when_confirmed(served: Service) -> None:
    path = await invited(served)
    await by_site(served, "PUT", path, "01", {"answer": "accepted"})

    nudged = await served.call("POST", f"{path}/invitations/nudge", "organizer", {})
    assert nudged.body == {"count": 1}
    assert "Đề nghị trả lời giấy mời dm38@example.vn" in await subjects(served, path, 3)

    refused = await served.call("POST", f"{path}/invitations/nudge", "organizer", {})
    assert (refused.status, refused.code) == (409, "nudged_lately")
    again = await served.call("POST", f"{path}/invitations/nudge", "organizer", {"again": True})
    assert again.body == {"count": 1}


async def test_preview_is_the_mail_that_would_be_written_and_writes_none(served: Service) -> None:
    path = await served.briefing(until="scheduled", **SOON)

    preview = await served.call("GET", f"{path}/invitations/38/preview", "organizer")

    assert preview.status == 200, preview.text
    assert preview.body["to"] == [{"name": "Lê Văn Thư", "email": "dm38@example.vn"}]
    assert preview.body["subject"].startswith("Mời họp: Giao ban tháng 11")
    assert "METHOD:REQUEST" in preview.body["calendar"]
    assert await standings(served, path) == dict.fromkeys(("01", "38", "96"), "not_sent")
    missing = await served.call("GET", f"{path}/invitations/96/preview", "organizer")
    assert (missing.status, missing.code) == (409, "no_liaison")


async def test_letter_is_a_word_file_of_an_invited_site_in_a_known_layout(served: Service) -> None:
    path = await served.briefing(until="scheduled", **SOON)
    address = f"{path}/invitations/38/letter"

    async with served.http.get(f"{address}?profile=party", headers=served.bearer("organizer")) as given:
        content = await given.read()
        assert (given.status, content[:2]) == (200, b"PK")
        assert given.headers["Content-Disposition"].endswith('-invitation-38.docx"')

    unknown = await served.call("GET", f"{address}?profile=x", "organizer")
    assert (unknown.status, unknown.code) == (422, "unknown_profile")
    stranger = await served.call("GET", f"{path}/invitations/77/letter", "organizer")
    assert (stranger.status, stranger.code) == (404, "not_invited")


def reply(path: str, email: str, partstat: str = "ACCEPTED", sequence: int = 0, stamp: str = "20260101T000000Z") -> str:
    return (
        f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:giaoban-{path.rsplit('/', 1)[1]}\r\n"
        f"DTSTAMP:{stamp}\r\nSEQUENCE:{sequence}\r\nATTENDEE;PARTSTAT={partstat}:mailto:{email}\r\n"
        "COMMENT:xin phép\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def mail(content: str, sender: str) -> str:
    return f"From: <{sender}>\r\nSubject: Re\r\nContent-Type: text/calendar; charset=utf-8\r\n\r\n{content}"


async def take(served: Service, content: str) -> Any:
    headers = {**served.bearer("organizer"), "Content-Type": "text/calendar"}
    async with served.http.post("/api/v1/replies", data=content.encode(), headers=headers) as answer:
        return answer.status, await answer.json()


async def test_reply_of_a_calendar_program_is_the_answer_of_whoever_was_invited(served: Service) -> None:
    path = await invited(served)

    taken = await take(served, mail(reply(path, "DM38@example.vn", "DECLINED"), "dm38@example.vn"))

    assert taken == (200, {"endpoint": "38", "answer": "declined", "why": None})
    given = (await board(served, path))["endpoints"][1]["given"]
    assert (given["answer"], given["how"], given["sender"], given["reason"]) == (
        "declined",
        "mail",
        "dm38@example.vn",
        "xin phép",
    )


async def test_reply_that_cannot_be_matched_is_kept_aside_and_changes_nothing(served: Service) -> None:
    path = await invited(served)
    async with served.app[DATABASE].begin() as session:
        await contacts.add(session, contact("01", "both@example.vn"), contact("38", "both@example.vn"))
    await by_site(served, "PUT", path, "01", {"answer": "declined", "reason": "bão"})
    for content, why in (
        (reply(path, "ai@example.vn"), "unknown_sender"),
        (mail(reply(path, "dm38@example.vn"), "ai@example.vn"), "another_sender"),
        (reply(path, "both@example.vn"), "many_endpoints"),
        (reply(path, "dm38@example.vn", "DELEGATED"), "no_plain_answer"),
        (reply(path, "dm01@example.vn"), "later_answer_known"),
        (reply("/x/unknown", "dm38@example.vn"), "no_such_briefing"),
    ):
        for _ in range(2):  # the same again is the same
            status, body = await take(served, content)
            assert (status, body["endpoint"], body["why"]) == (200, None, why)

    shown = await board(served, path)
    assert [one["why"] for one in shown["aside"]] == [
        "unknown_sender",
        "another_sender",
        "many_endpoints",
        "no_plain_answer",
        "later_answer_known",
    ]
    assert [one["standing"] for one in shown["endpoints"]] == ["declined", "waiting", "not_sent"]
    settled = await served.call("POST", f"/api/v1/replies/{shown['aside'][0]['id']}/settle", "organizer")
    assert settled.status == 204
    assert len((await board(served, path))["aside"]) == 4


async def test_file_that_is_no_reply_is_refused(served: Service) -> None:
    status, body = await take(served, "Kính gửi văn phòng")

    assert (status, body["code"]) == (422, "no_reply_in_file")


async def fail_all(served: Service, path: str) -> list[str]:
    """Have the server refuse what waits of a briefing; return these mails."""
    async with served.app[DATABASE].begin() as session:
        mails = await outbox.of_briefing(session, BriefingId(path.rsplit("/", 1)[1]))
        waiting = [mail for mail in mails if mail.state is MailState.WAITING]
        for _ in waiting:
            taken = await outbox.take(session, now=datetime.now(UTC), until=datetime.now(UTC))
            assert taken
            await outbox.settle(session, taken, Dead("550 no such mailbox"), datetime.now(UTC))
    return [mail.id for mail in waiting]


async def deliveries(served: Service, path: str) -> dict[str, str]:
    return {one["endpoint"]: one["mail"] for one in (await board(served, path))["endpoints"]}


async def test_dead_invitation_is_tried_again_while_true_and_then_written_anew(served: Service) -> None:
    path = await invited(served)
    await subjects(served, path, 2)
    mails = await fail_all(served, path)
    assert await deliveries(served, path) == {"01": "dead", "38": "dead", "96": "none"}
    again = await served.call("POST", "/api/v1/outbox/try-again", "organizer", {"mails": mails})
    assert again.body == {"count": 2, "renewed": 0, "left": 0}

    await fail_all(served, path)
    async with served.app[DATABASE].begin() as session:
        await contacts.remove(session, RosterName("63"), ContactId("c01"))
    await served.call("PATCH", path, "organizer", LATER)
    await subjects(served, path, 3)  # the change, to the liaison that there is
    await fail_all(served, path)
    again = await served.call("POST", "/api/v1/outbox/try-again", "organizer", {"mails": mails})

    assert again.body == {"count": 0, "renewed": 1, "left": 1}
    told = await subjects(served, path, 4)
    assert told.count("Mời họp dm38@example.vn") == 2
    assert await deliveries(served, path) == {"01": "none", "38": "waiting", "96": "none"}
    async with served.app[DATABASE].read() as session:
        [mail] = await outbox.listed(session, MailState.WAITING, limit=9)
    assert LATER["starts_at"][8:10] in mail.cover.subject  # the day that is true now


async def test_mails_of_what_was_called_off_are_left_and_the_board_shows_the_last_of_each(served: Service) -> None:
    path = await invited(served)
    await subjects(served, path, 2)
    [first, _] = await fail_all(served, path)
    await served.call("POST", f"{path}/cancel", "organizer", {"reason": "bão"})
    await subjects(served, path, 4)

    again = await served.call("POST", "/api/v1/outbox/try-again", "organizer", {"mails": [first]})

    assert again.body == {"count": 0, "renewed": 0, "left": 1}
    assert await deliveries(served, path) == {"01": "waiting", "38": "waiting", "96": "none"}


async def test_sites_without_a_liaison_are_not_counted_among_those_reminded(served: Service) -> None:
    path = await invited(served)
    async with served.app[DATABASE].begin() as session:
        await contacts.remove(session, RosterName("63"), ContactId("c01"))

    nudged = await served.call("POST", f"{path}/invitations/nudge", "organizer", {})

    assert nudged.body == {"count": 1}
    assert [bool(one["nudged_at"]) for one in (await board(served, path))["endpoints"]] == [False, True, False]
    async with served.app[DATABASE].begin() as session:
        await contacts.remove(session, RosterName("63"), ContactId("c38"))
    refused = await served.call("POST", f"{path}/invitations/nudge", "organizer", {"again": True})
    assert (refused.status, refused.code) == (409, "no_liaison")


async def test_liaison_who_can_only_be_called_is_no_one_to_mail(served: Service) -> None:
    async with served.app[DATABASE].begin() as session:
        await contacts.add(session, replace(contact("96"), email="", phone="0912 345 678"))
    path = await served.briefing(until="scheduled", **SOON)

    refused = await served.call("POST", f"{path}/invitations", "organizer", {"endpoints": ["96"]})

    assert (refused.status, refused.code) == (409, "no_liaison")
    assert [len(one["liaisons"]) for one in (await board(served, path))["endpoints"]] == [1, 1, 0]
    page = await served.http.get(path.removeprefix("/api/v1") + "/invitations", headers=served.bearer("organizer"))
    assert "0912 345 678" in await page.text()


async def test_letters_of_all_sites_come_in_one_archive_under_names_that_can_be_read(
    served: Service,
) -> None:
    path = await served.briefing(until="scheduled", **SOON)
    address = f"{path}/invitations/letters"

    async with served.http.get(f"{address}?profile=party", headers=served.bearer("organizer")) as given:
        content = await given.read()
        assert (given.status, given.content_type) == (200, "application/zip")
        assert given.headers["Content-Disposition"].endswith('-invitations.zip"')

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["01_ha-noi_Hà Nội.docx", "38_thanh-hoa_Thanh Hóa.docx", "96_ca-mau_Cà Mau.docx"]
        letters = [docx.Document(io.BytesIO(archive.read(name))) for name in archive.namelist()]
    told = ["\n".join(line.text for line in letter.paragraphs) for letter in letters]
    assert ["Điểm cầu Hà Nội" in text for text in told] == [True, False, False]
    unknown = await served.call("GET", f"{address}?profile=x", "organizer")
    assert (unknown.status, unknown.code) == (422, "unknown_profile")


def test_letter_is_called_what_every_system_can_keep() -> None:
    called = file_name(EndpointCode("79"), 'TP. Hồ Chí Minh / "Sở"')

    assert called == "79_tp-ho-chi-minh-so_TP. Hồ Chí Minh - -Sở-.docx"
