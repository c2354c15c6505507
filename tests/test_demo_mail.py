"""The demo's mail server, spoken to by the client that sends the product's mails."""

from pathlib import Path

import pytest

from schedules.smtp import Address, MailServer, NotAccepted, Tls
from server.core.ids import MailId
from server.core.mail import Mail
from server.demo_mail import letterbox

TEXT = b"Subject: thu\r\n\r\n.mot dong bat dau bang dau cham\r\nhet\r\n"


def mail(recipient: str) -> Mail:
    return Mail(MailId(recipient), "vanphong@giaoban.example", recipient, TEXT)


def kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_mails_are_kept_as_they_were_sent_and_nobody_elses_are_refused(tmp_path: Path) -> None:
    async with letterbox(tmp_path) as port:
        server = MailServer(Address("127.0.0.1", port, Tls.NONE))
        await server.send(mail("vanthu.38@diemcau.example"))
        with pytest.raises(NotAccepted) as refused:
            await server.send(mail("vanthu.96@diemcau.invalid"))
        await server.send(mail("vanthu.01@diemcau.example"))
        server.hang_up()

    assert refused.value.reply.code == 550
    assert kept(tmp_path) == {
        "0001 vanthu.38@diemcau.example.eml": TEXT,
        "0002 vanthu.01@diemcau.example.eml": TEXT,
    }
