"""Where what was granted and what was heard disagree."""

import pytest

from server.core.events import (
    BriefingClosed,
    ClosedBecause,
    Event,
    EveryoneMuted,
    FloorGranted,
    MoveUndone,
    MuteLifted,
    TurnContinued,
    TurnEndedBecause,
    TurnHeld,
    TurnPaused,
    TurnResumed,
    UndoneMove,
)
from server.core.ids import HUB
from server.records.disagreements import UNTOLD, Disagreeing, Disagreement, disagreements
from server.records.spoken import spoken
from tests.core.cast import CA_MAU, HA_NOI, THANH_HOA, at, told
from tests.records.story import Step, beginning, ended, granted, heard, name

SILENT, INTRUDED, RAN_ON = Disagreeing.SILENT_HOLDER, Disagreeing.WITHOUT_FLOOR, Disagreeing.RAN_ON


def told_of(*steps: Step) -> tuple[Disagreement, ...]:
    entries = told(sorted([*beginning(), *steps], key=lambda step: step[0]))
    return disagreements(entries, *spoken(entries, name), name)


def silent(start: float, end: float, seconds: float) -> Disagreement:
    return Disagreement(SILENT, HA_NOI, "Hà Nội", 1, "Ông Minh", at(start), at(end), seconds)


def test_a_turn_that_is_spoken_throughout_leaves_nothing_to_say() -> None:
    assert told_of(*granted(HA_NOI, 60), heard(HA_NOI, 61, 79), heard(HA_NOI, 90, 119), ended(HA_NOI, 60, 120)) == ()


def test_a_whole_turn_without_a_word_is_a_silent_holder_unless_it_was_a_slip() -> None:
    assert told_of(*granted(HA_NOI, 60), ended(HA_NOI, 60, 66)) == (silent(60, 66, 6.0),)
    assert told_of(*granted(HA_NOI, 60), ended(HA_NOI, 60, 64)) == ()


def test_a_long_stretch_of_a_turn_without_a_word_is_a_silent_holder() -> None:
    steps = [*granted(HA_NOI, 60), heard(HA_NOI, 62, 70), heard(HA_NOI, 90, 100), ended(HA_NOI, 60, 119.9)]

    assert told_of(*steps) == (silent(70, 90, 20.0),)


def test_a_turn_that_still_runs_is_silent_as_far_as_is_known() -> None:
    now = heard(CA_MAU, 119, 119.9, on_air=False)  # told at 120.7; what began half a minute before may be told later
    known = 120.7 - UNTOLD.total_seconds()

    assert told_of(*granted(HA_NOI, 60), now) == (silent(60, known, round(known - 60, 3)),)
    assert told_of(*granted(HA_NOI, 86), now) == ()


def test_a_speaker_of_the_hub_who_has_just_ended_is_not_silent_yet() -> None:
    steps = [*granted(HUB, 60), ended(HUB, 60, 80)]

    assert told_of(*steps, heard(CA_MAU, 81, 82, on_air=False)) == ()
    assert told_of(*steps, heard(HUB, 60, 84)) == ()
    assert [(one.kind, one.seconds) for one in told_of(*steps, heard(CA_MAU, 181, 182, on_air=False))] == [
        (SILENT, 20.0)
    ]


def test_of_two_speakers_in_the_hubs_room_who_speak_without_a_pause_neither_is_silent() -> None:
    steps = [
        *granted(HUB, 60, "Ông Minh"),
        ended(HUB, 60, 80, TurnEndedBecause.PREEMPTED),
        (80, FloorGranted(HUB, "Bà Lan", "Hạn hán")),
        ended(HUB, 80, 86),
        heard(HUB, 60, 86),
        (200, BriefingClosed(ClosedBecause.CHAIR)),
    ]

    assert told_of(*steps) == ()


def test_who_goes_on_speaking_while_the_chair_takes_a_slip_back_has_not_intruded() -> None:
    steps = [
        *granted(HA_NOI, 60),
        heard(HA_NOI, 61, 90),
        ended(HA_NOI, 60, 90, TurnEndedBecause.PREEMPTED),
        *granted(CA_MAU, 90)[1:],
        heard(HA_NOI, 90, 94.9, on_air=False),
        ended(CA_MAU, 90, 95, TurnEndedBecause.UNDONE),
        (95, MoveUndone(UndoneMove.GRANTED, HA_NOI, at(60))),
        heard(HA_NOI, 113, 119),
        ended(HA_NOI, 60, 120),
    ]

    assert told_of(*steps) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TurnPaused(HA_NOI), TurnContinued(HA_NOI)),
        (EveryoneMuted(), MuteLifted()),
        (TurnHeld(HA_NOI, at(200), media=False), TurnResumed(HA_NOI)),
    ],
)
def test_whoever_cannot_be_heard_is_not_silent(before: Event, after: Event) -> None:
    turn = [*granted(HA_NOI, 60), heard(HA_NOI, 61, 70), ended(HA_NOI, 60, 120)]
    again = heard(HA_NOI, 110, 119)

    assert told_of(*turn, again, (72, before), (108, after)) == ()
    assert told_of(*turn, (72, before)) == ()
    assert told_of(*turn, again, (85, before), (90, after)) == (silent(90, 110, 20.0),)


def test_speech_without_the_floor_is_told_once_for_each_turn_of_another() -> None:
    steps = [
        *granted(HA_NOI, 60),
        heard(HA_NOI, 60, 120),
        heard(CA_MAU, 50, 62, on_air=False),
        heard(CA_MAU, 80, 80.5, on_air=False),
        heard(CA_MAU, 100, 101, on_air=False),
        heard(THANH_HOA, 70, 72.5, on_air=False),
        ended(HA_NOI, 60, 120),
        heard(CA_MAU, 130, 150, on_air=False),
    ]

    assert told_of(*steps) == (Disagreement(INTRUDED, CA_MAU, "Cà Mau", 1, "", at(60), at(101), 3.5),)


def test_the_hub_and_whoever_speaks_while_the_hub_does_need_no_floor() -> None:
    assert told_of(heard(CA_MAU, 10, 50, on_air=False), heard(HUB, 10, 50)) == ()
    assert told_of(*granted(HA_NOI, 60), heard(HA_NOI, 60, 75), heard(HUB, 62, 70), ended(HA_NOI, 60, 76)) == ()


def test_a_speaker_who_goes_on_after_the_turn_is_told_and_not_taken_for_an_intruder() -> None:
    steps = [
        *granted(HA_NOI, 60),
        heard(HA_NOI, 60, 120),
        ended(HA_NOI, 60, 120, TurnEndedBecause.PREEMPTED),
        heard(HA_NOI, 120, 123, on_air=False),
        heard(HA_NOI, 123.8, 125, on_air=False),
        *granted(CA_MAU, 126),
        heard(CA_MAU, 126, 140),
        ended(CA_MAU, 126, 140),
    ]

    assert told_of(*steps) == (Disagreement(RAN_ON, HA_NOI, "Hà Nội", 1, "Ông Minh", at(120), at(125), 4.2),)


def test_a_speaker_who_talks_through_the_interruption_and_the_end_is_told() -> None:
    steps = [
        *granted(HA_NOI, 60),
        heard(HA_NOI, 60, 100),
        (100, TurnPaused(HA_NOI)),
        ended(HA_NOI, 60, 110, TurnEndedBecause.REVOKED),
        heard(HA_NOI, 100, 115, on_air=False),
        *granted(CA_MAU, 111),
        heard(CA_MAU, 112, 130),
        ended(CA_MAU, 111, 130),
    ]

    assert told_of(*steps) == (Disagreement(RAN_ON, HA_NOI, "Hà Nội", 1, "Ông Minh", at(110), at(115), 5.0),)


def test_the_end_of_a_sentence_is_not_worth_telling() -> None:
    steps = [*granted(HA_NOI, 60), heard(HA_NOI, 60, 120), ended(HA_NOI, 60, 120)]

    assert told_of(*steps, heard(HA_NOI, 120, 122, on_air=False)) == ()
    assert told_of(*steps, heard(HA_NOI, 125, 130, on_air=False)) == ()


def test_the_end_of_the_meeting_needs_no_last_word() -> None:
    end = [ended(HA_NOI, 60, 120, TurnEndedBecause.CLOSED), (120, BriefingClosed(ClosedBecause.CHAIR))]

    assert told_of(*granted(HA_NOI, 60), heard(HA_NOI, 60, 119), *end) == ()
