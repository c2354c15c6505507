"""All rooms of this process: found or loaded, kept while they run or somebody looks, and shown when they change."""

import asyncio
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from weakref import WeakValueDictionary

import structlog

from server.core import presence
from server.core.errors import NotFound
from server.core.ids import Actor, BriefingId, MediaId
from server.core.state import RUNNING, Briefing, fold
from server.live.room import Room
from server.live.world import World

log = structlog.get_logger()

COALESCE = 0.1
"""Seconds in which several changes become one status document."""


class NoSuchBriefing(NotFound):
    """There is no such briefing; check the address or look it up in the list."""

    code = "no_such_briefing"


class Rooms:
    """The rooms of this process, by briefing."""

    def __init__(self, world: World) -> None:
        self._world = replace(world, changed=self._note_change)
        self._rooms: WeakValueDictionary[BriefingId, Room] = WeakValueDictionary()  # so that no briefing has two
        self._kept: set[Room] = set()
        self._loading: dict[BriefingId, asyncio.Lock] = {}
        self._dirty: set[Room] = set()
        self._change = asyncio.Event()

    async def get(self, briefing: BriefingId) -> Room:
        """Return the room of a briefing, folded from its journal the first time. Raises NoSuchBriefing."""
        room = self._rooms.get(briefing)
        if room is None:
            try:
                async with self._loading.setdefault(briefing, asyncio.Lock()):
                    room = self._rooms.get(briefing) or await self._load(briefing)
            finally:
                self._loading.pop(briefing, None)
        self._kept.add(room)
        return room

    @property
    def is_loading(self) -> bool:
        """Whether a room is being loaded."""
        return bool(self._loading)

    def found(self, briefing: BriefingId) -> Room | None:
        """Return the room if it is loaded: for signals that come too often to load one."""
        return self._rooms.get(briefing)

    def fresh(self, briefing: BriefingId) -> Room:
        """Make the room of a briefing that has no journal yet; `keep` it when its first move is stored."""
        return Room(Briefing(briefing), self._world)

    def keep(self, room: Room) -> None:
        """Take a fresh room in."""
        self._rooms[room.state.id] = room
        self._kept.add(room)

    async def recover(self, briefings: Iterable[BriefingId], alive: Collection[MediaId] = ()) -> None:
        """After a restart: load the running briefings; nobody is connected, and a speaker's turn waits for it.

        `alive` is the media that has outlived the service.
        """
        for briefing in briefings:
            room = await self.get(briefing)
            await room.move(partial(presence.recover, grace=self._world.grace, alive=alive), Actor("server"))
            room.reroute()

    async def tick(self) -> None:
        """Do what time alone brings about, and drop the rooms nobody needs. Once a second."""
        for room in self:
            await _ticked(room)
            if room.state.phase not in RUNNING and not room.feed.listeners:
                self._kept.discard(room)

    async def show_changes(self) -> None:
        """Put the status of changed rooms on their streams, for ever."""
        while True:
            await self._change.wait()
            await asyncio.sleep(COALESCE)
            self._change.clear()
            changed, self._dirty = self._dirty, set()
            for room in changed:
                room.show_status()

    def show_all(self) -> None:
        """Have the status of every room shown: something has changed that concerns them all."""
        for room in self:
            self._note_change(room)

    def close(self) -> None:
        """End every stream: the service stops."""
        for room in self:
            room.feed.close()

    def __iter__(self) -> Iterator[Room]:
        """Go over the loaded rooms."""
        return iter(list(self._kept))

    def _note_change(self, room: Room) -> None:
        self._dirty.add(room)
        self._change.set()

    async def _load(self, briefing: BriefingId) -> Room:
        entries = await self._world.ledger.load(briefing)
        if not entries:
            raise NoSuchBriefing(briefing)
        room = Room(fold(Briefing(briefing), entries), self._world)
        return self._rooms.setdefault(briefing, room)  # another may have been quicker: no briefing has two


async def _ticked(room: Room) -> None:
    """Give one room its second; what fails is tried again in the next, and holds up no other room."""
    try:
        await room.tick()
    except Exception as error:  # noqa: BLE001 - a dead database, a lost race: the other rooms go on
        log.warning("room_not_ticked", briefing=room.state.id, error=repr(error))
