"""What sites and the hub are called in a record: as the journal has it, whatever becomes of a roster later."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from server.core.events import BriefingDrafted, BriefingEdited, Plan
from server.core.ids import HUB, EndpointCode, RosterName
from server.core.journal import Entry

HUB_NAMES: Mapping[str, str] = MappingProxyType({"vi": "Điểm cầu trung tâm", "en": "Hub"})
"""By language."""

Names = Callable[[EndpointCode], str]
Roster = Callable[[RosterName], Mapping[str, str]]
"""What a roster calls its endpoints, by code."""


def names_in(entries: Sequence[Entry], language: str, roster: Roster) -> Names:
    """Return how sites are called: by the latest plan that names them, else by its roster, else by their code."""
    plans = [one.event.plan for one in entries if isinstance(one.event, BriefingDrafted | BriefingEdited)]
    names = {HUB: HUB_NAMES[language]}
    for plan in plans:
        names.update(zip(plan.endpoints, plan.names, strict=False))
    others = _others(plans[-1:], names, roster)
    return lambda code: names.get(code) or others.get(code, code)


def _others(plans: Sequence[Plan], names: Mapping[EndpointCode, str], roster: Roster) -> Mapping[str, str]:
    """Look into the roster only when the journal leaves a site of it unnamed."""
    for plan in plans:
        presenting = {item.endpoint for item in plan.agenda if item.endpoint}
        if not {*plan.endpoints, *presenting} <= names.keys():
            return roster(plan.roster)
    return {}
