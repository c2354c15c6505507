"""What was on the agenda, and when the chair came to it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from server.core.events import AgendaItem, AgendaMoved, BriefingDrafted, BriefingEdited, ItemKind, Plan
from server.core.ids import EndpointCode
from server.core.journal import Entry


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """One item of the latest agenda."""

    number: int  # 1, 2, 3, ... in the agenda's order
    title: str
    kind: ItemKind
    minutes: int  # planned
    endpoint: EndpointCode | None  # the site that presents it, if one does
    name: str  # of that site
    begun_at: datetime | None  # the first time; None: the chair never came to it


def agenda(entries: Iterable[Entry], names: Callable[[EndpointCode], str]) -> tuple[AgendaPoint, ...]:
    """Return the latest agenda in its order; an item that was changed after it had begun counts as another one."""
    plan: Plan | None = None
    begun: dict[tuple[int, AgendaItem], datetime] = {}
    for entry in entries:
        match entry.event:
            case BriefingDrafted() | BriefingEdited() as event:
                plan = event.plan
            case AgendaMoved(index) if plan is not None:
                begun.setdefault((index, plan.agenda[index]), entry.at)
    items = enumerate(plan.agenda if plan else ())
    return tuple(_point(place, item, names, begun.get((place, item))) for place, item in items)


def _point(
    place: int, item: AgendaItem, names: Callable[[EndpointCode], str], begun_at: datetime | None
) -> AgendaPoint:
    name = names(item.endpoint) if item.endpoint else ""
    return AgendaPoint(place + 1, item.title, item.kind, item.minutes, item.endpoint, name, begun_at)
