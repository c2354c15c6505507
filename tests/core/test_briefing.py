"""The lifecycle: every move from every phase, and the agenda's place."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from server.core import briefing as life
from server.core import plan as rules
from server.core.events import (
    AgendaMoved,
    BriefingCancelled,
    BriefingClosed,
    BriefingDrafted,
    BriefingEdited,
    BriefingKind,
    BriefingOpened,
    BriefingScheduled,
    BriefingStarted,
    CheckIn,
    Classification,
    ClosedBecause,
    EndpointCheckedIn,
    EndpointLeft,
    EndpointsMarkedLate,
    Event,
    LeftBecause,
    PublishingStarted,
    PublishingStopped,
    RehearsalBegan,
    TurnEnded,
    TurnEndedBecause,
)
from server.core.ids import HUB, RosterName
from server.core.state import Briefing, Phase
from server.core.text import BrokenText
from tests.core.cast import (
    CA_MAU,
    DESK,
    FIRST,
    HA_NOI,
    THANH_HOA,
    at,
    drafted,
    fresh,
    joined,
    live,
    opened,
    plan,
    scheduled,
    speaking,
    then,
    waiting,
)

CLOSED = then(live(), BriefingClosed(ClosedBecause.CHAIR), when=at(100))
CANCELLED = then(scheduled(), BriefingCancelled("bão"), when=at(-100))
IN_PHASE = {
    Phase.DRAFT: drafted(),
    Phase.SCHEDULED: scheduled(),
    Phase.REHEARSAL: then(scheduled(), RehearsalBegan(1, at(-3600)), when=at(-7200)),
    Phase.OPEN: opened(),
    Phase.LIVE: live(),
    Phase.CLOSED: CLOSED,
    Phase.CANCELLED: CANCELLED,
}
MOVES: dict[str, Callable[[Briefing, datetime], tuple[Event, ...]]] = {
    "edit": partial(life.edit, plan=plan(title="Giao ban tháng 12")),
    "schedule": life.schedule,
    "open": life.open_,
    "start": life.start,
    "close": life.close,
    "cancel": life.cancel,
    "agenda": partial(life.move_agenda, index=1),
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("phase", Phase)
def test_a_move_starts_from_its_legal_phases_and_no_other(move: str, phase: Phase) -> None:
    if phase in life.LEGAL[move]:
        assert MOVES[move](IN_PHASE[phase], at(0))
        return
    with pytest.raises(life.WrongPhase):
        MOVES[move](IN_PHASE[phase], at(0))


def test_a_whole_life_passes_through_its_phases() -> None:
    briefing = fresh()
    phases = []
    for move in (partial(life.draft, plan=plan()), life.schedule, life.open_, life.start, life.close):
        briefing = then(briefing, *move(briefing, at(0)))
        phases.append(briefing.phase)

    assert phases == [Phase.DRAFT, Phase.SCHEDULED, Phase.OPEN, Phase.LIVE, Phase.CLOSED]


def test_draft_writes_down_the_plan_once() -> None:
    assert life.draft(fresh(), at(0), plan=plan()) == (BriefingDrafted(plan()),)
    with pytest.raises(life.WrongPhase):
        life.draft(drafted(), at(0), plan=plan())


def test_edit_keeps_the_whole_plan_and_counts_its_editions() -> None:
    later = plan(title="Giao ban tháng 12")

    events = life.edit(drafted(), at(0), plan=later, edition=1)
    after = then(drafted(), *events)

    assert events == (BriefingEdited(later),)
    assert (after.plan, after.edition) == (later, 2)


def test_edit_without_a_change_changes_nothing() -> None:
    assert life.edit(drafted(), at(0), plan=plan()) == ()


def test_edit_of_a_plan_that_changed_since_it_was_read_is_refused() -> None:
    edited = then(drafted(), BriefingEdited(plan(title="Giao ban tháng 12")))

    with pytest.raises(life.StaleEdit):
        life.edit(edited, at(0), plan=plan(title="Khác"), edition=1)


@pytest.mark.parametrize(
    "taking_part",
    [
        joined(live(), HA_NOI),
        then(live(), EndpointLeft(HA_NOI, DESK, LeftBecause.CLOSED)),
        then(live(), PublishingStarted(HA_NOI, FIRST)),
        then(live(), EndpointCheckedIn(HA_NOI, CheckIn("Ông Minh", (), 1), 1)),
        waiting(HA_NOI),
        speaking(HA_NOI),
    ],
)
@pytest.mark.parametrize("changes", [{"endpoints": (THANH_HOA, CA_MAU)}, {"roster": RosterName("34")}])
def test_edit_never_loses_a_site_that_takes_part(taking_part: Briefing, changes: dict[str, Any]) -> None:
    with pytest.raises(life.EndpointTakesPart) as refusal:
        life.edit(taking_part, at(50), plan=plan(**changes))
    assert refusal.value.detail == HA_NOI


def test_edit_may_take_off_a_site_that_is_merely_late() -> None:
    late = then(live(), EndpointsMarkedLate((HA_NOI,)))
    without = plan(endpoints=(THANH_HOA, CA_MAU))

    assert life.edit(late, at(50), plan=without) == (BriefingEdited(without),)


def test_edit_of_a_published_briefing_keeps_it_possible() -> None:
    with pytest.raises(rules.NoEndpoints):
        life.edit(scheduled(), at(0), plan=plan(endpoints=()))
    with pytest.raises(rules.AlreadyOver):
        life.edit(live(), at(600), plan=plan(ends_at=at(600)))
    assert life.edit(drafted(), at(600), plan=plan(endpoints=(), ends_at=at(600)))


def test_edit_in_overtime_may_leave_the_end_as_it_is() -> None:
    later = plan(title="Giao ban kéo dài")

    assert life.edit(live(), at(9000), plan=later) == (BriefingEdited(later),)


def test_an_agenda_shortened_below_its_place_has_no_place_any_more() -> None:
    before = then(live(), AgendaMoved(1))

    kept = then(before, *life.edit(before, at(50), plan=plan(title="Khác")))
    cut = then(before, *life.edit(before, at(50), plan=plan(agenda=plan().agenda[:1])))

    assert (kept.agenda_index, cut.agenda_index) == (1, None)


def test_schedule_needs_endpoints_and_an_end_to_come() -> None:
    assert life.schedule(drafted(), at(7199)) == (BriefingScheduled(),)
    with pytest.raises(rules.NoEndpoints):
        life.schedule(drafted(endpoints=()), at(0))
    with pytest.raises(rules.AlreadyOver):
        life.schedule(drafted(), at(7200))


def test_a_state_secret_is_neither_written_nor_published_without_a_certificate() -> None:
    secret = plan(classification=Classification.SECRET)
    kept = then(fresh(), BriefingDrafted(secret))

    with pytest.raises(rules.NotCertified):
        life.draft(fresh(), at(0), plan=secret)
    with pytest.raises(rules.NotCertified):
        life.edit(drafted(), at(0), plan=secret)
    with pytest.raises(rules.NotCertified):
        life.schedule(kept, at(0))
    assert life.draft(fresh(), at(0), plan=secret, certified=True) == (BriefingDrafted(secret),)
    assert life.edit(drafted(), at(0), plan=secret, certified=True) == (BriefingEdited(secret),)
    assert life.schedule(kept, at(0), certified=True) == (BriefingScheduled(),)
    assert life.edit(kept, at(0), plan=plan()) == (BriefingEdited(plan()),)


def test_a_state_secret_that_another_service_took_is_neither_opened_nor_begun() -> None:
    kept = then(fresh(), BriefingDrafted(plan(classification=Classification.SECRET)), BriefingScheduled())
    lobby = then(kept, BriefingOpened())

    with pytest.raises(rules.NotCertified):
        life.open_(kept, at(0))
    with pytest.raises(rules.NotCertified):
        life.start(lobby, at(0))
    assert BriefingOpened() in life.open_(kept, at(0), certified=True)
    assert BriefingStarted() in life.start(lobby, at(0), certified=True)


def test_the_kind_stays_what_it_was_when_the_lobby_opened() -> None:
    review = plan(kind=BriefingKind.YEAR_REVIEW)

    assert life.edit(scheduled(), at(0), plan=review) == (BriefingEdited(review),)
    for running in (opened(), live()):
        with pytest.raises(life.KindFixed):
            life.edit(running, at(0), plan=review)


def test_open_opens_the_lobby() -> None:
    assert life.open_(scheduled(), at(-1800)) == (BriefingOpened(),)
    assert opened().opened_at == at(-1800)


def test_start_begins_on_the_first_item_unless_the_chair_is_past_it() -> None:
    assert life.start(opened(), at(0)) == (BriefingStarted(), AgendaMoved(0))
    assert life.start(then(opened(), AgendaMoved(1)), at(0)) == (BriefingStarted(),)
    assert life.start(opened(agenda=()), at(0)) == (BriefingStarted(),)


def full(briefing: Briefing) -> Briefing:
    """Everybody there is: a site connected and publishing, the hub publishing."""
    return then(joined(briefing, HA_NOI), PublishingStarted(HA_NOI, FIRST), PublishingStarted(HUB, FIRST))


def test_close_ends_everything() -> None:
    before = full(speaking(HA_NOI, CA_MAU))

    events = life.close(before, at(3600), reason=ClosedBecause.HARD_END)
    after = then(before, *events, when=at(3600))

    assert events == (
        TurnEnded(HA_NOI, at(30), at(3600), TurnEndedBecause.CLOSED, "Ông Minh", "Lũ lụt"),
        PublishingStopped(HUB, FIRST, "closed"),
        PublishingStopped(HA_NOI, FIRST, "closed"),
        EndpointLeft(HA_NOI, DESK, LeftBecause.CLOSED),
        BriefingClosed(ClosedBecause.HARD_END),
    )
    assert (after.phase, after.ended_at, after.hub_media) == (Phase.CLOSED, at(3600), None)
    assert (after.floor.turn, after.floor.queue, len(after.floor.past)) == (None, (), 1)
    assert not after.site(HA_NOI).here


def test_cancel_in_the_lobby_ends_everything_too() -> None:
    before = full(opened())

    events = life.cancel(before, at(-60), reason="bão")
    after = then(before, *events, when=at(-60))

    assert events[-1] == BriefingCancelled("bão")
    assert (after.phase, after.ended_at, after.hub_media) == (Phase.CANCELLED, at(-60), None)
    assert not after.site(HA_NOI).here


def test_cancel_with_a_broken_reason_is_refused() -> None:
    with pytest.raises(BrokenText):
        life.cancel(scheduled(), at(0), reason="\0")


def test_move_agenda_goes_to_an_item_that_exists() -> None:
    assert life.move_agenda(live(), at(5), index=1) == (AgendaMoved(1),)
    assert life.move_agenda(then(live(), AgendaMoved(1)), at(5), index=1) == ()


@pytest.mark.parametrize("index", [-1, 2, 10**9])
def test_move_agenda_elsewhere_is_refused(index: int) -> None:
    with pytest.raises(life.NoSuchItem):
        life.move_agenda(live(), at(5), index=index)


def test_mark_late_names_once_those_that_have_not_checked_in() -> None:
    before = then(live(), EndpointCheckedIn(THANH_HOA, CheckIn("Bà Hoa", (), 1), 1))

    events = life.mark_late(before, at(0))
    after = then(before, *events)

    assert events == (EndpointsMarkedLate((HA_NOI, CA_MAU)),)
    assert [after.site(code).late for code in (HA_NOI, THANH_HOA, CA_MAU)] == [True, False, True]
    assert life.mark_late(after, at(60)) == ()


def test_nobody_is_late_before_the_lobby_opens() -> None:
    assert life.mark_late(scheduled(), at(0) + timedelta(days=1)) == ()
