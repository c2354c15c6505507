"""A briefing copied: its plan at another time, and what is still open of it."""

from dataclasses import replace
from datetime import timedelta

from server.core.copying import copied, open_notes
from server.core.events import (
    AgendaItem,
    BriefingKind,
    Event,
    ItemKind,
    Note,
    NoteCarriedOver,
    NoteKind,
    NoteRemoved,
    NoteTaken,
    Period,
    TaskMoved,
    TaskState,
)
from server.core.ids import BriefingId
from server.core.state import foresee
from tests.core.cast import CA_MAU, HA_NOI, START, STRANGER, at, live, plan

WEEK = timedelta(days=7)


def test_a_copy_is_the_plan_at_another_time_without_what_is_its_own() -> None:
    old = plan(number="11/2026", period=Period(START.date(), START.date()), dress="Lễ phục")

    new = copied(old, START + WEEK, ())

    assert new == replace(old, starts_at=START + WEEK, ends_at=old.ends_at + WEEK, number="", period=None)


def test_open_items_come_last_and_belong_to_sites_that_are_invited() -> None:
    old = plan()

    new = copied(old, START + WEEK, [AgendaItem("Một", 5, endpoint=HA_NOI), AgendaItem("Hai", 5, endpoint=STRANGER)])

    assert new.agenda == (*old.agenda, AgendaItem("Một", 5, endpoint=HA_NOI), AgendaItem("Hai", 5))


def test_what_goes_one_way_reports_on_open_items() -> None:
    old = plan(kind=BriefingKind.QUICK_NOTIFICATION, agenda=())

    new = copied(old, START + WEEK, [AgendaItem("Một", 5, endpoint=CA_MAU)])

    assert new.agenda == (AgendaItem("Một", 5, ItemKind.REPORT),)


def test_only_what_nobody_has_finished_carried_over_or_removed_is_open() -> None:
    kinds = [NoteKind.TASK, NoteKind.TASK, NoteKind.TASK, NoteKind.TASK, NoteKind.RECOMMENDATION, NoteKind.REMARK]
    taken = [NoteTaken(number, Note(kind, "Việc", START)) for number, kind in enumerate(kinds, start=1)]
    happened: tuple[Event, ...] = (
        *taken,
        TaskMoved(2, TaskState.DONE, "2026-11-24"),
        NoteCarriedOver(3, BriefingId("next")),
        NoteRemoved(4, "nhầm"),
    )

    assert open_notes(foresee(live(), happened, at(60))) == (1, 5)
