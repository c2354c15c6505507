"""Contacts: who at a site, or at the hub, is written to and called, and for what."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server.core.errors import Conflict, Invalid, NotFound
from server.core.ids import ContactId, EndpointCode, RosterName
from server.core.mail import is_address
from server.core.text import require_whole

MOST_AT_ONE_ENDPOINT: Final = 20
LONGEST_NAME: Final = 200
LONGEST_POSITION: Final = 300
LONGEST_PHONE: Final = 50

LANGUAGES: Final = ("vi", "en")

_CALCULATED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
"""What a spreadsheet makes of a long number: 9.1E+10."""


class ContactRole(StrEnum):
    """What somebody is written to for."""

    LIAISON = "liaison"  # gets the invitations, and answers them
    TECHNICIAN = "technician"  # gets what concerns lines and machines
    LEADER = "leader"  # gets what the leaders get
    CLERK = "clerk"  # gets the documents


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at an endpoint of a roster."""

    id: ContactId
    roster: RosterName
    endpoint: EndpointCode  # a site's, or HUB
    name: str
    position: str
    email: str  # nothing: this one cannot be mailed, and has a telephone
    phone: str
    roles: tuple[ContactRole, ...]  # at least one, in the order of `ContactRole`
    language: str  # of what is sent: "vi" or "en"


class NoContact(NotFound):
    """There is no such contact; somebody else may have removed it, so look at the list again."""

    code = "no_contact"


class BadContactName(Invalid):
    """A contact needs a name of at most 200 characters; write it anew."""

    code = "bad_contact_name"


class BadContactPosition(Invalid):
    """A contact's position has at most 300 characters; shorten it."""

    code = "bad_contact_position"


class BadContactAddress(Invalid):
    """This is no mail address; write it as vanphong@thanhhoa.gov.vn, one address, without spaces and accents."""

    code = "bad_contact_address"


class BadContactPhone(Invalid):
    """A telephone number has digits, and at most 50 characters; if a spreadsheet made 9.1E+10 of it, type it anew."""

    code = "bad_contact_phone"


class NotReachable(Invalid):
    """A contact needs a mail address or a telephone number; write one of the two."""

    code = "not_reachable"


class NoContactRole(Invalid):
    """A contact is there for something; choose one role at least."""

    code = "no_contact_role"


class UnknownLanguage(Invalid):
    """Mails are written in Vietnamese or in English; choose one of them."""

    code = "unknown_language"


class ContactKnown(Conflict):
    """This endpoint has a contact with this mail address, or this name and number, already; change that one instead."""

    code = "contact_known"


class TooManyContacts(Conflict):
    """An endpoint has at most 20 contacts; remove one first."""

    code = "too_many_contacts"


def check(contact: Contact) -> None:
    """Raise a refusal for a contact that cannot be kept or written to."""
    require_whole(contact.name, contact.position, contact.phone)
    require_name(contact.name)
    require_position(contact.position)
    require_reachable(contact.email, contact.phone)
    if not contact.roles:
        raise NoContactRole
    if contact.language not in LANGUAGES:
        raise UnknownLanguage(contact.language)


def require_name(name: str) -> None:
    """Raise BadContactName."""
    if not name.strip() or len(name) > LONGEST_NAME or _breaks_lines(name):
        raise BadContactName


def require_position(position: str) -> None:
    """Raise BadContactPosition."""
    if len(position) > LONGEST_POSITION or _breaks_lines(position):
        raise BadContactPosition


def require_reachable(email: str, phone: str) -> None:
    """Raise BadContactAddress or BadContactPhone; NotReachable when there is neither of the two."""
    if not email and not phone:
        raise NotReachable
    if email:
        require_address(email)
    require_phone(phone)


def require_address(address: str) -> None:
    """Raise BadContactAddress unless mails can be sent to the address."""
    if not is_address(address):
        raise BadContactAddress


def require_phone(phone: str) -> None:
    """Raise BadContactPhone; no number at all is fine."""
    if not phone:
        return
    odd = not any(character.isdecimal() for character in phone) or _CALCULATED.search(phone)
    if odd or len(phone) > LONGEST_PHONE or _breaks_lines(phone):
        raise BadContactPhone


def address_key(address: str) -> str:
    """Return what two spellings of one address have in common: no server that people use tells cases apart."""
    return address.lower()


def reach_key(email: str, phone: str, name: str) -> str:
    """Return what tells the contacts of one endpoint apart: the address, else the digits of the number and the name."""
    digits = "".join(character for character in phone if character.isdecimal())
    return address_key(email) or f"{digits} {' '.join(name.casefold().split())}"


def in_order(roles: Collection[ContactRole]) -> tuple[ContactRole, ...]:
    """Return roles in the order in which they are always shown."""
    return tuple(role for role in ContactRole if role in roles)


def _breaks_lines(text: str) -> bool:
    """Whether a text would not stay on one line of a mail's header."""
    return text.splitlines() not in ([], [text])
