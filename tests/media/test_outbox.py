"""Events on their way to a reader."""

import asyncio
from datetime import UTC, datetime

from server.core.ids import MediaId
from server.media.plane import Levels, MediaEvent, Published
from server.media.sfu.outbox import Outbox
from tests.media.peers import GIAO_BAN, HA_NOI

_AT = datetime(2023, 7, 28, tzinfo=UTC)


def _published(number: int) -> Published:
    return Published(GIAO_BAN, HA_NOI, MediaId(str(number)))


def _levels(number: int) -> Levels:
    return Levels(GIAO_BAN, _AT, 0.1, ((HA_NOI, number),))


async def test_events_come_in_order_and_end_with_the_outbox() -> None:
    outbox = Outbox()
    events: list[MediaEvent] = [_published(1), _levels(2), _published(3)]
    for event in events:
        outbox.put(event)
    outbox.close()
    assert [waiting async for waiting in outbox.read()] == [events]


async def test_a_reader_is_woken_by_an_event() -> None:
    outbox = Outbox()
    asyncio.get_running_loop().call_soon(outbox.put, _published(1))
    assert await anext(outbox.read()) == [_published(1)]


async def test_a_slow_reader_loses_telemetry_but_never_a_fact() -> None:
    outbox = Outbox()
    for number in range(1_000):
        outbox.put(_levels(number))
        if number % 100 == 0:
            outbox.put(_published(number))
    outbox.close()
    read = [event async for waiting in outbox.read() for event in waiting]
    assert [event for event in read if isinstance(event, Published)] == [_published(n) for n in range(0, 1_000, 100)]
    levels = [event for event in read if isinstance(event, Levels)]
    assert len(levels) <= 256
    assert levels[-1] == _levels(999)
