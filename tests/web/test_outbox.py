"""The outbox over HTTP, with and without a mail server."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from server.core.mail import Dead, Sent
from server.core.people import Role
from server.post import Shredder
from server.settings import Settings
from server.store import outbox
from server.store.tables import MailRow
from server.web.keys import CLOCK, DATABASE
from tests.databases import lay_out
from tests.mail_server import LocalServer, mail_server
from tests.web.support import Client, answer, bearer
from tests.web.test_problems import check_problem

KEPT: dict[str, object] = {
    "mail_from": "vanphong@example.vn",
    "mail_name": "Văn phòng, Bộ Nội vụ",
    "mail_sent_by": "giaoban@may.example.vn",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    with mail_server(tmp_path / "accepted") as started:
        yield started


@pytest.fixture
def mail() -> dict[str, object]:
    """The settings about mail: there is an address, and no server."""
    return KEPT


@pytest.fixture
def settings(tmp_path: Path, mail: dict[str, object]) -> Settings:
    lay_out(tmp_path)
    return Settings.model_validate({"data_dir": tmp_path, "media_port": 0, "media_processes": 0, **mail})


@pytest.fixture
def admin(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ADMIN])


@pytest.fixture
def sending(server: LocalServer) -> dict[str, object]:
    """The settings about mail: a server too."""
    return {**KEPT, "smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none"}


async def trial(client: Client, admin: dict[str, str], recipient: str = "ubnd@example.vn") -> str:
    made = await client.post("/api/v1/outbox/trial", json={"recipient": recipient}, headers=admin)
    return str((await answer(made, 201))["id"])


async def shown(client: Client, admin: dict[str, str], state: str) -> dict[str, Any]:
    found: dict[str, Any] = await answer(await client.get(f"/api/v1/outbox?state={state}", headers=admin))
    return found


async def test_without_a_mail_server_mails_are_kept_and_it_is_said(client: Client, admin: dict[str, str]) -> None:
    mail_id = await trial(client, admin)

    kept = await shown(client, admin, "waiting")
    assert kept["sending"] == {"configured": False, "trouble": None, "again_at": None}
    assert kept["counts"] == {"waiting": 1, "dead": 0, "bounced": 0}
    [mail] = kept["mails"]
    assert (mail["id"], mail["recipient"], mail["attempts"], mail["reason"]) == (mail_id, "ubnd@example.vn", 0, "")


async def test_the_whole_message_is_in_the_row(client: Client, admin: dict[str, str]) -> None:
    mail_id = await trial(client, admin)

    async with client.app[DATABASE].read() as session:
        row = await session.scalar(select(MailRow).where(col(MailRow.id) == mail_id))
    assert row
    message = message_from_bytes(row.message, policy=default)
    assert {name: message[name] for name in ("From", "Sender", "To", "Message-ID", "Auto-Submitted")} == {
        "From": '"Văn phòng, Bộ Nội vụ" <vanphong@example.vn>',
        "Sender": "giaoban@may.example.vn",
        "To": "ubnd@example.vn",
        "Message-ID": f"<{mail_id}@may.example.vn>",
        "Auto-Submitted": "auto-generated",
    }
    assert "Quý vị không cần trả lời" in message.get_content()
    assert row.sender == "giaoban@may.example.vn"
    assert row.message.isascii()
    assert row.message.count(b"\n") == row.message.count(b"\r\n")
    assert max(map(len, row.message.splitlines())) <= 78


@pytest.mark.parametrize(
    "recipient", ["", "lan", "lan@example.vn\r\nBcc: all@example.vn", "lan@example.vn, minh@example.vn"]
)
async def test_trial_to_what_is_no_address_is_refused(client: Client, admin: dict[str, str], recipient: str) -> None:
    made = await client.post("/api/v1/outbox/trial", json={"recipient": recipient}, headers=admin)

    await check_problem(made, 422, "invalid_body")


@pytest.mark.parametrize("mail", [{}])
async def test_trial_without_an_address_of_the_service_is_refused(client: Client, admin: dict[str, str]) -> None:
    made = await client.post("/api/v1/outbox/trial", json={"recipient": "ubnd@example.vn"}, headers=admin)

    await check_problem(made, 409, "no_mail_address")


async def until_there(client: Client, admin: dict[str, str], state: str) -> dict[str, Any]:
    """Wait until one mail is in a state, and return it."""
    while not (found := (await shown(client, admin, state))["mails"]):
        pass
    [mail] = found
    return dict(mail)


class TestWithAServer:
    """The service sends."""

    @pytest.fixture
    def mail(self, sending: dict[str, object]) -> dict[str, object]:
        return sending

    async def test_trial_arrives(self, client: Client, admin: dict[str, str], server: LocalServer) -> None:
        mail_id = await trial(client, admin)

        assert (await until_there(client, admin, "sent"))["id"] == mail_id
        assert [(one.to, one.message_id) for one in server.accepted] == [
            ("ubnd@example.vn", f"<{mail_id}@may.example.vn>")
        ]

    async def test_dead_mail_says_why_and_is_tried_again_by_hand(
        self, client: Client, admin: dict[str, str], tokens: dict[Role, str]
    ) -> None:
        mail_id = await trial(client, admin, "refused550@example.vn")
        mail = await until_there(client, admin, "dead")
        assert (mail["id"], mail["reason"], mail["due_at"]) == (mail_id, "550 no such mailbox", None)

        again = await client.post(
            "/api/v1/outbox/try-again", json={"mails": [mail_id, "nobody"]}, headers=bearer(tokens[Role.ORGANIZER])
        )
        assert await answer(again) == {"count": 1, "renewed": 0, "left": 0}
        assert (await until_there(client, admin, "dead"))["written_at"] == mail["written_at"]

    async def test_meters_count_the_mails(self, client: Client) -> None:
        meters = await (await client.get("/metrics")).text()

        assert 'giaoban_mails{state="waiting"}' in meters
        assert 'giaoban_mails{state="dead"}' in meters
        assert "giaoban_mail_oldest_seconds 0.0" in meters


async def test_more_than_are_shown_are_not_tried_again_at_once(client: Client, admin: dict[str, str]) -> None:
    again = await client.post("/api/v1/outbox/try-again", json={"mails": ["x"] * 501}, headers=admin)

    await check_problem(again, 422, "invalid_body")


async def test_dead_mails_are_let_go_and_others_stay(client: Client, admin: dict[str, str]) -> None:
    mail_id = await trial(client, admin)
    async with client.app[DATABASE].begin() as session:
        taken = await outbox.take(session, now=client.app[CLOCK](), until=client.app[CLOCK]())
        assert taken
        await outbox.settle(session, taken, Dead("550 no such mailbox"), client.app[CLOCK]())
    waiting = await trial(client, admin)

    gone = await client.post("/api/v1/outbox/let-go", json={"mails": [mail_id, waiting]}, headers=admin)

    assert await answer(gone) == {"count": 1}
    assert (await shown(client, admin, "dead"))["counts"] == {"waiting": 1, "dead": 0, "bounced": 0}


async def test_sent_mails_are_forgotten_after_the_time_they_are_kept(client: Client, admin: dict[str, str]) -> None:
    await trial(client, admin)
    now = client.app[CLOCK]()
    async with client.app[DATABASE].begin() as session:
        taken = await outbox.take(session, now=now, until=now)
        assert taken
        await outbox.settle(session, taken, Sent(), now)
    kept = Shredder(client.app[DATABASE], lambda: now + timedelta(days=399), timedelta(days=400))
    old = Shredder(client.app[DATABASE], lambda: now + timedelta(days=401), timedelta(days=400))

    await kept.forget()
    assert len((await shown(client, admin, "sent"))["mails"]) == 1
    await old.forget()
    assert (await shown(client, admin, "sent"))["mails"] == []
