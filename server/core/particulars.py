"""The particulars of a meeting: what a site needs to know of it besides its title, its times and its agenda."""

from dataclasses import dataclass

from server.core.events import BriefingKind, Official, Person, Technician
from server.core.ids import EndpointCode
from server.core.plan import STATE_SECRETS
from server.core.state import Briefing, Phase


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a site is told of the plan: who, where, in what dress, and whom to call."""

    kind: BriefingKind
    number: str = ""
    presiding: tuple[Official, ...] = ()  # the one who leads first, then by rank
    moderator: Person | None = None
    technicians: tuple[Technician, ...] = ()
    place: str = ""
    dress: str = ""
    notes: str = ""


def shown_to(briefing: Briefing, endpoint: EndpointCode) -> Particulars:
    """Return what a site is told; only what kind of meeting it is, while it is not invited."""
    return of(briefing) if endpoint in briefing.planned.endpoints else Particulars(briefing.planned.kind)


def of(briefing: Briefing) -> Particulars:
    """Return what sites are told: of a draft, of what was cancelled and of a state secret only what kind it is."""
    plan = briefing.planned
    if briefing.phase in {Phase.DRAFT, Phase.CANCELLED} or plan.classification in STATE_SECRETS:
        return Particulars(plan.kind)
    return Particulars(
        kind=plan.kind,
        number=plan.number,
        presiding=tuple(sorted(plan.presiding, key=lambda one: not one.leads)),
        moderator=plan.moderator,
        technicians=plan.technicians,
        place=plan.place,
        dress=plan.dress,
        notes=plan.notes,
    )
