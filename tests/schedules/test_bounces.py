"""Delivery status notifications: as servers write them, and what is no word about a mail of ours."""

import pytest

from schedules import bounces
from schedules.bounces import Bounce, NotABounce
from schedules.strangers import MOST_BORDERS, MOST_LINES, MOST_NESTED, NoMail, parsed
from server.core.ids import MailId

REPORT = """\
From: MAILER-DAEMON@mx.example.vn (Mail Delivery System)
To: giaoban@may.example.vn
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"
MIME-Version: 1.0

--b1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.vn.

--b1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.vn
X-Postfix-Queue-ID: 4F1234

Final-Recipient: rfc822; VanThu@example.vn
Original-Recipient: rfc822;<vanphong@example.vn>
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.example.vn
Diagnostic-Code: smtp; 550 5.1.1 <vanthu@example.vn>:
    User unknown in local table

--b1
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: VP <vp@example.vn>
Message-ID: <0123abcd@may.example.vn>
Subject: =?utf-8?q?M=E1=BB=9Di_h=E1=BB=8Dp?=

--b1--
"""
WORDS = "550 5.1.1 <vanthu@example.vn>: User unknown in local table"
BACK = Bounce((MailId("0123abcd"),), {"vanthu@example.vn": WORDS, "vanphong@example.vn": WORDS})
WHOLE = REPORT.replace("text/rfc822-headers\n", "message/rfc822\n").replace("\n--b1--", "\nKính gửi\n\n--b1--")


@pytest.mark.parametrize("report", [REPORT, WHOLE, REPORT.replace("\n", "\r\n")])
def test_report_names_the_mail_its_recipient_and_why(report: str) -> None:
    assert bounces.read(report.encode()) == BACK


def test_report_without_words_tells_the_status_and_the_mail_it_answers() -> None:
    start, end = REPORT.index("Diagnostic-Code"), REPORT.index("--b1\nContent-Description: Undelivered")
    bare = REPORT[:start] + "\n" + REPORT[end:].partition("Content-Type")[0] + "\n--b1--\n"
    report = bare.replace("To: giaoban", "In-Reply-To: <ffff@may.example.vn>\nTo: giaoban")

    assert bounces.read(report.encode()) == Bounce(
        (MailId("ffff"),),
        {"vanthu@example.vn": "5.1.1", "vanphong@example.vn": "5.1.1"},
    )


@pytest.mark.parametrize(
    "mail",
    [
        "",
        "Kính gửi",
        REPORT.replace("Action: failed", "Action: delayed"),
        REPORT.replace("Action: failed", "Action: delivered"),
        REPORT.replace("multipart/report", "multipart/mixed"),
        REPORT.replace("Message-ID", "X-Message-ID"),
        REPORT.replace("Recipient: rfc822;", "Recipient: "),
        REPORT.replace("message/delivery-status", "text/plain"),
        REPORT.replace("Final-Recipient", "\n" * MOST_LINES + "Final-Recipient"),
        "\x00\xff--b1",
    ],
)
def test_what_does_not_say_that_a_mail_was_given_up_is_no_bounce(mail: str) -> None:
    with pytest.raises(NotABounce):
        bounces.read(mail.encode())


def test_report_of_very_many_recipients_is_read_in_part() -> None:
    group = "Final-Recipient: rfc822; x{}@example.vn\nAction: failed\nStatus: 5.0.0\n\n"
    many = "".join(group.format(number) for number in range(5000))

    found = bounces.read(
        REPORT.replace("Final-Recipient: rfc822; VanThu", many + "Final-Recipient: rfc822; x").encode()
    )

    assert len(found.recipients) == bounces.MOST_RECIPIENTS


@pytest.mark.parametrize(
    "mail",
    [
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 200_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (one, one) for one in range(15)),
        b"\n--" * (MOST_BORDERS + 1),
        b"boundary" * (MOST_NESTED + 1),
        b"a: b\r" * (MOST_LINES + 1),
    ],
)
def test_mail_that_would_take_long_is_not_looked_into(mail: bytes) -> None:
    with pytest.raises(NoMail):
        parsed(mail)
