"""Fixtures of the media plane: a forwarding unit on a free port, and a small WHIP and WHEP server before it."""

from collections.abc import AsyncIterator

import pytest

from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.http import Door, open_door


@pytest.fixture
async def sfu() -> AsyncIterator[Sfu]:
    unit = await Sfu.start(host="127.0.0.1", port=0)
    yield unit
    await unit.stop()


@pytest.fixture
async def diary(sfu: Sfu) -> AsyncIterator[Diary]:
    async with Diary.of(sfu) as kept:
        yield kept


@pytest.fixture
async def door(sfu: Sfu) -> AsyncIterator[Door]:
    async with open_door(sfu) as opened:
        yield opened
