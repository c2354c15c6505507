"""A real SMTP server in a process of its own: what it accepts is in a file, synced, before it says so.

`python -m tests.mail_server FILE` prints its port and serves until it is killed. What it answers depends on the
address: `refused550@` is refused at RCPT by that code, `data554@` after the message, `busy451-2@` at the first two
tries; `slow@` is accepted after a second, and to `late@` it answers a second late at RCPT, before anything is accepted.
All else is accepted after a moment of chance.
"""

import asyncio
import json
import os
import random
import re
import socket
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "giaoban", "mật khẩu của hộp thư"
"""Who may send, where sending is protected."""

LONGEST_MOMENT = 0.02
"""Seconds between the accepting and the answer: where a process that is killed leaves a doubt."""


def asked_file(path: Path) -> Path:
    """Where it is seen that `late@` has been asked for."""
    return path.with_suffix(".asked")


class Clerk:
    """Takes what comes, by the address it goes to."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)
        self._asked = asked_file(path)
        self._tries: Counter[str] = Counter()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refused := re.match(r"refused(\d{3})", address):
            return f"{refused[1]} no such mailbox"
        if busy := re.match(r"busy(\d{3})-(\d+)", address):
            self._tries[address] += 1
            if self._tries[address] <= int(busy[2]):
                return f"{busy[1]} come again"
        if address.startswith("late"):
            self._asked.touch()
            await asyncio.sleep(1.0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if refused := re.match(r"data(\d{3})", envelope.rcpt_tos[0]):
            return f"{refused[1]} not wanted"
        content = envelope.content or b""
        assert isinstance(content, bytes)
        taken = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "message_id": message_from_bytes(content)["Message-ID"],
            "sha256": sha256(content).hexdigest(),
        }
        self._file.write(json.dumps(taken).encode() + b"\n")
        os.fsync(self._file.fileno())
        slow = envelope.rcpt_tos[0].startswith("slow")
        await asyncio.sleep(1.0 if slow else random.uniform(0, LONGEST_MOMENT))
        return "250 taken"


def admit(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, who: object) -> AuthResult:
    """Let one user in."""
    return AuthResult(success=who == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


async def serve(path: Path, port: int, tls: str = "none", *certificate: str) -> None:
    """Serve until the process ends; with TLS, only who signs in."""
    clerk, kept = Clerk(path), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        kept.load_cert_chain(*certificate)
    options: dict[str, Any] = {}
    if tls != "none":
        options |= {"authenticator": admit, "auth_required": True, "auth_require_tls": tls == "starttls"}
    if tls == "starttls":
        options |= {"tls_context": kept, "require_starttls": True}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(clerk, hostname="test", **options), "127.0.0.1", port, ssl=kept if tls == "tls" else None
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


@dataclass(frozen=True)
class Accepted:
    """A message that the server has accepted."""

    to: str
    message_id: str
    sha256: str


@dataclass(frozen=True)
class LocalServer:
    """A running server."""

    port: int
    path: Path

    @property
    def accepted(self) -> list[Accepted]:
        """Everything it has accepted, in that order."""
        lines = map(json.loads, self.path.read_text().splitlines())
        return [Accepted(line["to"][0], line["message_id"], line["sha256"]) for line in lines]

    @property
    def was_asked_late(self) -> bool:
        """Whether somebody waits, or has waited, for the late answer."""
        return asked_file(self.path).exists()


@contextmanager
def mail_server(path: Path, port: int = 0, *protected: str) -> Iterator[LocalServer]:
    """Run a server that writes what it accepts into a file; `protected`: how by TLS, and the files for it."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.mail_server", str(path), str(port), *protected]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield LocalServer(int(process.stdout.readline()), path)
        finally:
            process.kill()


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
