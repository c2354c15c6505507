"""Who spoke: turns and detected speech, side by side."""

from datetime import datetime

from server.core.events import (
    FloorGranted,
    FloorRequested,
    MoveUndone,
    RequestDenied,
    TurnContinued,
    TurnEndedBecause,
    TurnPaused,
    UndoneMove,
)
from server.core.ids import HUB
from server.records.spoken import SpokenSegment, SpokenTurn, spoken
from tests.core.cast import CA_MAU, HA_NOI, THANH_HOA, at, told
from tests.records.story import WHOLE, Step, beginning, ended, granted, heard, name


def test_turns_are_numbered_in_the_order_granted_with_what_was_heard_in_them() -> None:
    turns, _ = spoken(told(WHOLE), name)

    assert turns == (
        SpokenTurn(1, HA_NOI, "Hà Nội", "Ông Minh", "Lũ lụt", at(60), at(120), 60.0, TurnEndedBecause.RELEASED, 47.75),
        SpokenTurn(
            2, THANH_HOA, "Thanh Hóa", "Bà Lan", "Hạn hán", at(200), at(300), 100.0, TurnEndedBecause.CLOSED, 10.0
        ),
    )


def test_speech_stands_in_the_order_begun_with_the_turn_it_falls_into() -> None:
    _, speech = spoken(told(WHOLE), name)

    assert speech == (
        SpokenSegment(HUB, "Điểm cầu trung tâm", at(7), at(40.5), 33.5, on_air=True, loudest=30, turn=None),
        SpokenSegment(HA_NOI, "Hà Nội", at(61.25), at(100), 38.75, on_air=True, loudest=22, turn=1, speaker="Ông Minh"),
        SpokenSegment(HA_NOI, "Hà Nội", at(110), at(119), 9.0, on_air=True, loudest=30, turn=1, speaker="Ông Minh"),
        SpokenSegment(HA_NOI, "Hà Nội", at(130), at(131), 1.0, on_air=False, loudest=30, turn=None),
        SpokenSegment(
            THANH_HOA, "Thanh Hóa", at(199.95), at(210), 10.05, on_air=True, loudest=30, turn=2, speaker="Bà Lan"
        ),
    )


def test_a_turn_that_still_runs_has_no_end_and_counts_what_was_heard_so_far() -> None:
    (turn,), (segment,) = spoken(told([*beginning(), *granted(HA_NOI, 60), heard(HA_NOI, 62, 70)]), name)

    assert turn == SpokenTurn(1, HA_NOI, "Hà Nội", "Ông Minh", "Lũ lụt", at(60), None, None, None, 8.0)
    assert segment.turn == 1


def test_a_preempted_turn_ends_where_the_next_begins() -> None:
    steps = [
        *beginning(),
        *granted(HA_NOI, 60),
        ended(HA_NOI, 60, 90, TurnEndedBecause.PREEMPTED),
        *granted(CA_MAU, 95)[1:],
    ]

    turns, _ = spoken(told(steps), name)

    assert [(turn.number, turn.endpoint, turn.ended_at) for turn in turns] == [(1, HA_NOI, at(90)), (2, CA_MAU, None)]


def test_speech_off_air_falls_into_no_turn_though_it_touches_one() -> None:
    steps = [*beginning(), *granted(HA_NOI, 60), heard(HA_NOI, 59, 60.05, on_air=False)]

    (turn,), (segment,) = spoken(told(steps), name)

    assert (turn.heard_seconds, segment.turn) == (0.0, None)


def test_speech_on_air_that_ends_as_the_turn_begins_falls_into_none() -> None:
    (turn,), (segment,) = spoken(told([*beginning(), *granted(HA_NOI, 60), heard(HA_NOI, 50, 60)]), name)

    assert (turn.heard_seconds, segment.turn) == (0.0, None)


def shares(*steps: Step) -> list[tuple[float, float, int | None]]:
    """Return when speech of anybody is said to begin and end, in seconds, and in which turn."""
    _, speech = spoken(told(sorted([*beginning(), *steps], key=lambda step: step[0])), name)
    return [(seconds_of(one.started_at), seconds_of(one.ended_at), one.turn) for one in speech]


def seconds_of(moment: datetime) -> float:
    return (moment - at(0)).total_seconds()


def test_speech_over_two_turns_of_a_site_is_shared_out_between_them() -> None:
    steps = [*granted(HA_NOI, 60), ended(HA_NOI, 60, 70), *granted(HA_NOI, 71), heard(HA_NOI, 69, 75)]

    turns, _ = spoken(told(sorted([*beginning(), *steps], key=lambda step: step[0])), name)

    assert shares(*steps) == [(69, 70, 1), (70, 71, None), (71, 75, 2)]
    assert [turn.heard_seconds for turn in turns] == [1.0, 4.0]


def test_two_speakers_in_the_hubs_room_have_each_their_own_speech_and_the_chair_hers() -> None:
    steps = [
        *granted(HUB, 60, "Ông Minh"),
        ended(HUB, 60, 80, TurnEndedBecause.PREEMPTED),
        (80, FloorGranted(HUB, "Bà Lan", "Hạn hán")),
        ended(HUB, 80, 90),
        heard(HUB, 55, 85),
        heard(HUB, 85, 97),
    ]

    turns, speech = spoken(told(sorted([*beginning(), *steps], key=lambda step: step[0])), name)

    assert shares(*steps) == [(55, 60, None), (60, 80, 1), (80, 90, 2), (90, 97, None)]
    assert [(turn.speaker, turn.heard_seconds) for turn in turns] == [("Ông Minh", 20.0), ("Bà Lan", 10.0)]
    assert [one.speaker for one in speech] == ["", "Ông Minh", "Bà Lan", ""]


def test_what_the_chair_says_while_a_speaker_of_the_hub_is_interrupted_is_not_the_speakers() -> None:
    steps = [
        *granted(HUB, 60),
        (70, TurnPaused(HUB)),
        (80, TurnContinued(HUB)),
        ended(HUB, 60, 90),
        heard(HUB, 61, 89),
    ]

    assert shares(*steps) == [(61, 70, 1), (70, 80, None), (80, 89, 1)]


def test_speech_is_not_cut_into_slivers() -> None:
    steps = [*granted(HA_NOI, 60), ended(HA_NOI, 60, 70), *granted(HA_NOI, 70.1), heard(HA_NOI, 59.8, 80)]

    assert shares(*steps) == [(59.8, 70, 1), (70, 80, 2)]


def test_a_turn_whose_end_was_taken_back_waited_and_one_that_ran_all_the_time_did_not() -> None:
    request = FloorRequested(CA_MAU, "Bà Hoa", "", request=9)
    cut = [
        *granted(HA_NOI, 60),
        ended(HA_NOI, 60, 90, TurnEndedBecause.REVOKED),
        (94, MoveUndone(UndoneMove.TURN_ENDED, HA_NOI, at(60))),
        ended(HA_NOI, 60, 120),
    ]
    ran = [
        *granted(HA_NOI, 60),
        (70, request),
        (90, RequestDenied(CA_MAU, 9, "")),
        (94, MoveUndone(UndoneMove.DENIED)),
        ended(HA_NOI, 60, 120),
    ]

    for steps, waited in ((cut, 4.0), (ran, 0.0)):
        (turn,), _ = spoken(told([*beginning(), *steps]), name)

        assert (turn.ended_at, turn.seconds, turn.waited_seconds) == (at(120), 60.0, waited)


def test_pieces_of_two_sites_and_pieces_that_do_not_touch_stay_apart() -> None:
    steps = [
        *beginning(),
        heard(HUB, 10, 40),
        heard(CA_MAU, 40, 50),
        heard(HUB, 40.1, 60),
        heard(HUB, 60, 61, on_air=False),
    ]

    _, speech = spoken(told(steps), name)

    assert [(one.endpoint, one.started_at, one.ended_at) for one in speech] == [
        (HUB, at(10), at(40)),
        (CA_MAU, at(40), at(50)),
        (HUB, at(40.1), at(60)),
        (HUB, at(60), at(61)),
    ]


def test_a_briefing_in_which_nobody_spoke_has_neither() -> None:
    assert spoken(told(beginning()), name) == ((), ())
