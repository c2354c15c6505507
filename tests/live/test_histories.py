"""Histories: read once, kept for a while, and always up to what was asked for."""

import asyncio
from collections.abc import Sequence
from functools import partial

from server.core import briefing as lifecycle
from server.core import queue
from server.core.ids import BriefingId
from server.core.journal import Entry
from server.core.state import Briefing
from server.live.histories import MOST, Histories
from server.store import briefings
from server.store.ledger import StoredLedger
from tests.live.conftest import CHAIR, PLAN, THANH_HOA, House


class Diary(StoredLedger):
    """A ledger that notes what is asked of it."""

    def __init__(self, house: House) -> None:
        super().__init__(house.database)
        self.loads: list[tuple[BriefingId, int]] = []

    async def load(self, briefing: BriefingId, *, after: int = 0) -> Sequence[Entry]:
        self.loads.append((briefing, after))
        return await super().load(briefing, after=after)


async def test_only_what_was_added_is_read_and_what_is_known_is_not_read_again(house: House) -> None:
    room, diary = await house.live_room(), Diary(house)
    histories = Histories(diary)

    head = room.state.head.seq
    first = await histories.of(room.state.id, seq=head)
    again = await histories.of(room.state.id, seq=head)
    await room.move(partial(queue.request, endpoint=THANH_HOA), CHAIR)
    longer = await histories.of(room.state.id, seq=room.state.head.seq)

    assert first is again
    assert diary.loads == [(room.state.id, 0), (room.state.id, head)]
    assert longer.after(longer.seq).briefing == room.state


async def test_many_who_look_at_once_read_a_journal_once(house: House) -> None:
    room, diary = await house.live_room(), Diary(house)
    histories = Histories(diary)

    found = await asyncio.gather(*(histories.of(room.state.id, seq=room.state.head.seq) for _ in range(20)))

    assert {id(one) for one in found} == {id(found[0])}
    assert len(diary.loads) == 1


async def test_journal_that_was_asked_for_longest_ago_is_forgotten_first(house: House) -> None:
    diary = Diary(house)
    histories = Histories(diary)
    drafts = [await _draft(house) for _ in range(MOST + 1)]

    for one in (*drafts[:MOST], drafts[0], drafts[MOST]):
        await histories.of(one.id, seq=1)
    diary.loads.clear()
    for one in (drafts[0], drafts[1]):
        await histories.of(one.id, seq=1)

    assert diary.loads == [(drafts[1].id, 0)]


async def _draft(house: House) -> Briefing:
    room = house.rooms.fresh(briefings.new_id())
    return await room.move(partial(lifecycle.draft, plan=PLAN), CHAIR)
