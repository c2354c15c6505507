"""The line checks' state: what each site found last, what was asked for since, and what was decided of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.ids import EndpointCode

LATELY = timedelta(hours=1)
"""A check so short before a rehearsal is as good as one in it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A check that was made."""

    at: datetime
    event: e.LineChecked


@dataclass(frozen=True, slots=True)
class GoDecision:
    """What was decided over all lines, and stands."""

    at: datetime
    event: e.GoDecided


@dataclass(frozen=True, slots=True)
class LineChecks:
    """Everything about the lines that was found before the meeting."""

    latest: Mapping[EndpointCode, Checked] = field(default_factory=lambda: MappingProxyType({}))
    asked: Mapping[EndpointCode, datetime] = field(default_factory=lambda: MappingProxyType({}))
    since: datetime | None = None  # what anybody found before is too old, whoever was asked
    decision: GoDecision | None = None

    def needed_since(self, endpoint: EndpointCode) -> datetime | None:
        """Return from when on a check of a site counts; None: every one does."""
        moments = [moment for moment in (self.since, self.asked.get(endpoint)) if moment is not None]
        return max(moments, default=None)


def _checked(checks: LineChecks, event: e.LineChecked, at: datetime) -> LineChecks:
    return replace(checks, latest=MappingProxyType({**checks.latest, event.endpoint: Checked(at, event)}))


def _asked(checks: LineChecks, event: e.LineCheckAsked, at: datetime) -> LineChecks:
    return replace(checks, asked=MappingProxyType({**checks.asked, event.endpoint: at}))


def _decided(checks: LineChecks, event: e.GoDecided, at: datetime) -> LineChecks:
    return replace(checks, decision=GoDecision(at, event))


def _rehearsal_began(checks: LineChecks, _event: e.RehearsalBegan, at: datetime) -> LineChecks:
    """A rehearsal is there to look again: older checks do not count, and neither does what was decided by them."""
    return replace(checks, since=at - LATELY, decision=None)


MOVES: Mapping[type, Callable[[LineChecks, Any, datetime], LineChecks]] = MappingProxyType(
    {
        e.LineChecked: _checked,
        e.LineCheckAsked: _asked,
        e.GoDecided: _decided,
        e.RehearsalBegan: _rehearsal_began,
    }
)
