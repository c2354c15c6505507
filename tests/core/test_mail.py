"""What becomes of a mail that was not accepted."""

from datetime import UTC, datetime, timedelta

import pytest

from server.core.ids import MailId
from server.core.mail import GIVE_UP_AFTER, Dead, Later, Mail, Reply, Taken, is_address, judge, pause

WRITTEN = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def taken(attempt: int = 1) -> Taken:
    mail = Mail(MailId("m1"), "giaoban@example.vn", "ubnd@thanhhoa.example.vn", b"Subject: x\r\n\r\n")
    return Taken(mail, "lease", attempt, WRITTEN)


@pytest.mark.parametrize("code", [500, 550, 553, 554, 599])
def test_judge_refused_for_good_ends_it_at_once(code: int) -> None:
    assert judge(taken(), Reply("no such mailbox", code), now=WRITTEN, chance=0) == Dead(f"{code} no such mailbox")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [(Reply("come again", 451), "451 come again"), (Reply("the connection was lost"), "the connection was lost")],
)
def test_judge_refused_for_now_is_tried_later(reply: Reply, reason: str) -> None:
    assert judge(taken(), reply, now=WRITTEN, chance=0) == Later(WRITTEN + timedelta(seconds=15), reason)
    assert judge(taken(), reply, now=WRITTEN, chance=0.5) == Later(WRITTEN + timedelta(seconds=22.5), reason)


def test_pauses_double_up_to_half_an_hour() -> None:
    seconds = [pause(attempt).total_seconds() for attempt in (1, 2, 3, 4, 5, 6, 7, 8, 9, 1000)]

    assert seconds == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800, 1800]


def test_judge_after_five_days_gives_up() -> None:
    before, after = WRITTEN + GIVE_UP_AFTER - timedelta(minutes=16), WRITTEN + GIVE_UP_AFTER - timedelta(minutes=15)

    assert judge(taken(99), Reply("busy", 451), now=before, chance=0) == Later(
        before + timedelta(minutes=15), "451 busy"
    )
    assert judge(taken(99), Reply("busy", 451), now=after, chance=0) == Dead("451 busy")


@pytest.mark.parametrize("text", ["a@b.vn", "ubnd.thanhhoa+giaoban@thanhhoa.gov.vn", "x" * 64 + "@example.vn"])
def test_address_that_every_server_takes(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@b", "@b.vn", "a@", ".a@b.vn", "a.@b.vn", "a..c@b.vn", "a b@c.vn", "a@b..vn", "tỉnh@example.vn",
     "a@b.vn\r\nBcc: c@d.vn", "a@b.vn\n", "A <a@b.vn>", "a@b.vn, c@d.vn", "x" * 250 + "@b.vn"],
)  # fmt: skip
def test_address_that_some_server_refuses_or_that_is_none(text: str) -> None:
    assert not is_address(text)
