"""Who spoke: turns and detected speech, side by side."""

from server.core.events import TurnEndedBecause
from server.core.ids import HUB
from server.records.spoken import SpokenSegment, SpokenTurn, spoken
from tests.core.cast import CA_MAU, HA_NOI, THANH_HOA, at, told
from tests.records.story import WHOLE, beginning, ended, granted, heard, name


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


def test_speech_over_two_turns_falls_into_the_one_it_shares_more_with() -> None:
    steps = [*beginning(), *granted(HA_NOI, 60), ended(HA_NOI, 60, 70), *granted(HA_NOI, 71), heard(HA_NOI, 69, 75)]

    (first, second), (segment,) = spoken(told(steps), name)

    assert (segment.turn, first.heard_seconds, second.heard_seconds) == (2, 0.0, 4.0)


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
