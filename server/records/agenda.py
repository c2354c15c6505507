"""What was on the agenda, and when the chair came to it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.core.agenda import followed
from server.core.events import AgendaItem, AgendaMoved, BriefingDrafted, BriefingEdited, ItemKind
from server.core.ids import EndpointCode
from server.core.journal import Entry


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """One item of the latest agenda, or one that was taken off it after it had begun."""

    number: int  # 1, 2, 3, ... in the agenda's order; 0: it was taken off
    title: str
    kind: ItemKind
    minutes: int  # planned
    endpoint: EndpointCode | None  # the site that presents it, if one does
    name: str  # of that site
    begun_at: datetime | None  # the first time; None: the chair never came to it
    document: str = ""  # the reference of what it was about


def agenda(entries: Iterable[Entry], names: Callable[[EndpointCode], str]) -> tuple[AgendaPoint, ...]:
    """Return the latest agenda in its order, then what was taken off it after it had begun, in the order it was."""
    items: Sequence[AgendaItem] = ()
    begun: dict[int, datetime] = {}  # by place
    taken_off: list[AgendaPoint] = []
    for entry in entries:
        match entry.event:
            case BriefingDrafted() | BriefingEdited() as event:
                places = followed(items, event.plan.agenda)
                gone = sorted(begun.keys() - places.keys())
                taken_off += [_point(0, items[place], names, begun[place]) for place in gone]
                begun = {places[place]: since for place, since in begun.items() if place in places}
                items = event.plan.agenda
            case AgendaMoved(index) if index < len(items):
                begun.setdefault(index, entry.at)
    points = [_point(number, item, names, begun.get(number - 1)) for number, item in enumerate(items, start=1)]
    return (*points, *taken_off)


def _point(
    number: int, item: AgendaItem, names: Callable[[EndpointCode], str], begun_at: datetime | None
) -> AgendaPoint:
    name = names(item.endpoint) if item.endpoint else ""
    return AgendaPoint(number, item.title, item.kind, item.minutes, item.endpoint, name, begun_at, item.document)
