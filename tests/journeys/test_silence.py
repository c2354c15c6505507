"""A network that goes away sends no goodbye: the site is lost all the same, within ten seconds."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.programs import program

LOST_WITHIN = 10.0  # seconds


async def test_site_that_falls_silent_is_lost_within_ten_seconds(tmp_path: Path) -> None:
    program("ip")
    alone = (program("unshare"), "--net", "--map-root-user")
    may = await asyncio.create_subprocess_exec(*alone, program("true"), stderr=PIPE)
    if await may.wait() != 0:
        pytest.skip("this machine gives nobody a network of their own")
    process = await asyncio.create_subprocess_exec(
        *alone, sys.executable, "-m", "tests.journeys.silence", tmp_path, stdout=PIPE
    )
    printed, _ = await process.communicate()

    assert process.returncode == 0
    assert 3.0 < float(printed) <= LOST_WITHIN  # at once would mean that there was a goodbye after all
