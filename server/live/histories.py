"""The journals that somebody has looked back into last: read once, and then only what has been added."""

import asyncio

from server.core.history import History
from server.core.ids import BriefingId
from server.live.world import Ledger

MOST = 4
"""Journals that are kept read: one of three hours and 63 sites takes a few megabytes."""


class Histories:
    """The histories of the briefings that were asked for last."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._kept: dict[BriefingId, History] = {}  # whoever was asked for last stands last
        self._lock = asyncio.Lock()

    async def of(self, briefing: BriefingId, *, seq: int) -> History:
        """Return the history of a briefing, read to entry `seq` at least."""
        async with self._lock:
            history = self._kept.pop(briefing, None) or History.unread(briefing)
            if history.seq < seq:
                added = await self._ledger.load(briefing, after=history.seq)
                history = await asyncio.to_thread(history.read_on, added)
            self._kept[briefing] = history
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
            return history
