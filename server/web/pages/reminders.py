"""Reminders for the organizer: when each goes out, to how many and where to nobody; and those of the house."""

from aiohttp import web

from server.core.briefing import LEGAL
from server.core.events import Addressee, LeadUnit
from server.core.reminders import MOST_RULES, tag_of
from server.web.briefings import room_of
from server.web.keys import REMINDERS, ROSTERS
from server.web.pages.views import page
from server.web.plans import names_of
from server.web.reminders import Stand, of_house, reminders_of
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

UNIT_NAMES = {
    LeadUnit.MINUTES: "minutes before",
    LeadUnit.DAYS: "days before",
    LeadUnit.WORKING_DAYS: "working days before",
}
"""What the time before the start is counted in, in English: messages of the `pages` catalogue."""

ADDRESSEE_NAMES = {
    Addressee.LIAISON: "Liaison",
    Addressee.TECHNICIAN: "Technology",
    Addressee.LEADER: "Leader",
    Addressee.CLERK: "Documents clerk",
    Addressee.ORGANIZER: "Who plans it",
}
"""Whom reminders go to, in English: messages of the `pages` catalogue."""

STAND_NAMES = {
    Stand.TO_COME: "Will be sent",
    Stand.SENT: "Sent",
    Stand.OFF: "Off",
    Stand.PAST: "Its time has passed",
}
"""Where reminders are, in English: messages of the `pages` catalogue."""

CHOICES = {"units": UNIT_NAMES, "addressees": ADDRESSEE_NAMES, "most": MOST_RULES}


@routes.page("/reminders", allow=ORGANIZERS)
async def house_page(request: web.Request) -> web.Response:
    """The reminders of every briefing that has none of its own."""
    rules = await of_house(request)
    values = {"rules": rules, "tag": tag_of(rules), "writes": REMINDERS in request.app}
    return page(request, "reminders/house.html", {**CHOICES, **values})


@routes.page("/briefings/{briefing_id}/reminders", allow=ORGANIZERS)
async def briefing_page(request: web.Request) -> web.Response:
    """The reminders of one briefing."""
    state = (await room_of(request)).state
    found = await reminders_of(request, state)
    values = {
        "briefing": state,
        "found": found,
        "tag": tag_of(state.reminders),
        "stands": STAND_NAMES,
        "names": names_of(request.app[ROSTERS], state.planned),
        "changeable": state.phase in LEGAL["remind"],
    }
    return page(request, "reminders/briefing.html", {**CHOICES, **values})
