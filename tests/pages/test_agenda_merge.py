"""Two versions of one agenda brought together: nothing is lost, and both people come to the same."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import example, given, settings
from hypothesis import strategies as st
from playwright.async_api import Browser, Page

from server.web.pages.static_files import static
from tests.pages.conftest import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

Item = dict[str, Any]
Agenda = list[Item]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def merger(site: Site, browser: Browser) -> AsyncIterator[Page]:
    """A page that has the module: its functions keep nothing."""
    page = await browser.new_page(base_url=site.url)
    await page.goto("/sign-in")
    await page.evaluate(f"import('{static('js/plan/agenda_merge.js')}').then((m) => {{ globalThis.m = m; }})")
    yield page
    await page.close()


async def merged(page: Page, base: Agenda, mine: Agenda, theirs: Agenda) -> tuple[Agenda, list[str]]:
    """Bring two agendas together that both began with `base`."""
    found = await page.evaluate("([base, mine, theirs]) => m.mergeAgendas(base, mine, theirs)", [base, mine, theirs])
    return found["items"], found["conflicts"]


def agenda(text: str) -> Agenda:
    """Make an agenda of items written as their id, or `id=title`, or `id=title/minutes`."""
    return [_item(*word.partition("=")[::2]) for word in text.split()]


def _item(name: str, words: str) -> Item:
    title, _, minutes = words.partition("/")
    return {
        "id": name,
        "title": title or name,
        "minutes": int(minutes or 5),
        "kind": "discussion",
        "endpoint": None,
        "speakers": [],
        "document": "",
    }


def written(items: Agenda) -> str:
    """Write an agenda as `agenda` reads it."""
    return " ".join(map(_word, items))


def _word(item: Item) -> str:
    title, minutes = item["title"], "" if item["minutes"] == 5 else f"/{item['minutes']}"
    return item["id"] if title == item["id"] and not minutes else f"{item['id']}={title}{minutes}"


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        ("a b c", "a=A b c", "a b c=C", ("a=A b c=C", [])),
        ("a b", "a=A b", "a=a/9 b", ("a=A/9 b", [])),
        ("a b", "a x b", "a y b", ("a x y b", [])),
        ("a b c", "b c", "a b", ("b", [])),
        ("a b c d e", "a e b c d", "b a c d e", ("b a e c d", [])),
        ("a b c", "c a b", "a b=B c", ("c a b=B", [])),
        ("a b", "b a", "b a", ("b a", [])),
        ("a", "a x", "a x", ("a x", [])),
        ("a b", "a=A b", "a=Á b", ("a=A b", ["agenda:a:title"])),
        ("a b", "a=A b", "b", ("a=A b", ["agenda:a"])),
        ("a b", "b", "a=a/9 b", ("b", ["agenda:a"])),
        ("a b c d", "b c a d", "b c d a", ("b c a d", ["agenda"])),
    ],
)
async def test_agendas_are_merged_item_by_item(
    merger: Page, base: str, mine: str, theirs: str, expected: tuple[str, list[str]]
) -> None:
    items, conflicts = await merged(merger, agenda(base), agenda(mine), agenda(theirs))

    assert (written(items), conflicts) == expected


@pytest.mark.parametrize(
    ("mine", "theirs", "place", "result"),
    [
        ("a=A/9 b", "a=Á b", "agenda:a:title", "a=Á/9 b"),
        ("a=A b", "b", "agenda:a", "b"),
        ("b", "x a=a/9 b", "agenda:a", "a=a/9 b"),
        ("a b c x", "c b a", "agenda", "c b a x"),
    ],
)
async def test_what_another_wrote_is_taken_at_one_place(
    merger: Page, mine: str, theirs: str, place: str, result: str
) -> None:
    versions = [agenda(mine), agenda(theirs), place]
    found = await merger.evaluate("([mine, theirs, place]) => m.taken(mine, theirs, place)", versions)
    left = await merger.evaluate("([mine, theirs, place]) => m.differAt(mine, theirs, place)", [found, *versions[1:]])

    assert (written(found), left) == (result, False)


items = st.builds(
    lambda name, title, minutes: _item(name, f"{title}/{minutes}"),
    st.sampled_from("abcdef"),
    st.sampled_from("PQ"),
    st.sampled_from([5, 9]),
)
agendas = st.lists(items, max_size=6, unique_by=lambda item: item["id"])


def known(items: Agenda) -> dict[str, Item]:
    """Return items by their ids."""
    return {item["id"]: item for item in items}


def may_go(name: str, base: Agenda, mine: Agenda, theirs: Agenda) -> bool:
    """Whether an item was taken off by one, and left as it was by the other."""
    was, own, other = known(base).get(name), known(mine).get(name), known(theirs).get(name)
    return was is not None and (own is None or other is None) and (own or other or was) == was


@settings(deadline=None, max_examples=200)
@given(base=agendas, mine=agendas, theirs=agendas)
@example(base=agenda("c b"), mine=agenda("b c=c/9 a"), theirs=agenda("a b"))
async def test_nothing_is_lost_whoever_merges(merger: Page, base: Agenda, mine: Agenda, theirs: Agenda) -> None:
    result, conflicts = await merged(merger, base, mine, theirs)
    mirrored, same_conflicts = await merged(merger, base, theirs, mine)
    again = await merged(merger, theirs, result, theirs)

    open_items = {place.split(":")[1] for place in conflicts if ":" in place}
    names = {item["id"] for item in (*base, *mine, *theirs)}
    assert {name for name in names - known(result).keys() if not may_go(name, base, mine, theirs)} <= open_items
    assert sorted(conflicts) == sorted(same_conflicts)
    assert conflicts or json.dumps(result, sort_keys=True) == json.dumps(mirrored, sort_keys=True)
    assert again == (result, [])


@settings(deadline=None, max_examples=100)
@given(base=agendas, mine=agendas)
async def test_what_one_alone_made_of_it_is_the_result(merger: Page, base: Agenda, mine: Agenda) -> None:
    for versions in ((base, mine, base), (base, base, mine), (base, mine, mine)):
        assert await merged(merger, *versions) == (mine, [])
