"""Reminders: which mails go out before a briefing, how long before, and to whom."""

from dataclasses import dataclass
from enum import StrEnum


class LeadUnit(StrEnum):
    """What the time between a reminder and the start is counted in."""

    MINUTES = "minutes"
    DAYS = "days"  # by the office's clock: at the same hour
    WORKING_DAYS = "working_days"  # likewise; days off are not counted


class Addressee(StrEnum):
    """Whom a reminder goes to: a site's contacts by their role (`ContactRole`), and the briefing's organizer."""

    LIAISON = "liaison"
    TECHNICIAN = "technician"
    LEADER = "leader"
    CLERK = "clerk"
    ORGANIZER = "organizer"


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """One reminder, relative to the start."""

    count: int
    unit: LeadUnit
    addressees: tuple[Addressee, ...]  # in the order of `Addressee`
    on: bool = True

    @property
    def key(self) -> str:
        """Name the rule among those of one briefing: there is one for each time before the start."""
        return f"{self.count}-{self.unit}"


@dataclass(frozen=True, slots=True)
class RemindersSet:
    """Somebody has decided which reminders a briefing has."""

    rules: tuple[ReminderRule, ...] | None  # None: those of the house, whatever they become
