"""The state: what the fold makes of each event."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.core import events as e
from server.core.ids import HUB, RosterName
from server.core.journal import Head
from server.core.state import (
    _MOVES,
    NOBODY,
    Briefing,
    Floor,
    Invitations,
    PastTurn,
    Phase,
    Request,
    Site,
    Turn,
    Undoable,
    fold,
    foresee,
)
from tests.core.cast import (
    CA_MAU,
    DESK,
    FIRST,
    HA_NOI,
    ID,
    PHONE,
    SECOND,
    STRANGER,
    THANH_HOA,
    at,
    drafted,
    fresh,
    joined,
    live,
    plan,
    speaking,
    then,
    told,
    waiting,
)


def test_a_fresh_briefing_has_no_plan() -> None:
    with pytest.raises(LookupError):
        _ = fresh().planned


def test_a_site_that_never_came_is_nobody() -> None:
    assert drafted().site(STRANGER) == NOBODY
    assert not NOBODY.here


def test_every_event_moves_the_state() -> None:
    assert set(_MOVES) == set(e.KINDS.values())


CHECK_IN = e.CheckIn("Ông Minh", (), 3)
AMENDED = e.CheckIn("Ông Minh", (), 4)
WHOLE: list[tuple[float, e.Event]] = [
    (-9000, e.BriefingDrafted(plan(title="Nháp"))),
    (-8000, e.BriefingEdited(plan())),
    (-7000, e.BriefingScheduled()),
    (-1800, e.BriefingOpened()),
    (-1700, e.EndpointJoined(HA_NOI, DESK)),
    (-1600, e.EndpointCheckedIn(HA_NOI, CHECK_IN, 1)),
    (-1500, e.PublishingStarted(HA_NOI, FIRST)),
    (-1400, e.PublishingStarted(HUB, SECOND)),
    (0, e.BriefingStarted()),
    (1, e.AgendaMoved(1)),
    (2, e.EndpointsMarkedLate((THANH_HOA, CA_MAU))),
    (3, e.EndpointJoined(THANH_HOA, DESK)),
    (4, e.EndpointJoined(THANH_HOA, PHONE)),
    (5, e.EndpointLeft(THANH_HOA, DESK, e.LeftBecause.CLOSED)),
    (6, e.EndpointCheckedIn(HA_NOI, AMENDED, 2)),
    (10, e.FloorRequested(HA_NOI, "Ông Minh", "Lũ lụt")),
    (11, e.FloorRequested(THANH_HOA, "Bà Hoa", "Hạn hán")),
    (12, e.FloorRequested(CA_MAU, "Ông Bình", "Thuỷ sản")),
    (13, e.QueueReordered((CA_MAU, HA_NOI, THANH_HOA), "Tin khẩn")),
    (14, e.EndpointPutOnDeck(HA_NOI)),
    (15, e.RequestWithdrawn(CA_MAU)),
    (20, e.FloorGranted(HA_NOI, "Ông Minh", "Lũ lụt")),
    (30, e.TurnHeld(HA_NOI, at(60), media=True)),
    (31, e.SpeechDetected(HA_NOI, at(21), at(29), on_air=True, loudest=30)),
]
ENTRIES = told(WHOLE)
WAITS = Request(THANH_HOA, "Bà Hoa", "Hạn hán", at(11), number=2, placed=True)
UNGIVEN = Floor(
    queue=(Request(HA_NOI, "Ông Minh", "Lũ lụt", at(10), number=1, placed=True), WAITS), called=1, requests=3
)
FOLDED = Briefing(
    id=ID,
    head=Head(len(ENTRIES), ENTRIES[-1].hash),
    phase=Phase.LIVE,
    plan=plan(),
    edition=2,
    sites={
        HA_NOI: Site((DESK,), at(-1700), at(-1500), AMENDED, at(-1600), revision=2, media=FIRST),
        THANH_HOA: Site((PHONE,), at(3), at(5), late=True),
        CA_MAU: Site(late=True),
    },
    floor=Floor(
        turn=Turn(HA_NOI, "Ông Minh", "Lũ lụt", at(20), at(60), held_for_media=True, waiting_since=at(30)),
        queue=(WAITS,),
        requests=3,
        turns=1,
        undoable=Undoable(e.UndoneMove.GRANTED, at(20), UNGIVEN),
    ),
    agenda_index=1,
    hub_media=SECOND,
    opened_at=at(-1800),
    started_at=at(0),
    late_marked=True,
    invitations=Invitations(changed_at=at(-7000)),
)


def test_the_fold_of_a_whole_briefing() -> None:
    assert fold(fresh(), ENTRIES) == FOLDED


def test_the_fold_in_steps_is_the_fold_at_once() -> None:
    assert fold(fold(fresh(), ENTRIES[:11]), ENTRIES[11:]) == FOLDED


def test_media_that_stopped_leaves_the_site_and_the_hub() -> None:
    after = then(
        FOLDED, e.PublishingStopped(HA_NOI, FIRST, "lost"), e.PublishingStopped(HUB, SECOND, "lost"), when=at(40)
    )

    assert after.site(HA_NOI) == replace(FOLDED.site(HA_NOI), media=None, stopped="lost", seen_at=at(40))
    assert after.hub_media is None


def test_what_is_foreseen_is_what_the_journal_will_make_of_it_but_for_its_head() -> None:
    events = e.PublishingStopped(HA_NOI, FIRST, "lost"), e.TurnHeld(HA_NOI, at(70), media=True)

    assert foresee(FOLDED, events, at(40)) == replace(then(FOLDED, *events, when=at(40)), head=FOLDED.head)


def test_media_that_comes_again_leaves_nothing_to_explain() -> None:
    stopped = then(FOLDED, e.PublishingStopped(HA_NOI, FIRST, "flooded"), when=at(40))

    assert then(stopped, e.PublishingStarted(HA_NOI, SECOND), when=at(50)).site(HA_NOI).stopped is None


def test_a_site_is_here_by_a_connection_or_by_its_media() -> None:
    assert [FOLDED.site(code).here for code in (HA_NOI, THANH_HOA, CA_MAU)] == [True, True, False]
    assert Site(media=FIRST).here


def test_a_turn_that_ended_leaves_the_floor_to_the_hub_and_the_queue_as_it_was() -> None:
    end = e.TurnEnded(HA_NOI, at(20), at(50), e.TurnEndedBecause.RELEASED, "Ông Minh", "Lũ lụt")

    floor = then(FOLDED, end, when=at(50)).floor

    assert (floor.turn, floor.queue) == (None, FOLDED.floor.queue)
    spent = timedelta(seconds=10)  # the line was lost at second 30
    assert floor.past == (PastTurn(1, HA_NOI, "Ông Minh", "Lũ lụt", spent, e.TurnEndedBecause.RELEASED),)


def test_a_held_turn_resumes_with_its_beginning() -> None:
    turn = then(FOLDED, e.TurnResumed(HA_NOI), when=at(45)).floor.turn

    assert turn == Turn(HA_NOI, "Ông Minh", "Lũ lụt", at(20), waited=timedelta(seconds=15))
    assert turn.spent(at(50)) == timedelta(seconds=15)


def test_a_resumption_without_a_turn_moves_nothing() -> None:
    assert then(live(), e.TurnResumed(HA_NOI)).floor == Floor()


@pytest.mark.parametrize(
    ("end", "phase"),
    [
        (e.BriefingClosed(e.ClosedBecause.CHAIR), Phase.CLOSED),
        (e.BriefingCancelled("bão"), Phase.CANCELLED),
    ],
)
def test_an_ended_briefing_has_an_empty_floor(end: e.Event, phase: Phase) -> None:
    after = then(speaking(HA_NOI, CA_MAU), end, when=at(99))

    assert (after.phase, after.ended_at, after.floor) == (phase, at(99), Floor(requests=2, turns=1))


@pytest.mark.parametrize(("agenda", "index"), [(plan().agenda, 1), (plan().agenda[:1], None), ((), None)])
def test_a_place_that_was_taken_off_the_agenda_is_none(agenda: tuple[e.AgendaItem, ...], index: int | None) -> None:
    assert then(FOLDED, e.BriefingEdited(plan(agenda=agenda))).agenda_index == index


def test_the_place_and_the_requests_follow_their_items_on_a_changed_agenda() -> None:
    opening, report = plan().agenda
    briefing = then(live(), e.AgendaMoved(1), e.FloorRequested(HA_NOI, "Ông Minh", "", 1, item=1))
    talk = e.AgendaItem("Chào cờ", 5)

    def edited(*agenda: e.AgendaItem) -> tuple[int | None, int | None]:
        after = then(briefing, e.BriefingEdited(plan(agenda=agenda)))
        return after.agenda_index, after.floor.queue[0].item

    assert edited(talk, opening, report) == (2, 2)
    assert edited(report, opening) == (0, 0)
    assert edited(opening, replace(report, title="Báo cáo của Hà Nội")) == (1, 1)
    assert edited(opening) == (None, None)
    assert edited(report, talk, report) == (0, 0)


def test_the_floor_names_its_holder_its_queue_and_who_is_on_deck() -> None:
    empty, queue = live().floor, waiting(HA_NOI, CA_MAU).floor

    assert [empty.holder, empty.waiting, empty.on_deck] == [None, (), ()]
    assert [queue.waiting, queue.on_deck] == [(HA_NOI, CA_MAU), (HA_NOI, CA_MAU)]
    assert replace(queue, called=2).on_deck == (CA_MAU, HA_NOI)
    assert speaking(HA_NOI).floor.holder == HA_NOI


def test_the_roster_is_part_of_the_plan() -> None:
    assert joined(live(roster=RosterName("34")), HA_NOI).planned.roster == "34"
