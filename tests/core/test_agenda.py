"""Where agenda items are after the agenda has been written anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.agenda import followed, identified, place_of
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


def named(text: str) -> tuple[AgendaItem, ...]:
    """Make an agenda of items written as `title` or `title#id`."""
    parts = (word.partition("#") for word in text.split())
    return tuple(AgendaItem(title, 5, id=name) for title, _, name in parts)


def test_items_are_followed_by_their_ids_whatever_they_are_called_now() -> None:
    assert followed(named("a#1 a#2 b#3"), named("a#2 c#3 a#1")) == {0: 2, 1: 0, 2: 1}


@pytest.mark.parametrize(
    ("before", "after", "ids"),
    [
        ("", "a b", "0.1 0.2"),
        ("a b", "b c", "0.2 7.1"),  # of a journal from before there were ids
        ("a#x b#y", "b a c", "y x 7.1"),
        ("a#x b#y", "a#z B#y b", "z y 7.1"),
        ("a#x", "a#x a#x b#7.1", "x 7.2 7.1"),
    ],
)
def test_every_item_has_an_id_of_its_own_that_stays(before: str, after: str, ids: str) -> None:
    given = identified(named(after), named(before), edition=7 if before else 0)
    assert [item.id for item in given] == ids.split()


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y", "3.1"])), max_size=6),
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "x", "y", "3.1"])), max_size=6),
)
def test_no_two_items_share_an_id_and_the_same_again_changes_none(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    were, are = ([AgendaItem(title, 5, id=name) for title, name in items] for items in (before, after))

    once = identified(are, were, edition=3)
    ids = [item.id for item in once]

    assert len(set(ids)) == len(ids)
    assert "" not in ids
    assert [item.id for item in identified(once, were, edition=9)] == ids
