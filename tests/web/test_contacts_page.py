"""What the page of contacts shows of many: whole endpoints, a bounded number of rows, and what is looked for."""

import pytest

from endpoints.rosters import load
from server.core.contacts import Contact, ContactRole
from server.core.ids import HUB, ContactId, EndpointCode, RosterName
from server.web.pages.contacts import MOST_ROWS, Chosen, found, paged, places_of

ROSTER = RosterName("63")
CODES = [HUB, *(EndpointCode(unit.code) for unit in load("63").units)]
PEOPLE = ("Lê Thị Liên", "Nguyễn Hoà", "Phạm Cường")


def contact(code: EndpointCode, number: int) -> Contact:
    role = ContactRole.LIAISON if number else ContactRole.CLERK
    name, address = PEOPLE[number % 3], f"{number}@{code}.gov.vn"
    return Contact(ContactId(f"{code}-{number}"), ROSTER, code, name, "", address, "", (role,), "vi")


def of_each(many: int) -> list[Contact]:
    """So many contacts at each endpoint but Cà Mau, which has none."""
    return [contact(code, number) for code in CODES for number in range(many) if code != "96"]


def shown(many: int, **asked: str) -> list[tuple[EndpointCode, int]]:
    """Return the endpoints that are shown on all pages, each with how many of its contacts."""
    pages = paged(found(places_of(load("63"), of_each(many)), Chosen(**asked)))
    return [(place.code, len(place.found)) for one in pages for place in one]


def test_pages_of_many_contacts_are_bounded_and_have_every_endpoint_once() -> None:
    pages = list(paged(places_of(load("63"), of_each(15))))

    assert [place.code for one in pages for place in one] == CODES
    rows = [sum(1 + len(place.found) for place in one) for one in pages]
    assert sum(rows) == len(CODES) + len(of_each(15))
    assert max(rows) <= MOST_ROWS
    assert min(rows[:-1]) > MOST_ROWS - 16


def test_usual_roster_is_one_page() -> None:
    assert len(list(paged(places_of(load("63"), of_each(3))))) == 1


def test_endpoint_with_more_rows_than_a_page_is_a_page() -> None:
    many = [contact(HUB, number) for number in range(MOST_ROWS + 1)]

    assert [len(one) for one in paged(places_of(load("63"), many))] == [1, len(CODES) - 1]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "thanh hoa nguyen"}, [("38", 1)]),
        ({"q": "2@38"}, [("38", 1)]),
        ({"q": "trung tam", "show": "clerk"}, [("hub", 1)]),
        ({"q": "ca mau"}, [("96", 0)]),
        ({"show": "uninvited"}, [("96", 0)]),
        ({"show": "leader"}, []),
        ({"q": "atlantis"}, []),
    ],
)
def test_words_and_roles_are_looked_for_everywhere(
    asked: dict[str, str], expected: list[tuple[EndpointCode, int]]
) -> None:
    assert shown(3, **asked) == expected
