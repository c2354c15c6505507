"""The agenda: where its items are after it has been written anew."""

from collections.abc import Sequence

from server.core.events import AgendaItem


def followed(before: Sequence[AgendaItem], after: Sequence[AgendaItem]) -> dict[int, int]:
    """Return the places of the items that are on both agendas, by their former places.

    An item is known by its title; of several with one title, those that stayed where they were come first.
    """
    found = {place: place for place in range(min(len(before), len(after))) if before[place].title == after[place].title}
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
