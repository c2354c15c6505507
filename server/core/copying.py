"""Copying a briefing: its plan at another time, with what is still open of it on the agenda."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from server.core import briefing as lifecycle
from server.core.events import AgendaItem, BriefingKind, Event, ItemKind, Plan, ReminderRule, TaskState
from server.core.follow_up import FOLLOWED
from server.core.reminders import given
from server.core.state import Briefing

_ELSEWHERE: Final = frozenset({TaskState.DONE, TaskState.CARRIED_OVER})
"""What is being appraised, and what goes on in another briefing already."""


def open_notes(briefing: Briefing) -> tuple[int, ...]:
    """Return the numbers of the tasks, reports and recommendations that nobody has finished or carried over."""
    return tuple(
        number
        for number, noted in sorted(briefing.results.notes.items())
        if noted.note.kind in FOLLOWED and not (noted.removed or noted.finished) and noted.state not in _ELSEWHERE
    )


def copied(plan: Plan, starts_at: datetime, items: Sequence[AgendaItem]) -> Plan:
    """Return a plan at another time, with more at the end of its agenda.

    The number and the reporting period are the old briefing's own. In a briefing that goes one way items are reported
    on, and no site presents them.
    """
    one_way = plan.kind is BriefingKind.QUICK_NOTIFICATION
    more = tuple(
        replace(item, kind=ItemKind.REPORT if one_way else item.kind, endpoint=None)
        if one_way or item.endpoint not in plan.endpoints
        else item
        for item in items
    )
    return replace(
        plan,
        starts_at=starts_at,
        ends_at=starts_at + (plan.ends_at - plan.starts_at),
        agenda=(*plan.agenda, *more),
        number="",
        period=None,
    )


def draft(
    briefing: Briefing,
    now: datetime,
    *,
    plan: Plan,
    reminders: tuple[ReminderRule, ...] | None,
    certified: bool = False,
) -> tuple[Event, ...]:
    """Write down a briefing that is made from another, with the reminders of that; None: those of the house."""
    return (*lifecycle.draft(briefing, now, plan=plan, certified=certified), *given(reminders))
