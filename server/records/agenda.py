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
    """One item of the latest agenda."""

    number: int  # 1, 2, 3, ... in the agenda's order
    title: str
    kind: ItemKind
    minutes: int  # planned
    endpoint: EndpointCode | None  # the site that presents it, if one does
    name: str  # of that site
    begun_at: datetime | None  # the first time; None: the chair never came to it
    document: str = ""  # the reference of what it was about


def agenda(entries: Iterable[Entry], names: Callable[[EndpointCode], str]) -> tuple[AgendaPoint, ...]:
    """Return the latest agenda in its order; an item that got another title after it had begun is another one."""
    items: Sequence[AgendaItem] = ()
    begun: dict[int, datetime] = {}  # by place
    for entry in entries:
        match entry.event:
            case BriefingDrafted() | BriefingEdited() as event:
                places = followed(items, event.plan.agenda)
                begun = {places[place]: since for place, since in begun.items() if place in places}
                items = event.plan.agenda
            case AgendaMoved(index) if index < len(items):
                begun.setdefault(index, entry.at)
    return tuple(_point(place, item, names, begun.get(place)) for place, item in enumerate(items))


def _point(
    place: int, item: AgendaItem, names: Callable[[EndpointCode], str], begun_at: datetime | None
) -> AgendaPoint:
    name = names(item.endpoint) if item.endpoint else ""
    return AgendaPoint(place + 1, item.title, item.kind, item.minutes, item.endpoint, name, begun_at, item.document)
