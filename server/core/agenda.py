"""The agenda: which item is which, and where each is after it has been written anew."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, count

from server.core.events import AgendaItem


def identified(
    items: Sequence[AgendaItem], before: Sequence[AgendaItem] = (), *, edition: int = 0
) -> tuple[AgendaItem, ...]:
    """Return the items, each with an id that no other has.

    An item that comes without one has that of the item it was `before`; a new one gets an id that is made of the
    edition in which it was written. Items of journals from before there were ids are counted as those of edition 0.
    """
    were = identified(before) if before else ()
    came = {new: were[place].id for place, new in followed(were, items).items()}
    known = {item.id for item in (*were, *items)}
    made = (name for number in count(1) if (name := f"{edition}.{number}") not in known)
    given: dict[str, AgendaItem] = {}
    for place, item in enumerate(items):
        name = next(one for one in chain((item.id, came.get(place, "")), made) if one and one not in given)
        given[name] = replace(item, id=name)
    return tuple(given.values())


def followed(before: Sequence[AgendaItem], after: Sequence[AgendaItem]) -> dict[int, int]:
    """Return the places of the items that are on both agendas, by their former places.

    An item is known by its id, else by its title; of several with one title, those that stayed where they were come
    first.
    """
    by_id = {item.id: new for new, item in enumerate(after) if item.id}
    found = {place: by_id[item.id] for place, item in enumerate(before) if item.id in by_id}
    for place in range(min(len(before), len(after))):
        if place not in found and place not in found.values() and before[place].title == after[place].title:
            found[place] = place
    for place, item in enumerate(before):
        free = (new for new, other in enumerate(after) if other.title == item.title and new not in found.values())
        if place not in found and (new := next(free, None)) is not None:
            found[place] = new
    return found


def place_of(index: int | None, before: Sequence[AgendaItem], after: Sequence[AgendaItem]) -> int | None:
    """Return where an item is now; None when it was taken off. With another title it is where it was."""
    places = followed(before, after)
    if index is None or index in places:
        return None if index is None else places[index]
    return index if index < len(after) and index not in places.values() else None
