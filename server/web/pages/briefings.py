"""The organizer's pages of one briefing: writing it down, its overview and its join links."""

from collections.abc import Iterable
from typing import Any, Literal

from aiohttp import web

from endpoints.rosters import NAMES, Unit
from server.core import briefing as lifecycle
from server.core.events import AgendaItem, BriefingKind, Classification, ItemKind, Plan, QueuePolicy
from server.core.ids import RosterName
from server.core.plan import STATE_SECRETS
from server.core.state import Briefing
from server.store import series
from server.web import expected, groups
from server.web.bodies import Day, Query, queried
from server.web.briefings import certified, document, room_of
from server.web.keys import CALENDAR, CLOCK, DATABASE, ROSTERS
from server.web.language import language_of
from server.web.pages.rehearsals import rehearsals_of
from server.web.pages.rosters import offer_for, offers
from server.web.pages.views import page
from server.web.routing import ORGANIZERS, STAFF, Routes

routes = Routes()

KIND_NAMES = {
    ItemKind.OPENING: "Opening",
    ItemKind.REPORT: "Report",
    ItemKind.DIRECTIVE: "Brief on a directive",
    ItemKind.DISCUSSION: "Discussion",
    ItemKind.CONCLUSION: "Conclusion",
    ItemKind.BREAK: "Break",
}
"""The kinds of agenda item in English: messages of the `pages` catalogue."""

BRIEFING_KIND_NAMES = {
    BriefingKind.REGULAR: "Regular briefing",
    BriefingKind.QUICK_NOTIFICATION: "Quick notification",
    BriefingKind.YEAR_REVIEW: "Year review",
}
"""The kinds of briefing in English: messages of the `pages` catalogue."""

CLASSIFICATION_NAMES = {
    Classification.NONE: "Not classified",
    Classification.INTERNAL: "Internal",
    Classification.CONFIDENTIAL: "Confidential (Mật)",
    Classification.SECRET: "Secret (Tối mật)",
    Classification.TOP_SECRET: "Top secret (Tuyệt mật)",
}
"""How secret a briefing is, in English: messages of the `pages` catalogue."""

POLICY_NAMES = {
    QueuePolicy.ASKED: "In the order of asking",
    QueuePolicy.AGENDA: "By agenda item",
    QueuePolicy.LEAST_SPOKEN: "Least spoken first",
    QueuePolicy.CHAIR: "The chair's own order",
}
"""The rules that order the queue, in English: messages of the `pages` catalogue."""


class ChosenDay(Query):
    """On which day a new briefing is to be; empty: nobody has said."""

    day: Day | Literal[""] = ""


@routes.page("/briefings/new", allow=ORGANIZERS)
async def new_page(request: web.Request) -> web.Response:
    """Write a briefing down, on a day that may be chosen already."""
    day = queried(request, ChosenDay).day
    values = {"briefing": None, "series": None, "day": day or None, **await choices(request)}
    return page(request, "briefings/edit.html", values)


@routes.page("/briefings/{briefing_id}/edit", allow=ORGANIZERS)
async def edit_page(request: web.Request) -> web.Response:
    """Change a briefing's plan. Raises WrongPhase when it is over."""
    state = (await room_of(request)).state
    lifecycle.require(state, "edit")
    edition = await series_edition(request, state)
    values = {
        "briefing": document(state),
        "series": edition,
        "day": None,
        **await choices(request, state.planned.roster),
    }
    return page(request, "briefings/edit.html", values)


async def series_edition(request: web.Request, state: Briefing) -> int | None:
    """Return which edition of its series a date is edited in; None: it is a date of none."""
    if state.series is None:
        return None
    async with request.app[DATABASE].read() as session:
        return (await series.get(session, state.series.series)).edition


@routes.page("/briefings/{briefing_id}", allow=STAFF)
async def overview_page(request: web.Request) -> web.Response:
    """What is planned, and what can be done with it now."""
    state = (await room_of(request)).state
    return page(request, "briefings/overview.html", {**overview_of(request, state), **rehearsals_of(request, state)})


@routes.page("/briefings/{briefing_id}/join-links", allow=ORGANIZERS)
async def join_links_page(request: web.Request) -> web.Response:
    """Every site's own link, to send or to print."""
    state = (await room_of(request)).state
    return page(request, "briefings/join_links.html", overview_of(request, state))


async def choices(request: web.Request, *roster: RosterName) -> dict[str, Any]:
    """Return what can be chosen while a briefing is written down; of the house's rosters, with this one's endpoints."""
    known = request.app[ROSTERS]
    return {
        "kinds": KIND_NAMES,
        "briefing_kinds": BRIEFING_KIND_NAMES,
        "classifications": CLASSIFICATION_NAMES,
        "state_secrets": STATE_SECRETS,
        "certified": certified(request),
        "policies": POLICY_NAMES,
        "rosters": {name: [unit_of(unit) for unit in known.load(name).units] for name in {*NAMES, *roster}},
        "offers": offers(request),
        "groups": [{"roster": group.roster, **groups.document(group)} for group in await groups.made(request)],
        "expected": await expected.defaults(request),
        "days": special_days(request),
    }


def special_days(request: web.Request) -> dict[str, Any]:
    """Return the days that are no ordinary ones, from last year on, and the years of which they are announced."""
    calendar, language = request.app[CALENDAR], language_of(request)
    first = request.app[CLOCK]().year - 1
    found = {day: one for day, one in calendar.special.items() if day.year >= first}
    names = {day: one.name_vi if language == "vi" else one.name_en for day, one in found.items()}
    days = {day.isoformat(): {"name": name, "works": calendar.is_working(day)} for day, name in names.items()}
    return {"special": days, "decided": sorted({day.year for day in found if calendar.is_decided(day.year)})}


def unit_of(unit: Unit) -> dict[str, str]:
    """Return what the site picker shows of an endpoint."""
    also = ", ".join(unit.former)
    return {"code": unit.code, "name": unit.name, "region": unit.region, "also": also, "parent": unit.parent}


def overview_of(request: web.Request, state: Briefing) -> dict[str, Any]:
    """Return what the pages about one briefing show."""
    plan = state.planned
    roster = request.app[ROSTERS].load(plan.roster)
    units = roster.by_code
    return {
        "briefing": state,
        "plan": plan,
        "kinds": KIND_NAMES,
        "briefing_kinds": BRIEFING_KIND_NAMES,
        "classifications": CLASSIFICATION_NAMES,
        "policies": POLICY_NAMES,
        "units": [units[code] for code in plan.endpoints],
        "instead": offer_for(request, roster, plan.starts_at),
        "whole_roster": len(plan.endpoints) == len(units),
        "regions": by_region(plan, units.values()),
        "presenters": {code: units[code].name for code in plan.endpoints},
        "starts": starts_of(plan.agenda),
        "agenda_minutes": sum(item.minutes for item in plan.agenda),
        "slot_minutes": round((plan.ends_at - plan.starts_at).total_seconds() / 60),
    }


def by_region(plan: Plan, units: Iterable[Unit]) -> dict[str, list[str]]:
    """Return the names of the sites that take part, region by region, in roster order."""
    found: dict[str, list[str]] = {}
    for unit in units:
        if unit.code in plan.endpoints:
            found.setdefault(unit.region, []).append(unit.name)
    return found


def starts_of(agenda: Iterable[AgendaItem]) -> list[int]:
    """Return for each item how many minutes after the start of the briefing it is due."""
    found, minutes = list[int](), 0
    for item in agenda:
        found.append(minutes)
        minutes += item.minutes
    return found
