"""The systemd unit: systemd itself reads it, and it stays as closed as it is."""

import subprocess
from pathlib import Path

import pytest

from tests.programs import program

UNIT = Path(__file__).parents[2] / "deploy" / "giaoban.service"
PROGRAM = "/opt/giaoban/.venv/bin/giaoban"
MOST_EXPOSED = 15
"""In tenths, on systemd's scale from 0 (closed) to 10: the network and the shared root file system cost most of it."""


@pytest.fixture
def analyze() -> str:
    return program("systemd-analyze")


def test_systemd_finds_nothing_wrong(analyze: str, tmp_path: Path) -> None:
    unit = tmp_path / "giaoban.service"
    here = tmp_path / "giaoban"
    here.write_text("#!/bin/sh\n", encoding="ascii")
    here.chmod(0o755)
    unit.write_text(UNIT.read_text(encoding="utf-8").replace(PROGRAM, str(here)), encoding="utf-8")

    result = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)

    assert (result.returncode, result.stderr) == (0, "")


def test_systemd_finds_it_closed(analyze: str) -> None:
    command = [analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(UNIT)]

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout
