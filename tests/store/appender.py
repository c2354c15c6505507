"""A process to be killed: appends to one journal for ever and writes each acknowledged seq on a line."""

import asyncio
import sys
from itertools import count

from server.core import events as e
from server.core.ids import BriefingId, ConnectionId
from server.core.state import Briefing
from server.store.database import Database
from tests.store.stories import HA_NOI, plan, store


async def append_for_ever(url: str) -> None:
    database = await Database.open(url)
    state = await store(database, Briefing(BriefingId("b1")), e.BriefingDrafted(plan()), e.BriefingOpened())
    for number in count():
        connection = ConnectionId(f"c{number}")
        left = e.EndpointLeft(HA_NOI, connection, e.LeftBecause.CLOSED)
        state = await store(database, state, e.EndpointJoined(HA_NOI, connection), left)
        sys.stdout.write(f"{state.head.seq}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(append_for_ever(sys.argv[1]))
