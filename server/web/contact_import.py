"""Contacts as a table: given out as CSV, and what a table that comes back would add and change. Nothing is written."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal

from endpoints.rosters import Roster, name_key, search_key
from server.core import contacts as rules
from server.core.contacts import Contact, ContactRole
from server.core.errors import Invalid, UserError
from server.core.ids import HUB, ContactId, EndpointCode, RosterName
from server.records.exports import written
from server.web.csv_tables import Column, Fault, Row, read
from server.web.language import LANGUAGES, Language

COLUMNS: Final = (
    Column("endpoint", "Mã điểm cầu", "Endpoint code"),
    Column("site", "Điểm cầu", "Endpoint", needed=False),
    Column("name", "Họ và tên", "Name"),
    Column("position", "Chức vụ", "Position", needed=False),
    Column("email", "Thư điện tử", "Mail address"),
    Column("phone", "Điện thoại", "Telephone", needed=False),
    Column("roles", "Vai trò", "Roles", needed=False),
    Column("language", "Ngôn ngữ", "Language", needed=False),
)

ROLE_WORDS: Final[Mapping[ContactRole, Mapping[Language, str]]] = MappingProxyType(
    {
        ContactRole.LIAISON: {"vi": "đầu mối", "en": "liaison"},
        ContactRole.TECHNICIAN: {"vi": "kỹ thuật", "en": "technician"},
        ContactRole.LEADER: {"vi": "lãnh đạo", "en": "leader"},
        ContactRole.CLERK: {"vi": "văn thư", "en": "clerk"},
    }
)
LANGUAGE_WORDS: Final[Mapping[Language, tuple[str, ...]]] = MappingProxyType(
    {"vi": ("vi", "tiếng Việt", "Vietnamese"), "en": ("en", "tiếng Anh", "English")}
)
HUB_WORDS: Final[Mapping[Language, str]] = MappingProxyType({"vi": "Điểm cầu trung tâm", "en": "Hub"})
_BETWEEN_ROLES = re.compile(r"[,;/+|]")


class NoSuchEndpoint(Invalid):
    """The roster has no endpoint of this code, or not just one of this name; look it up in the downloaded list."""

    code = "no_such_endpoint"


class OtherEndpoint(Invalid):
    """The code and the name belong to two endpoints; correct one of them, or leave the name out."""

    code = "other_endpoint"


class UnknownContactRole(Invalid):
    """There is no such role; write liaison, technician, leader or clerk, and a comma between several."""

    code = "unknown_contact_role"


class AddressDoubled(Invalid):
    """This endpoint has this mail address, or this name and number, on an earlier line too; remove one of the two."""

    code = "address_doubled"


@dataclass(frozen=True, slots=True)
class Step:
    """What one line of a table comes to."""

    line: int
    contact: Contact
    before: Contact | None  # None: it is new

    @property
    def what(self) -> Literal["added", "changed", "unchanged"]:
        """What taking it over does."""
        if self.before is None:
            return "added"
        return "unchanged" if self.before == self.contact else "changed"


@dataclass(frozen=True, slots=True)
class ContactImport:
    """What a whole table comes to; it is only taken over without faults."""

    steps: tuple[Step, ...]
    faults: tuple[Fault, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many contacts it adds, changes, and leaves as they are."""
        counted = Counter(step.what for step in self.steps)
        return {"added": counted["added"], "changed": counted["changed"], "unchanged": counted["unchanged"]}


def as_table(roster: Roster, contacts: Collection[Contact], language: Language) -> bytes:
    """Write the contacts as CSV; endpoints without one have a line to be filled in."""
    names = {HUB: HUB_WORDS[language], **{EndpointCode(unit.code): unit.name for unit in roster.units}}
    there: dict[EndpointCode, list[tuple[str, ...]]] = {}
    for contact in contacts:
        there.setdefault(contact.endpoint, []).append(_cells(contact, language))
    lines = [(code, name, *cells) for code, name in names.items() for cells in there.get(code, [("",) * 6])]
    return written([column.title(language) for column in COLUMNS], lines)


def _cells(contact: Contact, language: Language) -> tuple[str, ...]:
    roles = ", ".join(ROLE_WORDS[role][language] for role in contact.roles)
    return (contact.name, contact.position, contact.email, contact.phone, roles, contact.language)


def prepare(text: str, roster: Roster, present: Iterable[Contact], new_id: Callable[[], ContactId]) -> ContactImport:
    """Work out what a table comes to: it knows contacts by endpoint and address, or number; what is left out stays.

    A column that the table lacks changes nothing; lines that name an endpoint and nothing else are passed over.
    """
    table = read(text, COLUMNS)
    known = {_key(contact): contact for contact in present}
    faults, steps = list(table.faults), dict[tuple[str, str], Step]()
    for row in table.rows:
        if not any(cell for key, cell in row.cells.items() if key not in {"endpoint", "site"}):
            continue
        said, wrong = _said(row, roster)
        faults += wrong
        if not wrong:
            key, bare = _keys(said)
            if key in steps:
                faults.append(Fault(row.line, "email", said["email"], AddressDoubled()))
            before = known.get(key) or known.get(bare)
            steps[key] = Step(row.line, _contact(said, before, RosterName(roster.name), new_id), before)
    faults += _too_many(list(steps.values()), known.values())
    return ContactImport(tuple(steps.values()), tuple(faults))


def _key(contact: Contact) -> tuple[str, str]:
    return contact.endpoint, rules.reach_key(contact.email, contact.phone, contact.name)


def _keys(said: Mapping[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return what tells a contact apart, and what did so before it had an address."""
    endpoint, phone, name = said["endpoint"], said.get("phone", ""), said["name"]
    return (endpoint, rules.reach_key(said["email"], phone, name)), (endpoint, rules.reach_key("", phone, name))


def _contact(
    said: dict[str, Any], before: Contact | None, roster: RosterName, new_id: Callable[[], ContactId]
) -> Contact:
    if before is not None:
        return replace(before, **said)
    blank = {"position": "", "phone": "", "roles": (ContactRole.LIAISON,), "language": LANGUAGES[0]}
    return Contact(id=new_id(), roster=roster, **{**blank, **said})


def _said(row: Row, roster: Roster) -> tuple[dict[str, Any], list[Fault]]:
    """Return what a line says, field by field, and what of it is wrong."""
    said: dict[str, Any] = {}
    wrong: list[Fault] = []
    try:
        said["endpoint"] = _endpoint(roster, row.cells["endpoint"], row.cells.get("site", ""))
    except UserError as refusal:
        wrong.append(Fault(row.line, "endpoint", row.cells["endpoint"] or row.cells.get("site", ""), refusal))
    for key, meant in _MEANT.items():
        cell = row.cells.get(key)
        if cell is not None and (cell or key not in _KEPT_WHEN_EMPTY):
            try:
                said[key] = meant(cell)
            except UserError as refusal:
                wrong.append(Fault(row.line, key, cell, refusal))
    if not wrong and not said["email"] and not said.get("phone"):
        wrong.append(Fault(row.line, "email", "", rules.NotReachable()))
    return said, wrong


def _endpoint(roster: Roster, code: str, name: str) -> EndpointCode:
    """Find an endpoint by its code, whose zeros spreadsheets like to drop, or by a name that only one has.

    Raises NoSuchEndpoint, or OtherEndpoint when both are there and do not agree.
    """
    named = _named(roster, name) if name else ()
    if not code:
        if len(named) != 1:
            raise NoSuchEndpoint
        return named[0]
    codes = [HUB, *(EndpointCode(unit.code) for unit in roster.units)]
    found = next((one for one in codes if one.lower().lstrip("0") == code.lower().lstrip("0")), None)
    if found is None:
        raise NoSuchEndpoint
    if named and found not in named:
        raise OtherEndpoint
    return found


def _named(roster: Roster, name: str) -> tuple[EndpointCode, ...]:
    if name_key(name) in map(name_key, HUB_WORDS.values()):
        return (HUB,)
    return tuple(EndpointCode(unit.code) for unit in roster.named(name))


def _roles(cell: str) -> tuple[ContactRole, ...]:
    spelt = {search_key(word): role for role, words in ROLE_WORDS.items() for word in (role.value, *words.values())}
    words = [search_key(word) for word in _BETWEEN_ROLES.split(cell) if word.strip()]
    if not words or not all(word in spelt for word in words):
        raise UnknownContactRole
    return rules.in_order([spelt[word] for word in words])


def _language(cell: str) -> str:
    wanted = search_key(cell)
    for language, words in LANGUAGE_WORDS.items():
        if wanted in map(search_key, words):
            return language
    raise rules.UnknownLanguage


def _that(require: Callable[[str], None]) -> Callable[[str], str]:
    """Return what reads a cell as it is, if a rule allows it."""

    def meant(cell: str) -> str:
        require(cell)
        return cell

    return meant


_MEANT: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType(
    {
        "name": _that(rules.require_name),
        "position": _that(rules.require_position),
        "email": _that(lambda cell: rules.require_address(cell) if cell else None),
        "phone": _that(rules.require_phone),
        "roles": _roles,
        "language": _language,
    }
)
_KEPT_WHEN_EMPTY: Final = frozenset({"roles", "language"})
"""What a contact always has: an empty cell leaves it as it is."""


def _too_many(steps: Sequence[Step], known: Iterable[Contact]) -> Iterator[Fault]:
    """Yield a fault for each new contact that an endpoint has no room for."""
    counted = Counter(contact.endpoint for contact in known)
    for step in steps:
        if step.before is None:
            counted[step.contact.endpoint] += 1
            if counted[step.contact.endpoint] > rules.MOST_AT_ONE_ENDPOINT:
                yield Fault(step.line, "endpoint", step.contact.endpoint, rules.TooManyContacts())
