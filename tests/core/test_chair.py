"""The chair: exactly one acts as it, by lease; it passes by hand-over, or when the lease has run out."""

from datetime import datetime

import pytest

from server.core import chair
from server.core.events import ChairLeft, ChairLeftBecause, ChairTaken, TookBecause
from server.core.ids import Actor
from server.core.presence import NotOpen
from server.core.state import Briefing, Chair
from tests.core.cast import at, live, scheduled, then

LAN, MAI = Actor("user:lan"), Actor("user:mai")


def held(by: Actor = LAN, *, attended: bool = True) -> Briefing:
    return then(live(), ChairTaken(by, "Bà Lan", attended, TookBecause.FREE), when=at(10))


def test_whoever_makes_the_first_move_acts_as_the_chair() -> None:
    events = chair.act(live(), at(10), actor=LAN, name="Bà Lan", until=None)

    assert events == (ChairTaken(LAN, "Bà Lan", attended=False, reason=TookBecause.FREE),)
    assert then(live(), *events, when=at(10)).chair == Chair(LAN, "Bà Lan", at(10), attended=False)


def test_the_acting_chair_goes_on_without_a_word() -> None:
    assert chair.act(held(), at(20), actor=LAN, name="Bà Lan", until=at(40)) == ()
    assert chair.take(held(), at(20), actor=LAN, name="Bà Lan", until=at(40)) == ()


def test_a_page_makes_single_moves_a_lease() -> None:
    assert chair.take(held(attended=False), at(20), actor=LAN, name="Bà Lan", until=None) == (
        ChairTaken(LAN, "Bà Lan", attended=True, reason=TookBecause.FREE, previous=LAN),
    )


@pytest.mark.parametrize("move", [chair.act, chair.take])
def test_nobody_else_is_the_chair_while_the_lease_lasts(move: object) -> None:
    with pytest.raises(chair.NotActingChair):
        move(held(), at(39), actor=MAI, name="Bà Mai", until=at(40))  # type: ignore[operator]


@pytest.mark.parametrize(("until", "reason"), [(at(40), TookBecause.LAPSED), (None, TookBecause.FREE)])
def test_a_deputy_takes_over_when_the_lease_has_run_out_or_there_was_none(
    until: datetime | None, reason: TookBecause
) -> None:
    assert chair.act(held(attended=until is not None), at(40), actor=MAI, name="Bà Mai", until=until) == (
        ChairTaken(MAI, "Bà Mai", attended=False, reason=reason, previous=LAN),
    )


def test_the_acting_chair_hands_over_and_nobody_else_does() -> None:
    assert chair.hand_over(held(), at(20), actor=LAN, to=MAI, name="Bà Mai") == (
        ChairTaken(MAI, "Bà Mai", attended=True, reason=TookBecause.HANDED_OVER, previous=LAN),
    )
    assert chair.hand_over(held(), at(20), actor=LAN, to=LAN, name="Bà Lan") == ()
    with pytest.raises(chair.NotActingChair):
        chair.hand_over(held(), at(20), actor=MAI, to=MAI, name="Bà Mai")


def test_the_acting_chair_leaves_and_nobody_acts() -> None:
    events = chair.leave(held(), at(20), actor=LAN)

    assert events == (ChairLeft(LAN, ChairLeftBecause.LEFT),)
    assert then(held(), *events).chair is None
    with pytest.raises(chair.NotActingChair):
        chair.leave(live(), at(20), actor=LAN)


def test_a_lease_lapses_once_and_only_where_there_was_one() -> None:
    assert chair.lapse(held(), at(39), until=at(40)) == ()
    assert chair.lapse(held(), at(40), until=at(40)) == (ChairLeft(LAN, ChairLeftBecause.LAPSED),)
    assert chair.lapse(held(attended=False), at(99), until=None) == ()
    assert chair.lapse(live(), at(99), until=None) == ()


def test_there_is_no_chair_to_take_before_the_lobby_opens() -> None:
    with pytest.raises(NotOpen):
        chair.take(scheduled(), at(-3600), actor=LAN, name="Bà Lan", until=None)
