"""What becomes of a date when its series changes: it follows, unless it has begun or was changed by hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from server.core.briefing import StaleEdit, WrongPhase
from server.core.events import (
    AgendaItem,
    BriefingCancelled,
    BriefingClosed,
    BriefingEdited,
    BriefingOpened,
    BriefingScheduled,
    ClosedBecause,
    Event,
    Period,
    PlacedInSeries,
    RehearsalBegan,
    RehearsalEnded,
    RehearsalEndedBecause,
    SeriesDate,
)
from server.core.ids import SeriesId
from server.core.series import (
    TIME,
    InSeries,
    LeftBecause,
    Outcome,
    begin,
    call_off,
    differing,
    draft,
    outcome,
    plan_at,
    replan,
    retire,
    retirement,
    template,
)
from server.core.state import Briefing, foresee
from tests.core.cast import CA_MAU, ID, START, THANH_HOA, at, plan

DATE = SeriesDate(SeriesId("s"), "2026-11-23T08:30:00")
OTHER = SeriesDate(SeriesId("t"), "2026-11-23T09:30:00")
HOUR = timedelta(hours=1)
WAS = plan()
LATER = plan_at(WAS, START + HOUR)


def dated(*events: Event, **changes: Any) -> Briefing:
    """A date of the series, with what happened to it."""
    blank = Briefing(ID)
    drafted = foresee(blank, draft(blank, at(-9), plan=plan(**changes), date=DATE), at(-9))
    return foresee(drafted, events, at(-5))


def test_a_new_date_is_drafted_and_knows_its_place() -> None:
    state = dated()

    assert (state.series, state.planned, state.edition) == (DATE, WAS, 1)


def test_a_draft_follows_its_series() -> None:
    assert replan(dated(), at(-4), was=WAS, will=LATER, date=DATE) == (BriefingEdited(LATER),)


def test_a_published_date_follows_as_an_edit_that_raises_its_edition() -> None:
    state = dated(BriefingScheduled())

    events = replan(state, at(-4), was=WAS, will=LATER, date=DATE)

    assert foresee(state, events, at(-4)).edition == state.edition + 1


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ((BriefingScheduled(), BriefingOpened()), LeftBecause.BEGUN),
        ((BriefingScheduled(), BriefingOpened(), BriefingClosed(ClosedBecause.CHAIR)), LeftBecause.OVER),
        ((BriefingCancelled(""),), LeftBecause.CANCELLED),
    ],
)
def test_what_has_begun_or_is_over_is_never_touched(events: tuple[Event, ...], reason: LeftBecause) -> None:
    state = dated(*events)

    assert outcome(state, was=WAS, will=LATER) == Outcome(reason)
    assert retirement(state, was=WAS) == Outcome(reason)
    assert replan(state, at(-4), was=WAS, will=LATER, date=OTHER) == ()
    assert retire(state, at(-4), was=WAS, reason="") == ()
    assert call_off(state, at(-4), reason="") == ()


def test_a_date_that_is_rehearsed_has_not_begun() -> None:
    state = dated(BriefingScheduled(), RehearsalBegan(1, at(-3)))
    over = RehearsalEnded(1, RehearsalEndedBecause.CANCELLED)

    assert outcome(state, was=WAS, will=LATER) == Outcome()
    assert replan(state, at(-4), was=WAS, will=LATER, date=DATE)[0] == BriefingEdited(LATER)
    assert call_off(state, at(-4), reason="bão") == (over, BriefingCancelled("bão"))


def test_what_was_changed_by_hand_stays_and_is_named() -> None:
    state = dated(BriefingEdited(plan_at(WAS, START + 3 * HOUR)))

    assert outcome(state, was=WAS, will=LATER) == Outcome(LeftBecause.BY_HAND, TIME)
    assert replan(state, at(-4), was=WAS, will=LATER, date=DATE) == ()


def test_a_date_left_alone_goes_into_the_new_series_all_the_same() -> None:
    state = dated(BriefingEdited(plan_at(WAS, START + 3 * HOUR)))

    assert replan(state, at(-4), was=WAS, will=LATER, date=OTHER) == (PlacedInSeries(OTHER),)


def test_another_field_changed_by_hand_does_not_keep_a_date_from_following() -> None:
    own = replace(WAS, dress="Lễ phục", number="12/2026")
    state = dated(BriefingEdited(own))

    events = replan(state, at(-4), was=WAS, will=LATER, date=DATE)

    assert events == (BriefingEdited(plan_at(own, START + HOUR)),)


def test_what_already_is_as_it_is_to_be_needs_no_event() -> None:
    assert replan(dated(), at(-4), was=WAS, will=WAS, date=DATE) == ()
    assert replan(dated(BriefingEdited(LATER)), at(-4), was=WAS, will=WAS, date=DATE) == ()


def test_a_date_the_series_has_no_more_is_cancelled_unless_it_was_changed_by_hand() -> None:
    assert retire(dated(), at(-4), was=WAS, reason="nghỉ lễ") == (BriefingCancelled("nghỉ lễ"),)
    by_hand = dated(BriefingEdited(replace(WAS, title="Riêng")))
    assert retire(by_hand, at(-4), was=WAS, reason="") == ()
    assert retirement(by_hand, was=WAS) == Outcome(LeftBecause.BY_HAND, frozenset({"title"}))


def test_a_time_and_the_sites_differ_as_one_and_what_is_each_dates_own_does_not() -> None:
    longer = replace(WAS, ends_at=WAS.ends_at + HOUR)
    others = replace(WAS, endpoints=(THANH_HOA, CA_MAU))
    own = replace(WAS, number="1", period=Period(START.date(), START.date()))

    assert differing(WAS, longer) == {"starts_at", "ends_at"}
    assert differing(WAS, others) == {"endpoints", "names"}
    assert differing(WAS, own) == frozenset()
    assert template(own) == WAS


def test_a_briefing_becomes_the_first_date_where_the_rule_has_it() -> None:
    state = foresee(Briefing(ID), draft(Briefing(ID), at(-9), plan=WAS, date=DATE), at(-9))
    single = replace(state, series=None)

    events = begin(single, at(-4), starts_at=START + HOUR, date=DATE, edition=1)

    assert events == (BriefingEdited(LATER), PlacedInSeries(DATE))


def test_a_briefing_begins_no_second_series() -> None:
    with pytest.raises(InSeries):
        begin(dated(), at(-4), starts_at=START, date=OTHER, edition=1)


def test_a_briefing_that_has_begun_or_was_changed_meanwhile_begins_no_series() -> None:
    single = replace(dated(), series=None)
    opened = foresee(single, (BriefingScheduled(), BriefingOpened()), at(-5))
    with pytest.raises(WrongPhase):
        begin(opened, at(-4), starts_at=START, date=DATE, edition=1)
    with pytest.raises(StaleEdit):
        begin(single, at(-4), starts_at=START, date=DATE, edition=7)


def test_more_agenda_for_all_reaches_a_date_moved_by_hand() -> None:
    agenda = (AgendaItem("Quán triệt nghị quyết", 20),)
    state = dated(BriefingEdited(LATER))

    events = replan(state, at(-4), was=WAS, will=replace(WAS, agenda=agenda), date=DATE)

    assert events == (BriefingEdited(replace(LATER, agenda=agenda)),)
