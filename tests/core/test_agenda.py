"""Where agenda items are after the agenda has been written anew."""

import pytest

from server.core.agenda import followed, place_of
from server.core.events import AgendaItem


def agenda(titles: str) -> tuple[AgendaItem, ...]:
    """Make an agenda of one item for each letter."""
    return tuple(AgendaItem(title, 5) for title in titles)


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("abc", "abc", {0: 0, 1: 1, 2: 2}),
        ("abc", "cab", {0: 1, 1: 2, 2: 0}),
        ("abc", "xbcy", {1: 1, 2: 2}),
        ("aba", "a", {0: 0}),
        ("aba", "xxa", {2: 2}),
        ("aab", "baa", {0: 2, 1: 1, 2: 0}),
        ("abc", "", {}),
        ("", "abc", {}),
    ],
)
def test_items_are_followed_by_their_titles(before: str, after: str, places: dict[int, int]) -> None:
    assert followed(agenda(before), agenda(after)) == places


@pytest.mark.parametrize(
    ("index", "after", "place"),
    [
        (None, "abc", None),
        (1, "bac", 0),
        (1, "aXc", 1),
        (1, "ac", None),
        (2, "ab", None),
        (0, "Xbc", 0),
    ],
)
def test_a_place_follows_its_item_and_stays_where_that_got_another_title(
    index: int | None, after: str, place: int | None
) -> None:
    assert place_of(index, agenda("abc"), agenda(after)) == place
