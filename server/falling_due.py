"""What the clock does when something of a briefing falls due: moves, checks of recordings, and reminders."""

from collections.abc import Mapping, Sequence
from functools import partial

import structlog

from schedules.due import Action, Due, Timetable
from server.archive import Archive
from server.core import briefing as lifecycle
from server.core import rehearsal
from server.core.briefing import WrongPhase
from server.core.events import ClosedBecause
from server.core.ids import Actor
from server.core.plan import NotCertified
from server.core.reminders import NoSuchReminder
from server.core.state import ENDED
from server.live.rooms import Rooms
from server.live.world import Decision
from server.reminding import Reminding
from server.settings import Settings
from server.store import briefings
from server.store.database import Database

log = structlog.get_logger()


async def timetables(database: Database, archive: Archive | None, reminding: Reminding | None) -> Sequence[Timetable]:
    """Return what decides when something falls due: of the briefings to come and under way, and of recordings."""
    async with database.read() as session:
        unfinished = await briefings.unfinished(session)
    reminders = await reminding.of(unfinished) if reminding else {}
    planned = [Timetable.of(one, reminders=reminders.get(one.id, ())) for one in unfinished]
    recorded = await archive.timetables() if archive else ()
    return [*planned, *(one for one in recorded if one.phase in ENDED)]


def decisions(settings: Settings) -> dict[Action, Decision]:
    """Return what the clock decides where something of a briefing is due."""
    return {
        Action.BEGIN_REHEARSAL: partial(rehearsal.fall_due, certified=settings.certified_for_secrets),
        Action.END_REHEARSAL: rehearsal.run_out,
        Action.OPEN_LOBBY: partial(lifecycle.open_, certified=settings.certified_for_secrets),
        Action.MARK_LATE: lifecycle.mark_late,
        Action.HARD_CLOSE: partial(lifecycle.close, reason=ClosedBecause.HARD_END),
        Action.EXPIRE: partial(lifecycle.cancel, reason="expired"),
    }


async def act(
    rooms: Rooms,
    archive: Archive | None,
    reminding: Reminding | None,
    decided: Mapping[Action, Decision],
    due: Due,
) -> None:
    """Do what is due, once: a briefing that has moved on in the meantime is left alone.

    So is a state secret that a certified service had scheduled: it stays where it is, and the log says why.
    """
    if archive is not None and due.action is Action.CHECK_RECORDING:
        return await archive.check(due.briefing)
    if archive is not None and due.action is Action.DELETE_RECORDING:
        return await archive.delete(due.briefing)
    try:
        if reminding is not None and due.action is Action.REMIND:
            return await reminding.send_due(due.briefing, due.rule)
        room = await rooms.get(due.briefing)
        await room.move(decided[due.action], Actor("clock"))
    except (WrongPhase, NoSuchReminder):
        return None
    except NotCertified:
        log.warning("state_secret_left_alone", briefing=due.briefing, action=due.action)
    return None
