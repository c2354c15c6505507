"""Expected delegates: which positions an endpoint is to send to a briefing, in their order, and who was announced."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.core.errors import Invalid
from server.core.events import Delegate, ExpectedDelegates, Plan
from server.core.ids import EndpointCode
from server.core.text import require_whole

MOST_LISTS: Final = 50
MOST_POSITIONS: Final = 30
LONGEST_POSITION: Final = 200
"""Characters, as at the check-in."""


@dataclass(frozen=True, slots=True)
class DefaultList:
    """Whom new briefings of a roster expect of some endpoints, or of those that belong to a group by then."""

    positions: tuple[str, ...]
    endpoints: tuple[EndpointCode, ...] = ()  # none: every endpoint that no other list names; of a group: its last ones
    group: str | None = None  # a group's id, or a region's name


class BadExpected(Invalid):
    """Expected delegates are at most 50 lists of 1 to 30 positions, of at most 200 characters each; correct them."""

    code = "bad_expected"


def check(lists: Sequence[ExpectedDelegates | DefaultList]) -> None:
    """Raise a refusal for lists that cannot be kept."""
    positions = [position for one in lists for position in one.positions]
    require_whole(*positions)
    in_bounds = len(lists) <= MOST_LISTS and all(1 <= len(one.positions) <= MOST_POSITIONS for one in lists)
    if not in_bounds or not all(position.strip() and len(position) <= LONGEST_POSITION for position in positions):
        raise BadExpected


def of(plan: Plan, endpoint: EndpointCode) -> tuple[str, ...]:
    """Return the positions an endpoint is to send: by the first list that names it, else by the one for everybody."""
    own = (one.positions for one in plan.expected if endpoint in one.endpoints)
    others = (one.positions for one in plan.expected if not one.endpoints)
    return next(own, next(others, ()))


def offered(positions: Sequence[str], announced: Sequence[Delegate]) -> tuple[Delegate, ...]:
    """Return the lines a check-in begins with, nobody who was announced left out.

    Of each position, in the order of the plan, whoever was announced for it, else a line without a name; then, in their
    order, those who were announced and hold none of these positions.
    """
    left, lines = list(announced), list[Delegate]()
    for position in positions:
        wanted = _stacked(position)
        found = next((one for one in left if _folded(wanted) <= _folded(one.positions)), None)
        if found is not None:
            left.remove(found)
        lines.append(found or Delegate("", wanted))
    return (*lines, *left)


def _stacked(position: str) -> tuple[str, ...]:
    """Split what was written into the positions that it names, as pages do."""
    return tuple(part.strip() for part in re.split("[,;]", position) if part.strip())


def _folded(positions: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(one.split()).casefold() for one in positions)
