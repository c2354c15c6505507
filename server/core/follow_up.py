"""Following up what meetings came to: which notes of all briefings are asked for, where they are, and go on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from server.core.briefing import edit, require
from server.core.events import AgendaItem, Event, NoteKind, TaskState
from server.core.ids import BriefingId, EndpointCode, RosterName
from server.core.state import TASKS, Briefing

FOLLOWED = TASKS | {NoteKind.RECOMMENDATION}
"""The kinds of note that somebody has to do something about."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notes of all briefings; None: whichever."""

    kinds: frozenset[NoteKind] = FOLLOWED
    unfinished: bool = False  # only what remains to be done
    state: TaskState | None = None
    late_on: date | None = None  # only what is unfinished after its last day, on that day
    roster: RosterName | None = None
    endpoint: EndpointCode | None = None
    owner: str = ""  # the owner, or a recommendation's addressee


@dataclass(frozen=True, slots=True)
class Found:
    """Where a note is, and what is said of its briefing."""

    briefing: BriefingId
    title: str
    starts_at: datetime
    roster: RosterName
    number: int


def put_on_agenda(
    briefing: Briefing, now: datetime, *, items: Sequence[AgendaItem], certified: bool = False
) -> tuple[Event, ...]:
    """Put what goes on in a briefing at the end of its agenda; a title that stands there is not put there again.

    An item of a site that is not invited is nobody's.
    """
    require(briefing, "edit")
    plan = briefing.planned
    there = {item.title for item in plan.agenda}
    new = tuple(
        item if item.endpoint in plan.endpoints else replace(item, endpoint=None)
        for item in dict.fromkeys(items)
        if item.title not in there
    )
    longer = replace(plan, agenda=(*plan.agenda, *new))
    return edit(briefing, now, plan=longer, certified=certified) if new else ()
