"""Debian's IMAP server with one mailbox, in a folder of its own, for as long as it is needed."""

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from imaplib import IMAP4
from pathlib import Path

from tests.mail_server import free_port

PROGRAM = Path("/usr/sbin/dovecot")
USER, PASSWORD = "vanphong", "mat-khau"

CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail
mail_uid = {user}
mail_gid = {group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server."""

    port: int
    folder: Path

    @property
    def password_file(self) -> Path:
        """A file with the mailbox's password."""
        path = self.folder / "password"
        path.write_text(f"{PASSWORD}\n")
        return path

    def client(self) -> IMAP4:
        """Return somebody else's program that is signed in to the mailbox."""
        client = IMAP4("127.0.0.1", self.port, timeout=30)
        client.login(USER, PASSWORD)
        return client

    def deliver(self, *mails: bytes) -> None:
        """Put mails into the mailbox."""
        with self.client() as client:
            for mail in mails:
                status, _ = client.append("INBOX", "", "", mail)
                assert status == "OK"

    def begin_anew(self) -> None:
        """Lose the mailbox, and begin it again with numbers of its own, as a server does that was set up anew."""
        mail, owner = self.folder / "mail", self.folder.stat()
        shutil.rmtree(mail)
        mail.mkdir()
        (mail / "dovecot-uidlist").write_text("3 V7 N1\n")
        for path in (mail, mail / "dovecot-uidlist"):
            os.chown(path, owner.st_uid, owner.st_gid)


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Run a server, until it is left. It lets nobody work as root, so root has another account do it."""
    account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    with tempfile.TemporaryDirectory(prefix="dovecot") as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        if os.getuid() == 0:
            os.chown(folder, account.pw_uid, account.pw_gid)
        path = folder / "dovecot.conf"
        path.write_text(_configuration(folder, port, account))
        with subprocess.Popen([PROGRAM, "-F", "-c", str(path)]) as process:
            server = Dovecot(port, folder)
            try:
                _wait(server, folder)
                yield server
            finally:
                process.terminate()


def _configuration(folder: Path, port: int, account: pwd.struct_passwd) -> str:
    group = grp.getgrgid(account.pw_gid).gr_name
    uid, gid, user = account.pw_uid, account.pw_gid, account.pw_name
    return CONFIGURATION.format(folder=folder, port=port, password=PASSWORD, user=user, group=group, uid=uid, gid=gid)


def _wait(server: Dovecot, folder: Path) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            server.client().logout()
        except (OSError, IMAP4.error):
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
        else:
            return
