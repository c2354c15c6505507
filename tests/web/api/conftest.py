"""One service for each test of the contract."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.service import Service, service


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Service]:
    async with service(tmp_path, log_level="error") as running:
        yield running
