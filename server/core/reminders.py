"""The rules about reminders: which there may be, and until when they can be changed and sent."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from server.core import briefing as lifecycle
from server.core.errors import Conflict, Invalid, NotFound
from server.core.events import Addressee, Event, LeadUnit, ReminderRule, RemindersSet, encode
from server.core.state import Briefing

MOST_RULES: Final = 10

LONGEST: Final[Mapping[LeadUnit, int]] = MappingProxyType(
    {LeadUnit.MINUTES: 24 * 60, LeadUnit.DAYS: 60, LeadUnit.WORKING_DAYS: 40}
)
"""The longest time before the start, in each unit."""

SHORTEST_MINUTES: Final = 5
"""A mail takes its time, and so does whoever reads it."""


class TooManyReminders(Invalid):
    """There are at most 10 reminders; take one away first."""

    code = "too_many_reminders"


class SameReminderTwice(Invalid):
    """Two reminders go out the same time before the start; make one of them."""

    code = "same_reminder_twice"


class BadLeadTime(Invalid):
    """A reminder goes out 5 to 1440 minutes, 1 to 60 days or 1 to 40 working days before the start; correct it."""

    code = "bad_lead_time"


class NobodyToRemind(Invalid):
    """A reminder goes to somebody; choose one role at least, or switch the reminder off."""

    code = "nobody_to_remind"


class NoSuchReminder(NotFound):
    """This briefing has no such reminder; look at its reminders again."""

    code = "no_such_reminder"


class StaleReminders(Conflict):
    """Somebody else changed these reminders since you read them; read them again and repeat your change."""

    code = "stale_reminders"


def tag_of(rules: tuple[ReminderRule, ...] | None) -> str:
    """Name what reminders say, so that whoever changes them can tell which were read: the same words, the same name."""
    return hashlib.sha256(json.dumps(encode(rules)).encode()).hexdigest()[:16]


def require_read(rules: tuple[ReminderRule, ...] | None, read: str | None) -> None:
    """Raise StaleReminders unless these are the reminders that were read; None: they may be any."""
    if read is not None and read != tag_of(rules):
        raise StaleReminders


def check(rules: tuple[ReminderRule, ...]) -> None:
    """Raise a refusal for reminders that cannot be kept."""
    if len(rules) > MOST_RULES:
        raise TooManyReminders
    for rule in rules:
        shortest = SHORTEST_MINUTES if rule.unit is LeadUnit.MINUTES else 1
        if not shortest <= rule.count <= LONGEST[rule.unit]:
            raise BadLeadTime(rule.key)
        if not rule.addressees:
            raise NobodyToRemind(rule.key)
    if len({rule.key for rule in rules}) != len(rules):
        raise SameReminderTwice


def in_order(rules: tuple[ReminderRule, ...]) -> tuple[ReminderRule, ...]:
    """Return rules as they are kept: the longest before the start first, and whom they go to in one order."""
    rank = list(LeadUnit)[::-1].index
    ordered = (
        ReminderRule(rule.count, rule.unit, tuple(one for one in Addressee if one in rule.addressees), rule.on)
        for rule in rules
    )
    return tuple(sorted(ordered, key=lambda rule: (rank(rule.unit), -rule.count)))


def choose(
    briefing: Briefing, _now: datetime, *, rules: tuple[ReminderRule, ...] | None, read: str | None = None
) -> tuple[Event, ...]:
    """Give a briefing reminders of its own, which may be none; None: those of the house.

    `read` is the tag of those the editor had read, None to write over anything. Raises WrongPhase and StaleReminders.
    """
    lifecycle.require(briefing, "remind")
    require_read(briefing.reminders, read)
    if rules is not None:
        check(rules)
    wanted = None if rules is None else in_order(rules)
    return (RemindersSet(wanted),) if wanted != briefing.reminders else ()


def given(rules: tuple[ReminderRule, ...] | None) -> tuple[Event, ...]:
    """Give a briefing that is written down the reminders of the one it is made from; None: those of the house."""
    return () if rules is None else (RemindersSet(rules),)


def rule_of(rules: tuple[ReminderRule, ...], key: str) -> ReminderRule:
    """Return the rule of that name. Raises NoSuchReminder."""
    found = next((rule for rule in rules if rule.key == key), None)
    if found is None:
        raise NoSuchReminder(key)
    return found
