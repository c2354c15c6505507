"""What the clock has done to recordings after a briefing: checked once, and deleted when that is the policy."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import structlog

from schedules.due import Recorded, Timetable
from server.core import recording
from server.core.events import RecordingChecked, RecordingDeletedBecause
from server.core.ids import Actor, BriefingId, EndpointCode
from server.live.rooms import Rooms
from server.records.recordings import scenes
from server.records.recordings.shelf import Shelf
from server.records.spoken import spoken
from server.store import briefings, journal
from server.store.database import Database

log = structlog.get_logger()

CLOCK = Actor("clock")

_PATIENCE = 5.0  # seconds for the folder of all recordings


class Archive:
    """The recordings of a service that keeps any. Everything here may be done twice."""

    def __init__(self, shelf: Shelf, database: Database, rooms: Rooms) -> None:
        self._shelf = shelf
        self._database = database
        self._rooms = rooms

    async def timetables(self) -> Sequence[Timetable]:
        """Return the timetables of the briefings that have a recording and are over.

        Where the disk does not answer there are none for now: lobbies open by the same clock.
        """
        try:
            async with asyncio.timeout(_PATIENCE):
                kept = await self._shelf.kept()
        except TimeoutError:
            log.warning("recordings_not_listed", folder="it does not answer")
            return []
        async with self._database.read() as session:
            found = await briefings.of_ids(session, kept)
        return [Timetable.of(one, Recorded.UNSETTLED if kept[one.id] else Recorded.CHECKED) for one in found]

    async def check(self, briefing: BriefingId) -> None:
        """Read all files of a recording, and write down what was found; finish deleting one whose end is written."""
        room = await self._rooms.get(briefing)
        async with self._shelf.deleting:  # nobody stands between a mark and its entry in the journal
            if room.state.recording is not None and room.state.recording.deleted:
                await self._shelf.delete(briefing)
                return
            await self._shelf.end_deleting(briefing)
        if room.state.recording is not None and not room.state.recording.checked:
            found = await self._found(briefing)
            await room.move(partial(recording.check, found=found), CLOCK)
        await self._shelf.note_checked(briefing)

    async def delete(self, briefing: BriefingId) -> None:
        """Delete what was kept for as long as the policy says: first in the journal, then on the disk."""
        room = await self._rooms.get(briefing)
        async with self._shelf.deleting:
            await self._shelf.begin_deleting(briefing)
            if room.state.recording is not None:
                await room.move(partial(recording.delete, reason=RecordingDeletedBecause.POLICY), CLOCK)
            await self._shelf.delete(briefing)
        log.info("recording_deleted", briefing=briefing, reason="policy")

    async def _found(self, briefing: BriefingId) -> RecordingChecked:
        """Look at the files, and for the turns that are in none of them."""
        found = await self._shelf.check(briefing)
        parts = await self._shelf.parts(briefing)
        async with self._database.read() as session:
            entries = await journal.load(session, briefing)
        turns, _ = spoken(entries, _code)
        missing = scenes.missing(parts, turns, scenes.spans(entries))
        log.info("recording_checked", briefing=briefing, parts=found.parts, flaws=len(found.flaws) + len(missing))
        return replace(found, flaws=(*found.flaws, *missing))


def _code(code: EndpointCode) -> str:
    return code
