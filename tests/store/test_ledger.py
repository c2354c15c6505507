"""The ledger says who was first, instead of raising."""

from server.core import events as e
from server.core.state import fold
from server.store.database import Database
from server.store.ledger import StoredLedger
from tests.store.stories import next_entries, scheduled, store


async def test_append_is_true_for_the_first_writer_and_false_for_the_second(database: Database) -> None:
    ledger = StoredLedger(database)
    briefing = await scheduled(database)
    opened = next_entries(briefing, [e.BriefingOpened()])
    cancelled = next_entries(briefing, [e.BriefingCancelled("bão")])

    assert await ledger.append(opened, before=briefing, after=fold(briefing, opened)) is True
    assert await ledger.append(cancelled, before=briefing, after=fold(briefing, cancelled)) is False
    assert await ledger.load(briefing.id, after=2) == opened


async def test_load_returns_all_there_is(database: Database) -> None:
    briefing = await scheduled(database)
    after = await store(database, briefing, e.BriefingOpened())

    entries = await StoredLedger(database).load(briefing.id)

    assert (len(entries), entries[-1].hash) == (3, after.head.hash)
