"""The state: what the fold makes of events that no decision alone explains."""

import pytest

from server.core.events import KINDS, SpeechDetected, TurnHeld, TurnResumed
from server.core.journal import Head, seal
from server.core.state import _MOVES, NOBODY, Briefing, Floor, Turn, fold
from tests.core.cast import HA_NOI, ID, LAN, STRANGER, at, drafted, fresh, live, speaking, then


def test_a_fresh_briefing_has_no_plan() -> None:
    with pytest.raises(LookupError):
        _ = fresh().planned


def test_a_site_that_never_came_is_nobody() -> None:
    assert drafted().site(STRANGER) == NOBODY
    assert not NOBODY.here


def test_every_event_moves_the_state() -> None:
    assert set(_MOVES) == set(KINDS.values())


def test_the_head_is_the_last_entry() -> None:
    entries = seal(ID, Head(), [SpeechDetected(HA_NOI, at(0), at(1), on_air=True, loudest=30)] * 2, actor=LAN, at=at(1))

    assert fold(fresh(), entries) == Briefing(ID, Head(2, entries[-1].hash))


def test_a_held_turn_keeps_its_beginning() -> None:
    held = then(speaking(HA_NOI), TurnHeld(HA_NOI, at(90), media=True), when=at(60))
    turn = Turn(HA_NOI, "Ông Minh", "Lũ lụt", at(30))

    assert held.floor == Floor(Turn(HA_NOI, "Ông Minh", "Lũ lụt", at(30), at(90), held_for_media=True))
    assert then(held, TurnResumed(HA_NOI)).floor == Floor(turn)


def test_a_resumption_without_a_turn_moves_nothing() -> None:
    assert then(live(), TurnResumed(HA_NOI)).floor == Floor()
