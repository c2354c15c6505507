"""Several briefings moved as one: every move of them is stored, or none is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack

from server.core.ids import Actor
from server.live.room import ATTEMPTS, Contended, Room
from server.live.world import Decision, Move

Store = Callable[[Sequence[Move]], Awaitable[bool]]
"""Stores all moves in one transaction; False when another writer was first with one of them."""


async def move_together(moves: Mapping[Room, Decision], actor: Actor, store: Store) -> None:
    """Decide in every room, store all of it at once, then adopt and announce.

    Nobody else moves any of these briefings meanwhile; the rooms are held in the order of their ids, so that two such
    moves wait for one another and never for each other. Raises what a decision or `store` raises, and then nothing has
    happened; Contended when others are always first.
    """
    rooms = sorted(moves, key=lambda room: room.state.id)
    async with AsyncExitStack() as held:
        for room in rooms:
            await held.enter_async_context(room.held())
        for _ in range(ATTEMPTS):
            if await _stored({room: moves[room] for room in rooms}, actor, store):
                return
            for room in rooms:
                await room.catch_up()
        raise Contended


async def _stored(moves: Mapping[Room, Decision], actor: Actor, store: Store) -> bool:
    wanted: dict[Room, Move] = {}
    for room, decide in moves.items():
        if (move := room.propose(decide, actor)) is not None:
            wanted[room] = move
        await asyncio.sleep(0)  # many plans of a whole country take a while to seal: everybody else has a turn between
    for room in wanted:
        room.doubt()
    if not await store(tuple(wanted.values())):
        return False
    for room, move in wanted.items():
        room.settle(move)
    return True
