"""Which reminders a briefing may have, and until when they can be changed."""

import pytest

from server.core import reminders
from server.core.briefing import WrongPhase
from server.core.errors import UserError
from server.core.events import Addressee, BriefingClosed, ClosedBecause, LeadUnit, ReminderRule, RemindersSet
from server.core.reminders import BadLeadTime, NobodyToRemind, NoSuchReminder, SameReminderTwice, TooManyReminders
from server.core.state import Briefing
from tests.core.cast import drafted, live, opened, scheduled, then

NOBODY: tuple[Addressee, ...] = ()
LIAISON = (Addressee.LIAISON,)


def rule(count: int, unit: LeadUnit = LeadUnit.MINUTES, to: tuple[Addressee, ...] = LIAISON) -> ReminderRule:
    return ReminderRule(count, unit, to)


@pytest.mark.parametrize("briefing", [drafted(), scheduled(), opened()])
def test_choose_keeps_reminders_in_order_until_it_begins(briefing: Briefing) -> None:
    mixed = (Addressee.ORGANIZER, Addressee.LIAISON)
    wanted = (rule(15), rule(1, LeadUnit.DAYS), rule(60, to=mixed), rule(3, LeadUnit.WORKING_DAYS))

    [event] = reminders.choose(briefing, briefing.planned.starts_at, rules=wanted)

    ordered = (
        rule(3, LeadUnit.WORKING_DAYS),
        rule(1, LeadUnit.DAYS),
        rule(60, to=(Addressee.LIAISON, Addressee.ORGANIZER)),
        rule(15),
    )
    assert event == RemindersSet(ordered)
    assert then(briefing, event).reminders == ordered


@pytest.mark.parametrize("briefing", [live(), then(live(), BriefingClosed(ClosedBecause.CHAIR))])
def test_choose_after_the_beginning_is_refused(briefing: Briefing) -> None:
    with pytest.raises(WrongPhase):
        reminders.choose(briefing, briefing.planned.starts_at, rules=())


def test_choose_tells_none_from_those_of_the_house_and_the_same_again_from_a_change() -> None:
    briefing = scheduled()
    now = briefing.planned.starts_at

    assert reminders.choose(briefing, now, rules=None) == ()
    [none] = reminders.choose(briefing, now, rules=())
    without = then(briefing, none)
    assert (without.reminders, without.edition) == ((), briefing.edition)
    assert reminders.choose(without, now, rules=()) == ()
    assert reminders.choose(without, now, rules=None) == (RemindersSet(None),)


@pytest.mark.parametrize(
    ("rules", "refusal"),
    [
        ((rule(4),), BadLeadTime),
        ((rule(1441),), BadLeadTime),
        ((rule(0, LeadUnit.DAYS),), BadLeadTime),
        ((rule(61, LeadUnit.DAYS),), BadLeadTime),
        ((rule(41, LeadUnit.WORKING_DAYS),), BadLeadTime),
        ((rule(60, to=NOBODY),), NobodyToRemind),
        ((rule(60), rule(60, to=(Addressee.CLERK,))), SameReminderTwice),
        (tuple(rule(minutes) for minutes in range(5, 16)), TooManyReminders),
    ],
)
def test_check_refuses_what_cannot_be_kept(rules: tuple[ReminderRule, ...], refusal: type[UserError]) -> None:
    with pytest.raises(refusal):
        reminders.check(rules)


def test_check_takes_the_longest_and_the_shortest() -> None:
    reminders.check(
        (rule(5), rule(1440), rule(1, LeadUnit.DAYS), rule(60, LeadUnit.DAYS), rule(40, LeadUnit.WORKING_DAYS))
    )


def test_rule_of_another_name_is_refused() -> None:
    assert reminders.rule_of((rule(60), rule(15)), "15-minutes") == rule(15)
    with pytest.raises(NoSuchReminder):
        reminders.rule_of((rule(60),), "15-minutes")
