"""A plan over HTTP: what clients send of it, and how it is shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field

from endpoints.rosters import Rosters
from server.core import expected
from server.core import plan as rules
from server.core.agenda import identified
from server.core.errors import Invalid
from server.core.events import (
    AgendaItem,
    BriefingKind,
    Classification,
    ExpectedDelegates,
    ItemKind,
    Official,
    Period,
    Person,
    Plan,
    QueuePolicy,
    RegisteredSpeaker,
    Technician,
    encode,
)
from server.core.ids import EndpointCode, RosterName
from server.web.bodies import Body, Line, Moment


class UnknownRoster(Invalid):
    """There is no roster of that name; look at the list of rosters."""

    code = "unknown_roster"


class UnknownEndpoint(Invalid):
    """The roster has no endpoint of that code; look the codes up in the roster."""

    code = "unknown_endpoint"


MaybeLine = Annotated[str, Field(max_length=rules.LONGEST_LINE)]
"""A text of one line that may be empty."""

ItemId = Annotated[str, Field(pattern=r"^[0-9A-Za-z.-]{0,36}$")]
"""Which item of its agenda one is; clients may make ids for new items, and need not."""


class RegisteredSpeakerBody(Body):
    """Somebody who is to speak: of an endpoint, or of the hub."""

    endpoint: str = Field(min_length=1, max_length=16)
    speaker: MaybeLine = ""
    topic: MaybeLine = ""


class AgendaItemBody(Body):
    """One line of the agenda."""

    title: Line
    minutes: int = Field(ge=0, le=24 * 60)
    kind: ItemKind = ItemKind.DISCUSSION
    endpoint: str | None = Field(None, max_length=16)
    speakers: list[RegisteredSpeakerBody] = Field(default_factory=list, max_length=rules.MOST_SPEAKERS)
    document: MaybeLine = ""
    id: ItemId = ""


class PeriodBody(Body):
    """The days that are reported on, the last one included."""

    first: date
    last: date


class PersonBody(Body):
    """Somebody with a part in the briefing."""

    name: Line
    position: MaybeLine = ""


class OfficialBody(PersonBody):
    """Somebody who presides; exactly one of them leads."""

    leads: bool = False


class TechnicianBody(Body):
    """Somebody to call when the technology fails."""

    name: Line
    contact: Line


class ExpectedDelegatesBody(Body):
    """Whom some endpoints are to send; without endpoints: every one that no other list names."""

    positions: list[MaybeLine] = Field(max_length=expected.MOST_POSITIONS)
    endpoints: list[Annotated[str, Field(max_length=16)]] = Field(default_factory=list, max_length=rules.MOST_ENDPOINTS)


TurnMinutes = Annotated[int, Field(ge=0, le=24 * 60)]
"""What a speaker gets; 0: no limit."""

Codes = Literal["all"] | Annotated[list[Annotated[str, Field(max_length=16)]], Field(max_length=rules.MOST_ENDPOINTS)]
Agenda = Annotated[list[AgendaItemBody], Field(max_length=rules.MOST_AGENDA_ITEMS)]
Number = Annotated[str, Field(max_length=rules.LONGEST_NUMBER)]
Presiding = Annotated[list[OfficialBody], Field(max_length=rules.MOST_OFFICIALS)]
Expected = Annotated[list[ExpectedDelegatesBody], Field(max_length=expected.MOST_LISTS)]
Technicians = Annotated[list[TechnicianBody], Field(max_length=rules.MOST_TECHNICIANS)]
Notes = Annotated[str, Field(max_length=rules.LONGEST_NOTES)]


class NewBriefing(Body):
    """A briefing as it is first written down."""

    WITH_LINES = frozenset({"notes"})

    title: Line
    starts_at: Moment
    ends_at: Moment
    endpoints: Codes = "all"
    agenda: Agenda = Field(default_factory=list)
    roster: str = Field("63", max_length=16)
    turn_minutes: TurnMinutes = 0
    queue_policy: QueuePolicy = QueuePolicy.ASKED
    kind: BriefingKind = BriefingKind.REGULAR
    number: Number = ""
    period: PeriodBody | None = None
    classification: Classification = Classification.NONE
    presiding: Presiding = Field(default_factory=list)
    moderator: PersonBody | None = None
    secretary: PersonBody | None = None
    technicians: Technicians = Field(default_factory=list)
    place: MaybeLine = ""
    dress: MaybeLine = ""
    notes: Notes = ""
    expected: Expected = Field(default_factory=list)


class ContentChange(Body):
    """What is to be changed of all that the dates of a series have in common; what is left out stays."""

    WITH_LINES = frozenset({"notes"})

    title: Line | None = None
    endpoints: Codes | None = None
    agenda: Agenda | None = None
    turn_minutes: TurnMinutes | None = None
    queue_policy: QueuePolicy | None = None
    kind: BriefingKind | None = None
    classification: Classification | None = None
    presiding: Presiding | None = None
    moderator: PersonBody | None = None
    secretary: PersonBody | None = None
    technicians: Technicians | None = None
    place: MaybeLine | None = None
    dress: MaybeLine | None = None
    notes: Notes | None = None
    expected: Expected | None = None


class BriefingChange(ContentChange):
    """What is to be changed; what is left out stays."""

    starts_at: Moment | None = None
    ends_at: Moment | None = None
    number: Number | None = None
    period: PeriodBody | None = None


class PlanAnswer(Body):
    """What organizers wrote down."""

    title: str
    starts_at: datetime
    ends_at: datetime
    roster: str
    endpoints: list[str]
    agenda: list[AgendaItemBody]
    turn_minutes: int
    queue_policy: QueuePolicy
    kind: BriefingKind
    number: str
    period: PeriodBody | None
    classification: Classification
    presiding: list[OfficialBody]
    moderator: PersonBody | None
    secretary: PersonBody | None
    technicians: list[TechnicianBody]
    place: str
    dress: str
    notes: str
    expected: list[ExpectedDelegatesBody]


CLEARABLE = frozenset({"period", "moderator", "secretary"})
"""The fields for which null means that there is none; for any other, null is the same as leaving it out."""


def new(rosters: Rosters, wanted: NewBriefing) -> Plan:
    """Return the plan that a client wrote down. Raises UnknownRoster, UnknownEndpoint."""
    said = NewBriefing.model_fields.keys() - {"roster"}
    return Plan(roster=RosterName(wanted.roster), **_kept(rosters, wanted, wanted.roster, said))


def changed(rosters: Rosters, plan: Plan, wanted: ContentChange) -> Plan:
    """Return the plan with the wanted parts replaced, and its endpoints as the roster calls them now.

    Raises UnknownEndpoint.
    """
    known = wanted.model_fields_set & BriefingChange.model_fields.keys()
    said = {name for name in known if name in CLEARABLE or getattr(wanted, name) is not None}
    names = _names(rosters, plan.roster, plan.endpoints)
    return replace(plan, **{"names": names, **_kept(rosters, wanted, plan.roster, said)})


def names_of(rosters: Rosters, *plans: Plan) -> dict[EndpointCode, str]:
    """Return what endpoints are called: as the last of these plans has it, else as the roster does."""
    names: dict[EndpointCode, str] = {}
    for plan in plans:
        called = rosters.called(plan.roster)
        names |= {code: called[code] for code in plan.endpoints if code in called}
        names |= dict(zip(plan.endpoints, plan.names, strict=False))
    return names


def document(plan: Plan) -> dict[str, Any]:
    """Write a plan as JSON can hold it."""
    shown = {**encode(replace(plan, agenda=identified(plan.agenda))), "turn_minutes": plan.turn_minutes or 0}
    del shown["names"]
    return shown


def known_codes(rosters: Rosters, roster: str) -> tuple[str, ...]:
    """Return the codes of a roster, in its order. Raises UnknownRoster."""
    try:
        return tuple(unit.code for unit in rosters.load(roster).units)
    except KeyError:
        raise UnknownRoster(roster) from None


def _kept(rosters: Rosters, wanted: NewBriefing | ContentChange, roster: str, said: Iterable[str]) -> dict[str, Any]:
    """Return what a body says, field by field, as the plan keeps it."""
    values = {name: _KEPT.get(name, _as_it_is)(getattr(wanted, name)) for name in said}
    if "agenda" in values:
        _require_known(rosters, roster, values["agenda"])
    if "expected" in values:
        require_known(rosters, roster, (code for one in values["expected"] for code in one.endpoints))
    if "endpoints" in values:
        values["endpoints"] = codes_of(rosters, roster, values["endpoints"])
        values["names"] = _names(rosters, roster, values["endpoints"])
    return values


def codes_of(rosters: Rosters, roster: str, wanted: Literal["all"] | list[str]) -> tuple[EndpointCode, ...]:
    """Return the wanted endpoints in roster order. Raises UnknownRoster, UnknownEndpoint."""
    known = known_codes(rosters, roster)
    chosen = set(known) if wanted == "all" else set(wanted)
    if unknown := sorted(chosen - set(known)):
        raise UnknownEndpoint(", ".join(unknown))
    return tuple(EndpointCode(code) for code in known if code in chosen)


def _names(rosters: Rosters, roster: str, endpoints: Iterable[EndpointCode]) -> tuple[str, ...]:
    """Return what the roster calls the endpoints: the journal keeps it, so that no later edition changes a record."""
    called = rosters.called(roster)
    return tuple(called[code] for code in endpoints)


def _require_known(rosters: Rosters, roster: str, agenda: Iterable[AgendaItem]) -> None:
    known = known_codes(rosters, roster)
    for item in agenda:
        if item.endpoint is not None and item.endpoint not in known:
            raise UnknownEndpoint(item.endpoint)


def require_known(rosters: Rosters, roster: str, codes: Iterable[str]) -> None:
    """Raise UnknownEndpoint unless the roster has all of these."""
    if strangers := sorted(set(codes) - set(known_codes(rosters, roster))):
        raise UnknownEndpoint(", ".join(strangers))


def expected_lists(wanted: Iterable[ExpectedDelegatesBody]) -> tuple[ExpectedDelegates, ...]:
    """Return lists of expected delegates as a plan keeps them."""
    return tuple(ExpectedDelegates(tuple(one.positions), tuple(map(EndpointCode, one.endpoints))) for one in wanted)


def _agenda(items: Iterable[AgendaItemBody]) -> tuple[AgendaItem, ...]:
    return tuple(
        AgendaItem(
            item.title,
            item.minutes,
            item.kind,
            None if item.endpoint is None else EndpointCode(item.endpoint),
            tuple(RegisteredSpeaker(EndpointCode(one.endpoint), one.speaker, one.topic) for one in item.speakers),
            item.document,
            item.id,
        )
        for item in items
    )


def _person(wanted: PersonBody | None) -> Person | None:
    return None if wanted is None else Person(wanted.name, wanted.position)


def _as_it_is(value: Any) -> Any:
    return value


_KEPT: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "agenda": _agenda,
        "expected": expected_lists,
        "turn_minutes": lambda minutes: minutes or None,
        "period": lambda wanted: None if wanted is None else Period(wanted.first, wanted.last),
        "presiding": lambda wanted: tuple(Official(one.name, one.position, one.leads) for one in wanted),
        "moderator": _person,
        "secretary": _person,
        "technicians": lambda wanted: tuple(Technician(one.name, one.contact) for one in wanted),
    }
)
"""How the fields that a plan keeps in another form are read."""
