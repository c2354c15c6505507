"""Contacts: what can be kept, and written to."""

from dataclasses import replace

import pytest

from server.core.contacts import (
    BadContactAddress,
    BadContactName,
    BadContactPhone,
    BadContactPosition,
    Contact,
    ContactRole,
    NoContactRole,
    NotReachable,
    UnknownLanguage,
    address_key,
    check,
    in_order,
    reach_key,
)
from server.core.errors import UserError
from server.core.ids import ContactId, EndpointCode, RosterName
from server.core.text import BrokenText

LIEN = Contact(
    id=ContactId("lien"),
    roster=RosterName("63"),
    endpoint=EndpointCode("38"),
    name="Lê Thị Liên",
    position="Chánh Văn phòng UBND tỉnh",
    email="lien.lt@thanhhoa.gov.vn",
    phone="0912 345 678",
    roles=(ContactRole.LIAISON,),
    language="vi",
)

LONG_LABEL = "a" * 64


def test_contact_who_can_only_be_called_is_told_apart_by_number_and_name() -> None:
    check(replace(LIEN, email=""))
    key = reach_key("", "0912 345 678", "Lê Thị Liên")
    assert key == reach_key("", "0912.345.678", " lê thị  LIÊN")
    others = [
        reach_key("", "0912 345 679", "Lê Thị Liên"),
        reach_key("", "0912 345 678", "An"),
        reach_key("a@b.vn", "", ""),
    ]
    assert key not in others


def test_contact_with_no_more_than_a_name_and_an_address_is_fine() -> None:
    check(LIEN)
    check(replace(LIEN, position="", phone="", language="en"))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": "  "}, BadContactName),
        ({"name": "x" * 201}, BadContactName),
        ({"name": "Liên\r\nBcc: all@example.vn"}, BadContactName),
        ({"name": "Liên\u2028"}, BadContactName),
        ({"name": "Li\0ên"}, BrokenText),
        ({"position": "x" * 301}, BadContactPosition),
        ({"position": "Chánh Văn phòng\n"}, BadContactPosition),
        ({"email": "", "phone": ""}, NotReachable),
        ({"email": "liên@thanhhoa.gov.vn"}, BadContactAddress),
        ({"email": "lien@thanhhoa.gov.vn, an@thanhhoa.gov.vn"}, BadContactAddress),
        ({"email": "lien@thanhhoa.gov.vn\nBcc: all@example.vn"}, BadContactAddress),
        ({"email": "Liên <lien@thanhhoa.gov.vn>"}, BadContactAddress),
        ({"email": f"{'a' * 65}@thanhhoa.gov.vn"}, BadContactAddress),
        ({"email": f"lien@{LONG_LABEL}.vn"}, BadContactAddress),
        ({"email": "lien@-thanhhoa.gov.vn"}, BadContactAddress),
        ({"email": "lien@localhost"}, BadContactAddress),
        ({"email": "lien@" + "thanhhoa." * 30 + "vn"}, BadContactAddress),
        ({"phone": "không có"}, BadContactPhone),
        ({"phone": "9.12346E+08"}, BadContactPhone),
        ({"phone": "9,1E+10"}, BadContactPhone),
        ({"phone": "0" * 51}, BadContactPhone),
        ({"phone": "0912\n345"}, BadContactPhone),
        ({"roles": ()}, NoContactRole),
        ({"language": "fr"}, UnknownLanguage),
    ],
)
def test_contact_that_cannot_be_written_to_is_refused(change: dict[str, object], refusal: type[UserError]) -> None:
    with pytest.raises(refusal):
        check(replace(LIEN, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x" * 200},
        {"email": f"{'a' * 64}@thanhhoa.gov.vn"},
        {"email": "o'neil+giaoban@1thanh-hoa.gov.vn"},
        {"phone": "(+84) 237.385.2246, máy lẻ 12"},
    ],
)
def test_contact_at_the_bounds_is_fine(change: dict[str, str]) -> None:
    check(replace(LIEN, **change))  # type: ignore[arg-type]


def test_spellings_of_one_address_are_one() -> None:
    assert address_key("Lien.LT@ThanhHoa.gov.vn") == address_key(LIEN.email)
    assert address_key("an@thanhhoa.gov.vn") != address_key(LIEN.email)


def test_roles_are_shown_in_one_order() -> None:
    assert in_order([ContactRole.CLERK, ContactRole.LIAISON, ContactRole.CLERK]) == (
        ContactRole.LIAISON,
        ContactRole.CLERK,
    )
