"""The loop that sends, over a real SMTP server: accepted, refused, busy, away, slow; and rows that break."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from schedules import outbox
from schedules.outbox import Outbox
from schedules.smtp import Address, MailServer, ServerAway, Tls
from server.core.ids import MailId
from server.core.mail import Dead, GivenBack, Later, Mail, Sent, Taken, Verdict
from tests.mail_server import PASSWORD, USER, LocalServer, free_port, mail_server
from tests.relay import certified


def now() -> datetime:
    return datetime.now(UTC)


class Rows:
    """The rows of an outbox, in order; a test may break them."""

    def __init__(self, *recipients: str) -> None:
        self.lease = timedelta(seconds=0.3)
        self.waiting = list(recipients)
        self.settled: list[tuple[str, Verdict]] = []
        self.renewed = 0
        self.broken = 0  # how many settlings will fail
        self.changed = asyncio.Condition()

    async def take(self) -> Taken | None:
        if not self.waiting:
            return None
        recipient = self.waiting.pop(0)
        message = f"Message-ID: <{recipient}>\r\n\r\n.Kính gửi\r\n".encode()
        return Taken(Mail(MailId(recipient), "giaoban@example.vn", recipient, message), "lease", 1, now())

    async def renew(self, _taken: Taken) -> bool:
        self.renewed += 1
        return True

    async def settle(self, taken: Taken, verdict: Verdict) -> None:
        if self.broken:
            self.broken -= 1
            raise OSError("the database is away")
        if isinstance(verdict, GivenBack):
            self.waiting.insert(0, taken.mail.recipient)
        async with self.changed:
            self.settled.append((taken.mail.recipient, verdict))
            self.changed.notify_all()

    async def settled_all(self, count: int) -> list[tuple[str, Verdict]]:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: len(self.settled) >= count)
        return self.settled


@asynccontextmanager
async def sending(rows: Rows, port: int) -> AsyncIterator[Outbox]:
    """Run the loop over rows."""
    loop = Outbox(rows, MailServer(Address("127.0.0.1", port, Tls.NONE)), now, chance=Random(1))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(loop.run())
        yield loop
        await loop.stop()
        task.cancel()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    with mail_server(tmp_path / "accepted") as started:
        yield started


async def test_each_mail_is_settled_by_what_the_server_said(server: LocalServer) -> None:
    rows = Rows("a@x.vn", "refused550@x.vn", "data554@x.vn", "busy451-1@x.vn", "b@x.vn")

    async with sending(rows, server.port):
        settled = await rows.settled_all(5)

    later = settled[3][1]
    assert isinstance(later, Later)
    assert settled == [
        ("a@x.vn", Sent()),
        ("refused550@x.vn", Dead("550 no such mailbox")),
        ("data554@x.vn", Dead("554 not wanted")),
        ("busy451-1@x.vn", Later(later.at, "451 come again")),
        ("b@x.vn", Sent()),
    ]
    assert [one.to for one in server.accepted] == ["a@x.vn", "b@x.vn"]


async def test_what_is_written_while_the_loop_rests_is_sent_when_it_is_told(server: LocalServer) -> None:
    rows = Rows("a@x.vn")
    async with sending(rows, server.port) as loop:
        await rows.settled_all(1)
        rows.waiting.append("b@x.vn")
        loop.look()

        assert (await rows.settled_all(2))[1] == ("b@x.vn", Sent())


async def test_server_that_is_away_gives_the_mail_back_and_says_so_until_it_is_there(tmp_path: Path) -> None:
    rows, port = Rows("a@x.vn"), free_port()
    async with sending(rows, port) as loop:
        settled = await rows.settled_all(1)
        assert isinstance(settled[0][1], GivenBack)
        while loop.trouble is None:  # noqa: ASYNC110 - the loop says it at once
            await asyncio.sleep(0)
        assert loop.trouble.reason == settled[0][1].reason != ""

        with mail_server(tmp_path / "accepted", port) as server:
            loop.look()
            assert (await rows.settled_all(2))[1] == ("a@x.vn", Sent())
            assert len(server.accepted) == 1
            while loop.trouble is not None:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0)


async def test_server_that_is_away_for_weeks_is_tried_every_few_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(outbox, "LONGEST_PAUSE", 0.0)
    rows = Rows("a@x.vn")
    async with sending(rows, free_port()):
        settled = await rows.settled_all(1100)

    assert {type(verdict) for _, verdict in settled} == {GivenBack}


async def test_server_that_dies_between_two_mails_loses_none(tmp_path: Path) -> None:
    rows, port = Rows("a@x.vn"), free_port()
    async with sending(rows, port) as loop:
        with mail_server(tmp_path / "first", port):
            await rows.settled_all(1)
        rows.waiting.append("b@x.vn")
        with mail_server(tmp_path / "second", port) as server:
            loop.look()
            while ("b@x.vn", Sent()) not in await rows.settled_all(2):
                loop.look()
                await asyncio.sleep(0.05)

            assert [one.to for one in server.accepted] == ["b@x.vn"]


async def test_server_that_refuses_this_service_is_away_whatever_the_mail(server: LocalServer) -> None:
    rows = Rows("refused530@x.vn")
    async with sending(rows, server.port):
        settled = await rows.settled_all(1)

    assert settled == [("refused530@x.vn", GivenBack("530 no such mailbox"))]


async def test_rows_that_are_away_after_the_acceptance_cause_no_second_mail(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "UNSETTLED_PAUSE", 0.01)
    rows = Rows("a@x.vn", "b@x.vn")
    rows.broken = 3
    async with sending(rows, server.port):
        settled = await rows.settled_all(2)

    assert settled == [("a@x.vn", Sent()), ("b@x.vn", Sent())]
    assert [one.to for one in server.accepted] == ["a@x.vn", "b@x.vn"]


async def test_lease_is_kept_while_a_slow_server_thinks(server: LocalServer) -> None:
    rows = Rows("slow@x.vn")
    async with sending(rows, server.port):
        await rows.settled_all(1)

    assert rows.renewed in range(5, 11)  # each 0.1 s of one second


async def test_stop_lets_the_mail_on_its_way_arrive_and_takes_no_other(server: LocalServer) -> None:
    rows = Rows("slow@x.vn", "b@x.vn")
    async with sending(rows, server.port):
        while not server.accepted:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0)

    assert (rows.settled, rows.waiting) == ([("slow@x.vn", Sent())], ["b@x.vn"])


@pytest.fixture
def protected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """A certificate that this process trusts, and its key."""
    key, certificate = certified("127.0.0.1", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return str(certificate), str(key)


def signed_in(port: int, tls: Tls, folder: Path, password: str = PASSWORD) -> Address:
    file = folder / "password"
    file.write_text(f"{password}\n", encoding="utf-8")
    return Address("127.0.0.1", port, tls, USER, file)


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
async def test_mail_is_sent_over_tls_by_who_signs_in(tmp_path: Path, protected: tuple[str, str], tls: Tls) -> None:
    with mail_server(tmp_path / "accepted", 0, tls.value, *protected) as server:
        mails = MailServer(signed_in(server.port, tls, tmp_path))
        await mails.send(Mail(MailId("a"), "giaoban@example.vn", "a@x.vn", b"Subject: x\r\n\r\n"))
        await mails.close()

        assert [one.to for one in server.accepted] == ["a@x.vn"]


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
async def test_wrong_password_is_the_servers_trouble_and_no_mails(
    tmp_path: Path, protected: tuple[str, str], tls: Tls
) -> None:
    with mail_server(tmp_path / "accepted", 0, tls.value, *protected) as server:
        mails = MailServer(signed_in(server.port, tls, tmp_path, "wrong"))
        with pytest.raises(ServerAway, match=r"sign-in: 535"):
            await mails.send(Mail(MailId("a"), "giaoban@example.vn", "a@x.vn", b"Subject: x\r\n\r\n"))


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.TLS])
async def test_certificate_that_is_not_trusted_gets_no_password(tmp_path: Path, tls: Tls) -> None:
    key, certificate = certified("127.0.0.1", tmp_path)
    with mail_server(tmp_path / "accepted", 0, tls.value, str(certificate), str(key)) as server:
        mails = MailServer(signed_in(server.port, tls, tmp_path))
        with pytest.raises(ServerAway, match="certificate verify failed"):
            await mails.send(Mail(MailId("a"), "giaoban@example.vn", "a@x.vn", b"Subject: x\r\n\r\n"))


async def test_address_that_breaks_the_protocol_never_reaches_the_server(server: LocalServer) -> None:
    rows = Rows("a@x.vn>\r\nRCPT TO:<b@x.vn", "c@x.vn")
    async with sending(rows, server.port):
        settled = await rows.settled_all(2)

    assert isinstance(settled[0][1], Dead)
    assert [one.to for one in server.accepted] == ["c@x.vn"]
