import random
from dataclasses import replace

import pytest

from endpoints.chair import HANDS_OFF, Move, Pace, Script
from endpoints.view import View

PACE = Pace(turn=(30, 30), pause=(5, 5))
LIVE = View(
    state="live", sites=10, present=10, agenda=("opening", "discussion", "conclusion"), agenda_at=1, queue=("38", "01")
)


def script() -> Script:
    return Script(PACE, random.Random(1))


@pytest.mark.parametrize(("state", "kind"), [("draft", "schedule"), ("scheduled", "open")])
def test_a_briefing_that_has_not_begun_is_opened(state: str, kind: str) -> None:
    assert script().move(View(state=state), now=0) == Move(kind)


def test_it_starts_when_nearly_everybody_is_there() -> None:
    waiting = View(state="open", sites=10, present=8)
    chair = script()

    assert chair.move(waiting, now=0) is None
    assert chair.move(replace(waiting, present=9), now=1) == Move("start")


def test_it_starts_without_those_who_do_not_come() -> None:
    waiting = View(state="open", sites=10, present=1)
    chair = script()

    assert chair.move(waiting, now=0) is None
    assert chair.move(waiting, now=31) == Move("start")


def test_a_turn_begins_after_a_pause_and_ends_after_its_time() -> None:
    chair = script()
    speaking = replace(LIVE, speaking="38", queue=("01",), on_deck=("01",))

    moves = [
        chair.move(LIVE, now=0),
        chair.move(LIVE, now=5),
        chair.move(speaking, now=6),
        chair.move(speaking, now=35),
        chair.move(speaking, now=36),
    ]

    assert moves == [None, Move("grant", "38"), None, None, Move("release")]


def test_the_next_site_is_called_while_another_speaks() -> None:
    chair = script()

    assert chair.move(replace(LIVE, speaking="38", queue=("01", "40")), now=0) == Move("on-deck", "01")


def test_nothing_is_moved_while_a_person_holds_the_chair() -> None:
    chair = script()

    assert [chair.move(replace(LIVE, chaired=True), now=now) for now in (0, 5, 50)] == [None, None, None]
    assert [chair.move(LIVE, now=now) for now in (60, 65)] == [None, Move("grant", "38")]


def test_the_site_on_deck_goes_first() -> None:
    chair = script()
    chair.move(LIVE, now=0)

    assert chair.move(replace(LIVE, on_deck=("01",)), now=6) == Move("grant", "01")


def test_nobody_is_granted_who_does_not_wait() -> None:
    chair = script()
    empty = replace(LIVE, queue=(), on_deck=("01",))

    assert [chair.move(empty, now=now) for now in (0, 6, 60)] == [None, None, None]


def test_the_agenda_goes_on_after_two_turns_but_never_leaves_the_discussion() -> None:
    chair = script()
    view = replace(LIVE, agenda_at=0, queue=("38",), on_deck=("38",))
    moves = []
    for now in range(0, 200, 1):
        move = chair.move(view, now=float(now))
        if move is not None:
            moves.append(move.kind)
            view = replace(
                view,
                speaking=move.endpoint if move.kind == "grant" else None,
                agenda_at=move.index if move.kind == "agenda" else view.agenda_at,
            )

    assert moves[:6] == ["grant", "release", "grant", "release", "agenda", "grant"]
    assert moves.count("agenda") == 1


def test_hands_are_off_for_a_minute_after_a_person_moved() -> None:
    chair = script()
    chair.move(LIVE, now=0)

    chair.step_back(now=4)

    assert chair.move(LIVE, now=4 + HANDS_OFF - 1) is None
    assert chair.move(LIVE, now=4 + HANDS_OFF) is None  # a pause begins
    assert chair.move(LIVE, now=4 + HANDS_OFF + 5) == Move("grant", "38")


def test_a_closed_briefing_is_left_alone() -> None:
    assert script().move(View(state="closed"), now=0) is None
