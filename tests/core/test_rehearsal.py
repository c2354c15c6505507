"""Rehearsals: planned from the start of the meeting, held in its room, and cleared as if nobody had been there."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from server.core import briefing as life
from server.core import recording, rehearsal
from server.core.events import (
    AgendaItem,
    BriefingCancelled,
    BriefingEdited,
    BriefingOpened,
    CheckIn,
    Classification,
    EndpointCheckedIn,
    EndpointJoined,
    EndpointLeft,
    Event,
    FloorGranted,
    FloorRequested,
    ItemKind,
    LeftBecause,
    PublishingStarted,
    PublishingStopped,
    RegisteredSpeaker,
    RehearsalBegan,
    RehearsalDropped,
    RehearsalDroppedBecause,
    RehearsalEnded,
    RehearsalEndedBecause,
    RehearsalPlanned,
    SpeechDetected,
    TurnEnded,
    TurnEndedBecause,
)
from server.core.plan import NotCertified
from server.core.presence import NotOpen
from server.core.state import Briefing, Phase
from server.core.status import PlannedRehearsal, planned_rehearsals
from tests.core.cast import (
    CA_MAU,
    DESK,
    FIRST,
    THANH_HOA,
    at,
    drafted,
    opened,
    plan,
    scheduled,
    then,
    told,
)

HOUR = timedelta(hours=1)
EVE, NOON = at(-18 * 3600), at(-20 * 3600)


def planned(*spans: tuple[float, float]) -> Briefing:
    """A published briefing with rehearsals, each so many hours before the start and so many minutes long."""
    events = (RehearsalPlanned(number, round(h * 3600), round(m)) for number, (h, m) in enumerate(spans, 1))
    return then(scheduled(), *events, when=at(-79000))


def rehearsing() -> Briefing:
    """A rehearsal runs, in which Thanh Hóa speaks."""
    return then(
        then(scheduled(), RehearsalBegan(1, EVE + HOUR), when=EVE),
        EndpointJoined(THANH_HOA, DESK),
        PublishingStarted(THANH_HOA, FIRST),
        EndpointCheckedIn(THANH_HOA, CheckIn("Ông Minh", (), 3), 1),
        FloorRequested(THANH_HOA, "Ông Minh", "Lũ lụt"),
        FloorGranted(THANH_HOA, "Ông Minh", "Lũ lụt"),
        when=EVE,
    )


def test_a_rehearsal_is_planned_by_its_distance_from_the_start() -> None:
    events = rehearsal.plan(scheduled(), NOON, starts_at=EVE, length=HOUR)

    assert events == (RehearsalPlanned(1, 18 * 3600, 60),)
    assert planned_rehearsals(then(scheduled(), *events)) == (PlannedRehearsal(1, EVE, EVE + HOUR),)


def test_a_meeting_that_is_moved_takes_its_rehearsals_along() -> None:
    later = replace(plan(), starts_at=at(3600), ends_at=at(7200))

    moved = then(planned((18, 60)), BriefingEdited(later))

    assert planned_rehearsals(moved) == (PlannedRehearsal(1, EVE + HOUR, EVE + 2 * HOUR),)


@pytest.mark.parametrize(
    ("starts_at", "length"),
    [
        (at(-600), timedelta(minutes=20)),  # over the start
        (at(60), timedelta(minutes=20)),
        (EVE, timedelta(minutes=4)),
        (EVE, timedelta(hours=9)),
        (at(-61 * 86400), HOUR),
        (NOON - 2 * HOUR, HOUR),  # over by now
    ],
)
def test_a_rehearsal_that_cannot_be_is_refused(starts_at: datetime, length: timedelta) -> None:
    with pytest.raises(rehearsal.BadRehearsal):
        rehearsal.plan(scheduled(), NOON, starts_at=starts_at, length=length)


def test_two_rehearsals_do_not_overlap_and_may_touch() -> None:
    briefing = planned((18, 60))

    with pytest.raises(rehearsal.RehearsalsOverlap):
        rehearsal.plan(briefing, NOON, starts_at=EVE + HOUR / 2, length=HOUR)
    assert rehearsal.plan(briefing, NOON, starts_at=EVE + HOUR, length=HOUR) == (RehearsalPlanned(2, 17 * 3600, 60),)


def test_rehearsals_are_bounded_and_a_dropped_one_makes_room() -> None:
    full = planned(*((20 - hours, 60) for hours in range(rehearsal.MOST_PLANNED)))

    with pytest.raises(rehearsal.TooManyRehearsals):
        rehearsal.plan(full, NOON, starts_at=at(-4 * 3600), length=HOUR)
    fewer = then(full, *rehearsal.drop(full, NOON, number=3))
    assert rehearsal.plan(fewer, NOON, starts_at=at(-4 * 3600), length=HOUR) == (RehearsalPlanned(11, 4 * 3600, 60),)


def test_what_is_not_to_come_is_neither_dropped_nor_begun() -> None:
    dropped = then(planned((18, 60)), RehearsalDropped(1, RehearsalDroppedBecause.PERSON))

    for briefing in (scheduled(), dropped, rehearsing()):
        with pytest.raises(rehearsal.NoSuchRehearsal):
            rehearsal.drop(briefing, NOON, number=1)
    with pytest.raises(rehearsal.NoSuchRehearsal):
        rehearsal.begin(dropped, NOON, number=1)


@pytest.mark.parametrize("briefing", [drafted(), rehearsing(), opened()], ids=["draft", "rehearsal", "open"])
def test_a_rehearsal_begins_between_publication_and_lobby_only(briefing: Briefing) -> None:
    with pytest.raises(rehearsal.NoRehearsalNow):
        rehearsal.begin(briefing, EVE)


def test_a_rehearsal_begun_by_hand_lasts_half_an_hour_and_a_planned_one_until_its_end() -> None:
    assert rehearsal.begin(planned((18, 60)), NOON) == (RehearsalBegan(2, NOON + HOUR / 2),)
    assert rehearsal.begin(planned((18, 60)), EVE, number=1) == (RehearsalBegan(1, EVE + HOUR),)


def test_a_rehearsal_begun_before_its_time_lasts_its_length_or_until_its_planned_end() -> None:
    long_before, in_between = EVE - HOUR, EVE - HOUR / 2

    assert rehearsal.begin(planned((18, 60)), NOON, number=1) == (RehearsalBegan(1, NOON + HOUR),)
    assert rehearsal.begin(planned((18, 60)), long_before, number=1) == (RehearsalBegan(1, EVE),)
    assert rehearsal.begin(planned((18, 60)), in_between, number=1) == (RehearsalBegan(1, EVE + HOUR),)


def test_a_rehearsal_begins_with_the_queue_of_the_plan_as_the_lobby_does() -> None:
    speaker = RegisteredSpeaker(CA_MAU, "Bà Hoa", "Tôm")
    item = AgendaItem("Thảo luận", 40, ItemKind.DISCUSSION, speakers=(speaker,))
    wanted = FloorRequested(CA_MAU, "Bà Hoa", "Tôm", 1, registered=True, item=0)

    began = rehearsal.begin(scheduled(agenda=(item,)), NOON)
    briefing = then(scheduled(agenda=(item,)), *began, when=NOON)

    assert began == (RehearsalBegan(1, NOON + HOUR / 2), wanted)
    assert life.open_(briefing, at(-1800))[-2:] == (BriefingOpened(), wanted)


def test_a_state_secret_is_not_rehearsed_without_the_certificate() -> None:
    secret = scheduled(classification=Classification.SECRET)

    with pytest.raises(NotCertified):
        rehearsal.begin(secret, NOON)
    assert rehearsal.begin(secret, NOON, certified=True)


def test_the_end_of_a_rehearsal_leaves_the_room_as_if_nobody_had_been_there() -> None:
    before, events = rehearsing(), rehearsal.end(rehearsing(), EVE + HOUR / 2)
    after = then(before, *events, when=EVE + HOUR / 2)

    assert before.phase is Phase.REHEARSAL
    assert before.floor.holder == THANH_HOA
    assert events == (
        TurnEnded(THANH_HOA, EVE, EVE + HOUR / 2, TurnEndedBecause.CLOSED, "Ông Minh", "Lũ lụt"),
        PublishingStopped(THANH_HOA, FIRST, "closed"),
        EndpointLeft(THANH_HOA, DESK, LeftBecause.CLOSED),
        RehearsalEnded(1, RehearsalEndedBecause.PERSON),
    )
    untouched = scheduled()
    assert (after.phase, dict(after.sites), after.floor) == (Phase.SCHEDULED, {}, untouched.floor)
    assert (after.content, after.chair, after.agenda_index, after.hub_media) == (None, None, None, None)
    assert (after.opened_at, after.started_at, after.rehearsal) == (None, None, None)


def test_the_lobby_that_opens_ends_a_rehearsal_first() -> None:
    events = life.open_(rehearsing(), at(-1800))
    after = then(rehearsing(), *events, when=at(-1800))

    assert events[-2:] == (RehearsalEnded(1, RehearsalEndedBecause.OPENED), BriefingOpened())
    assert (after.phase, dict(after.sites), after.opened_at) == (Phase.OPEN, {}, at(-1800))


def test_a_briefing_cancelled_while_it_is_rehearsed_is_over() -> None:
    events = life.cancel(rehearsing(), EVE, reason="bão")

    assert events[-2:] == (RehearsalEnded(1, RehearsalEndedBecause.CANCELLED), BriefingCancelled("bão"))
    assert then(rehearsing(), *events).phase is Phase.CANCELLED


def test_a_rehearsal_is_not_recorded_and_marks_nobody_late() -> None:
    with pytest.raises(NotOpen):
        recording.start(rehearsing(), EVE)
    assert life.mark_late(rehearsing(), at(0)) == ()


def test_the_clock_begins_what_is_on_and_takes_off_what_was_missed() -> None:
    briefing = planned((20, 60), (18, 60), (1, 30))

    assert rehearsal.next_due(briefing) == NOON
    assert rehearsal.fall_due(briefing, EVE) == (
        RehearsalDropped(1, RehearsalDroppedBecause.MISSED),
        RehearsalBegan(2, EVE + HOUR),
    )
    assert rehearsal.fall_due(briefing, NOON - HOUR) == ()
    assert rehearsal.fall_due(rehearsing(), EVE) == ()


def test_the_clock_ends_a_rehearsal_when_its_time_is_over_and_not_before() -> None:
    assert rehearsal.next_due(rehearsing()) == EVE + HOUR
    assert rehearsal.run_out(rehearsing(), EVE + HOUR - timedelta(seconds=1)) == ()
    assert rehearsal.run_out(rehearsing(), EVE + HOUR)[-1] == RehearsalEnded(1, RehearsalEndedBecause.TIME)
    assert rehearsal.run_out(scheduled(), EVE) == ()


def test_the_meeting_is_what_was_not_rehearsed() -> None:
    speech = SpeechDetected(THANH_HOA, EVE, EVE + HOUR, on_air=True, loudest=30)
    story: list[tuple[float, Event]] = [
        (-70000, RehearsalBegan(1, EVE)),
        (-69999, EndpointJoined(THANH_HOA, DESK)),
        (-69998, speech),
        (-69997, BriefingEdited(plan(title="Mới"))),
        (-69996, RehearsalEnded(1, RehearsalEndedBecause.TIME)),
        (-1800, BriefingOpened()),
        (-1700, EndpointJoined(THANH_HOA, DESK)),
    ]
    entries = told(story)

    kept = [(entry.seq, type(entry.event)) for entry in rehearsal.meeting(entries)]

    assert kept == [
        (1, RehearsalBegan),
        (4, BriefingEdited),
        (5, RehearsalEnded),
        (6, BriefingOpened),
        (7, EndpointJoined),
    ]
    assert rehearsal.meeting(entries[1:3], rehearses=True) == []


def test_what_the_clock_cannot_begin_it_leaves_alone() -> None:
    secret = then(scheduled(classification=Classification.SECRET), RehearsalPlanned(1, 18 * 3600, 60), when=at(-79000))

    with pytest.raises(NotCertified):
        rehearsal.fall_due(secret, EVE)
