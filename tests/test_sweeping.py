"""The sweep of a running service: what a crash left behind goes, what a journal names stays."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from tests.files.samples import PDF
from tests.service import service


async def test_service_sweeps_when_it_starts(tmp_path: Path) -> None:
    attached, left = (tmp_path / "documents" / digest[:2] / digest for digest in digests(PDF, b"nobody names this"))
    async with service(tmp_path, log_level="error") as served:
        path = await served.briefing(until="draft")
        headers = served.bearer("organizer")
        async with served.http.post(f"{path}/documents?name=a.pdf", data=PDF, headers=headers) as answer:
            assert answer.status == 201
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"nobody names this")
    long_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    for file in (attached, left):
        os.utime(file, (long_ago, long_ago))

    async with service(tmp_path, again=True, log_level="error"), asyncio.timeout(10):
        while left.exists():  # noqa: ASYNC110 - the sweep tells nobody
            await asyncio.sleep(0.01)

    assert attached.read_bytes() == PDF


def digests(*contents: bytes) -> list[str]:
    return [sha256(content).hexdigest() for content in contents]
