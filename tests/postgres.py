"""A private PostgreSQL for tests: one cluster in a temporary folder, on a Unix socket, one database per test."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ACCOUNT = "postgres"
"""Whom the server runs as when we are root: it refuses to run as root."""


def programs() -> Path | None:
    """Return the folder of the newest installed server's programs, None when there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in found), key=lambda folder: int(folder.parent.name), default=None)


class Cluster:
    """A running server."""

    def __init__(self, bin_folder: Path, folder: Path) -> None:
        self._bin = bin_folder
        self._folder = folder
        self._numbers = itertools.count(1)

    def new_database(self, template: str = "template1") -> str:
        """Create a database, empty or like another to which nobody is connected, and return its URL."""
        name = f"test_{next(self._numbers)}"
        self.run("createdb", "--host", self._folder, "--username", ACCOUNT, "--template", template, name)
        return self.url(name)

    def url(self, name: str) -> str:
        """Return where a database is."""
        return f"postgresql://{ACCOUNT}@/{name}?host={self._folder}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self._folder}' -c fsync=off"
        self.run("pg_ctl", "start", "--wait", "-D", self._data, "-l", self._folder / "log", "-o", options)

    def stop(self) -> None:
        """Stop the server at once, as a power cut would."""
        self.run("pg_ctl", "stop", "--wait", "-D", self._data, "-m", "immediate")

    def create(self) -> None:
        """Lay out the cluster's files."""
        self.run("initdb", "-D", self._data, "-U", ACCOUNT, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one of the server's programs; what it complains about is in the error."""
        command = [self._bin / program, *arguments]
        done = subprocess.run(  # noqa: PLW1510 - the error below says more than CalledProcessError
            command,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            **_as_account(),
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")


@contextmanager
def running() -> Iterator[Cluster]:
    """Run a cluster for as long as the block lasts. Raises LookupError when PostgreSQL is not installed."""
    bin_folder = programs()
    if bin_folder is None:
        raise LookupError("PostgreSQL is not installed (Debian: apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="giaoban-pg-"))  # short: a socket's path has at most 107 bytes
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT)
        cluster = Cluster(bin_folder, folder)
        cluster.create()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder)


def _as_account() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(ACCOUNT)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
