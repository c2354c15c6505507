"""Replies that are read from a mailbox on Debian's Dovecot: each once, from where it was read last."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col

from schedules.mailbox import Encryption, Mailbox
from schedules.strangers import LARGEST
from server.collector import Collector
from server.core.ids import BriefingId, MailId
from server.core.mail import Posted, Sent
from server.store import contacts, mailboxes, outbox, replies
from server.store.tables import JournalRow
from server.web.keys import CLOCK, DATABASE, ROOMS
from server.web.replies import Desk
from tests.dovecot import USER, Dovecot, dovecot
from tests.schedules.test_bounces import REPORT, WORDS
from tests.service import Service, service
from tests.store.stories import scheduled
from tests.web.api.test_invitations import board, contact, invited, reply, standings, subjects


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Service]:
    async with service(tmp_path, log_level="error", mail_from="vp@example.vn") as running:
        async with running.app[DATABASE].begin() as session:
            await contacts.add(session, contact("01"), contact("38"))
        yield running


def box(imap: Dovecot, **changes: Any) -> Mailbox:
    fields = {"port": imap.port, "encryption": Encryption.NONE, "password": imap.password_file, "folder": "INBOX"}
    return Mailbox(host="127.0.0.1", user=USER, **{**fields, **changes})


def collector(served: Service, imap: Dovecot, **changes: Any) -> Collector:
    return Collector(box(imap, **changes), Desk(served.app[DATABASE], served.app[ROOMS], served.app[CLOCK]))


def mail(sender: str, calendar: str = "", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, "Re: Mời họp"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Kính gửi văn phòng.")
    if calendar:
        message.add_alternative(calendar, subtype="calendar", params={"method": "REPLY"})
    return message.as_bytes()


async def test_mailbox_is_read_from_where_it_stood_and_each_reply_taken_once(served: Service, imap: Dovecot) -> None:
    path = await invited(served)
    imap.deliver(mail("dm01@example.vn", reply(path, "dm01@example.vn")))
    one = collector(served, imap)
    assert await one.visit() is False  # the first time it only looks where the end is
    assert (await standings(served, path))["01"] == "waiting"

    imap.deliver(mail("dm38@example.vn", reply(path, "dm38@example.vn", "DECLINED")), mail("ads@example.com"))
    for _ in range(2):
        await one.visit()

    assert await standings(served, path) == {"01": "waiting", "38": "declined", "96": "not_sent"}
    shown = await board(served, path)
    assert (shown["endpoints"][1]["given"]["how"], shown["aside"]) == ("mail", [])
    with imap.client() as client:
        client.select("INBOX", readonly=True)
        assert client.search(None, "SEEN") == ("OK", [b""])  # people read it beside us


async def test_hostile_mails_hold_up_none_that_comes_after(served: Service, imap: Dovecot) -> None:
    path = await invited(served)
    one = collector(served, imap)
    await one.visit()
    deep = "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 3000
    nested = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" * 300

    imap.deliver(
        mail("x@example.vn", deep),
        nested,
        b"\x00\xff\xfe",
        b"Subject: x\r\n\r\n" + b"x" * (LARGEST + 10),
        mail("ai@example.vn", reply(path, "dm38@example.vn")),
        mail("dm01@example.vn", reply(path, "dm01@example.vn")),
    )
    await one.visit()

    assert await standings(served, path) == {"01": "accepted", "38": "waiting", "96": "not_sent"}
    assert [(one["why"], one["sender"]) for one in (await board(served, path))["aside"]] == [
        ("another_sender", "ai@example.vn")
    ]


async def test_mail_that_names_no_sender_answers_for_nobody(served: Service, imap: Dovecot) -> None:
    path = await invited(served)
    one = collector(served, imap)
    await one.visit()
    forged = mail("dm38@example.vn", reply(path, "dm38@example.vn", "DECLINED"))

    imap.deliver(
        forged.replace(b"From: dm38@example.vn\n", b""),
        forged.replace(b"From: dm38@example.vn\n", b"From: undisclosed-recipients:;\n"),
    )
    await one.visit()

    assert (await standings(served, path))["38"] == "waiting"
    assert [one["why"] for one in (await board(served, path))["aside"]] == ["another_sender", "another_sender"]


async def test_large_mails_are_fetched_a_few_at_a_time(served: Service, imap: Dovecot) -> None:
    await invited(served)
    one = collector(served, imap)
    await one.visit()

    imap.deliver(*[b"Subject: x\r\n\r\n" + b"x" * 78 + b"\r\n" + b"xxxx\r\n" * (LARGEST // 6) for _ in range(20)])

    assert [await one.visit() for _ in range(3)] == [True, False, False]


async def test_plain_words_about_an_invitation_are_kept_for_people(served: Service, imap: Dovecot) -> None:
    path = await invited(served)
    await subjects(served, path, 2)
    one = collector(served, imap)
    await one.visit()
    async with served.app[DATABASE].read() as session:
        sent = await outbox.of_briefing(session, BriefingId(path.rsplit("/", 1)[1]))
        assert await outbox.briefing_of(session, [MailId("unknown")]) is None

    imap.deliver(
        mail("dm38@example.vn", In_Reply_To=f"<{sent[0].id}@example.vn>"),
        mail("ai@example.vn", In_Reply_To="<another@example.vn>"),
    )
    await one.visit()

    shown = (await board(served, path))["aside"]
    assert [(one["sender"], one["answer"], one["why"]) for one in shown] == [
        ("dm38@example.vn", None, "no_plain_answer")
    ]


async def test_mailbox_that_was_set_up_anew_is_read_from_its_end(served: Service, imap: Dovecot) -> None:
    path = await invited(served)
    one = collector(served, imap)
    await one.visit()
    imap.begin_anew()
    await one.visit()

    imap.deliver(mail("dm38@example.vn", reply(path, "dm38@example.vn")))
    await one.visit()

    assert (await standings(served, path))["38"] == "accepted"
    async with served.app[DATABASE].read() as session:
        assert await mailboxes.read_until(session, box(imap).name) == (7, 1)


async def test_mailbox_that_cannot_be_read_is_left_for_later(served: Service, imap: Dovecot, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("sai")
    for changes in ({"password": wrong}, {"password": tmp_path / "none"}, {"port": 1}, {"folder": "nothing"}):
        assert await collector(served, imap, **changes).visit() is False
        async with served.app[DATABASE].read() as session:
            assert await mailboxes.read_until(session, box(imap, **changes).name) is None


async def sent_mails(served: Service, path: str) -> list[Posted]:
    """Wait for the invitations of a briefing, and have them accepted by a server."""
    await subjects(served, path, 2)
    async with served.app[DATABASE].begin() as session:
        for _ in range(2):
            now = served.app[CLOCK]()
            taken = await outbox.take(session, now=now, until=now)
            assert taken
            await outbox.settle(session, taken, Sent(), now)
        return await outbox.of_briefing(session, BriefingId(path.rsplit("/", 1)[1]))


def report(mail: Posted, **changes: str) -> bytes:
    """The report of a server that has given up a mail."""
    mark, recipient = f"<{mail.id}@example.vn>", f"<{mail.recipient}>"
    text = REPORT.replace("<0123abcd@may.example.vn>", changes.get("mark", mark))
    return text.replace("<vanphong@example.vn>", changes.get("recipient", recipient)).encode()


async def test_invitation_that_came_back_is_shown_with_the_words_and_a_forged_report_changes_nothing(
    served: Service, imap: Dovecot
) -> None:
    path = await invited(served)
    hanoi, thanh_hoa = sorted(await sent_mails(served, path), key=lambda mail: mail.recipient)
    one = collector(served, imap)
    await one.visit()

    imap.deliver(
        report(hanoi, mark="<0000@example.vn>"),
        report(hanoi, recipient="<ai@example.vn>"),
        report(hanoi).replace(b"Action: failed", b"Action: delayed"),
    )
    await one.visit()
    assert [row["mail"] for row in (await board(served, path))["endpoints"]] == ["sent", "sent", "none"]

    imap.deliver(report(thanh_hoa), report(thanh_hoa))
    await one.visit()

    [_, row, _] = (await board(served, path))["endpoints"]
    assert (row["mail"], row["mail_problem"]) == ("bounced", f"dm38@example.vn: {WORDS}")
    async with served.http.get("/rosters/63/contacts", headers=served.bearer("organizer")) as page:
        assert (await page.text()).count("User unknown in local table") == 1


async def test_message_that_the_server_does_not_give_out_is_passed_over_and_told(
    served: Service, imap: Dovecot
) -> None:
    path = await invited(served)
    one = collector(served, imap)
    await one.visit()
    imap.deliver(mail("dm01@example.vn", reply(path, "dm01@example.vn")), mail("hong@example.vn"))
    [newest] = sorted((imap.folder / "mail").glob("*/*,S=*"), key=lambda file: file.stat().st_mtime_ns)[-1:]
    newest.chmod(0)
    imap.deliver(mail("dm38@example.vn", reply(path, "dm38@example.vn")))

    assert [await one.visit() for _ in range(4)] == [False, False, True, False]

    assert await standings(served, path) == {"01": "accepted", "38": "accepted", "96": "not_sent"}
    async with served.app[DATABASE].read() as session:
        [told] = await replies.of_nobody(session)
    assert (told.why, told.subject.partition(":")[0][:3]) == ("not_read", "UID")


async def test_reply_to_a_briefing_whose_journal_is_broken_holds_up_none(served: Service, imap: Dovecot) -> None:
    sound, name = await invited(served), "brokenbroken"
    one = collector(served, imap)
    await one.visit()
    begin = served.app[CLOCK]() + timedelta(days=9)
    await scheduled(served.app[DATABASE], name, starts_at=begin, ends_at=begin + timedelta(hours=1))
    async with served.app[DATABASE].begin() as session:  # nobody has looked at it: it is loaded for the reply
        await session.execute(delete(JournalRow).where(col(JournalRow.briefing_id) == name, col(JournalRow.seq) == 1))

    imap.deliver(
        mail("dm38@example.vn", reply(f"/{name}", "dm38@example.vn")),
        mail("dm38@example.vn", reply(sound, "dm38@example.vn")),
    )
    await one.visit()

    assert (await standings(served, sound))["38"] == "accepted"
    async with served.app[DATABASE].read() as session:
        assert [told.why for told in await replies.of_nobody(session)] == ["not_read"]
