"""A table of contacts: what each line would come to, and what is wrong in it."""

from dataclasses import replace
from itertools import count

import pytest

from endpoints.rosters import load
from server.core.contacts import (
    BadContactName,
    BadContactPhone,
    Contact,
    ContactRole,
    NotReachable,
    TooManyContacts,
    UnknownLanguage,
)
from server.core.errors import UserError
from server.core.ids import HUB, ContactId, EndpointCode, RosterName
from server.web.contact_import import (
    AddressDoubled,
    ContactImport,
    NoSuchEndpoint,
    OtherEndpoint,
    UnknownContactRole,
    prepare,
)

ROSTER = load("63")
LIEN = Contact(
    id=ContactId("lien"),
    roster=RosterName("63"),
    endpoint=EndpointCode("38"),
    name="Lê Thị Liên",
    position="Chánh Văn phòng",
    email="lien@thanhhoa.gov.vn",
    phone="0912 345 678",
    roles=(ContactRole.LEADER,),
    language="en",
)
TITLES = "Mã điểm cầu,Điểm cầu,Họ và tên,Chức vụ,Thư điện tử,Điện thoại,Vai trò,Ngôn ngữ\n"


def prepared(text: str, *present: Contact) -> ContactImport:
    numbers = count(1)
    return prepare(text, ROSTER, present, lambda: ContactId(f"new {next(numbers)}"))


def test_line_of_a_new_contact_needs_no_more_than_endpoint_name_and_address() -> None:
    found = prepared("Mã điểm cầu,Họ và tên,Thư điện tử\n38,Lê Thị Liên,lien@thanhhoa.gov.vn\n")

    [step] = found.steps
    bare = replace(LIEN, id=ContactId("new 1"), position="", phone="", roles=(ContactRole.LIAISON,), language="vi")
    assert (step.line, step.what, step.contact) == (2, "added", bare)


def test_column_that_is_not_there_changes_nothing_and_an_empty_cell_clears() -> None:
    text = "Endpoint code,Name,Mail address,Telephone\n38,Lê Thị Liên,LIEN@thanhhoa.gov.vn,\n"

    [step] = prepared(text, LIEN).steps

    assert step.what == "changed"
    assert step.contact == replace(LIEN, email="LIEN@thanhhoa.gov.vn", phone="")


def test_empty_role_and_language_stay_as_they_are() -> None:
    [step] = prepared(TITLES + "38,,Lê Thị Liên,Chánh Văn phòng,lien@thanhhoa.gov.vn,0912 345 678,,\n", LIEN).steps

    assert step.what == "unchanged"


def test_line_that_names_an_endpoint_alone_is_passed_over() -> None:
    assert prepared(TITLES + "38,Thanh Hóa,,,,,,\n") == ContactImport((), ())


@pytest.mark.parametrize(
    ("code", "name", "endpoint"),
    [
        ("38", "", "38"),
        ("38", "Thanh Hoá", "38"),
        ("1", "", "01"),
        ("001", "Hà Nội", "01"),
        ("", "thanh hoá", "38"),
        ("", "Đắc Lắc", "66"),
        ("38", "nowhere", "38"),
        ("HUB", "", HUB),
        ("", "Điểm cầu trung tâm", HUB),
    ],
)
def test_endpoint_is_found_by_its_code_or_name(code: str, name: str, endpoint: str) -> None:
    [step] = prepared(f"{TITLES}{code},{name},An,,an@example.vn,,,\n").steps

    assert step.contact.endpoint == endpoint


@pytest.mark.parametrize(
    ("cells", "column", "refusal"),
    [
        ("03,,An,,an@example.vn,,,", "endpoint", NoSuchEndpoint),
        (",Atlantis,An,,an@example.vn,,,", "endpoint", NoSuchEndpoint),
        (",,An,,an@example.vn,,,", "endpoint", NoSuchEndpoint),
        ("38,Hà Nội,An,,an@example.vn,,,", "endpoint", OtherEndpoint),
        ("38,,,,an@example.vn,,,", "name", BadContactName),
        ("38,,An,,,,,", "email", NotReachable),
        ("38,,An,,an@example.vn,9.1E+10,,", "phone", BadContactPhone),
        ("38,,An,,an@example.vn,,sếp,", "roles", UnknownContactRole),
        ("38,,An,,an@example.vn,,/,", "roles", UnknownContactRole),
        ("38,,An,,an@example.vn,,,fr", "language", UnknownLanguage),
    ],
)
def test_bad_cell_is_named(cells: str, column: str, refusal: type[UserError]) -> None:
    found = prepared(f"{TITLES}{cells}\n")

    assert found.steps == ()
    assert [(fault.line, fault.column, type(fault.refusal)) for fault in found.faults] == [(2, column, refusal)]


def test_every_bad_cell_of_a_line_is_named_at_once() -> None:
    found = prepared(f"{TITLES}03,,,,an,9.1E+10,sếp,fr\n")

    assert [fault.column for fault in found.faults] == ["endpoint", "name", "email", "phone", "roles", "language"]


def test_roles_are_read_in_both_languages_and_in_any_order() -> None:
    [step] = prepared(f'{TITLES}38,,An,,an@example.vn,,"văn thư, Liaison/KỸ THUẬT",\n').steps

    assert step.contact.roles == (ContactRole.LIAISON, ContactRole.TECHNICIAN, ContactRole.CLERK)


def test_contact_without_an_address_is_known_by_number_and_name_until_it_has_one() -> None:
    called = replace(LIEN, email="")

    [same] = prepared(f"{TITLES}38,,Lê Thị Liên,Chánh Văn phòng,,0912.345.678,lãnh đạo,en\n", called).steps
    [mailed] = prepared(f"{TITLES}38,,Lê Thị Liên,,lien@thanhhoa.gov.vn,0912 345 678,,\n", called).steps
    [other] = prepared(f"{TITLES}38,,Lê Thị Liên,,,0999 345 678,,\n", called).steps

    assert (same.what, same.contact.id) == ("changed", called.id)
    assert (mailed.what, mailed.contact.id, mailed.contact.email) == ("changed", called.id, LIEN.email)
    assert (other.what, other.before) == ("added", None)


def test_address_that_stands_twice_is_named_on_its_second_line() -> None:
    found = prepared(f"{TITLES}38,,An,,an@example.vn,,,\n1,,An,,an@example.vn,,,\n038,,Anh,,AN@example.vn,,,\n")

    assert [(fault.line, type(fault.refusal)) for fault in found.faults] == [(4, AddressDoubled)]


def test_contacts_beyond_twenty_at_one_endpoint_are_named() -> None:
    rows = "".join(f"38,,An,,an{number}@example.vn,,,\n" for number in range(20))

    assert prepared(TITLES + rows).faults == ()
    found = prepared(TITLES + rows, LIEN)
    assert [(fault.line, type(fault.refusal)) for fault in found.faults] == [(21, TooManyContacts)]
