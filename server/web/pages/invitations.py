"""The pages of invitations: the organizer's board of answers, a site's own answer, and replies that are nobody's."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from server.core.events import Answer, AnsweredBy
from server.core.invitations import ANSWERABLE, NUDGE_AGAIN_AFTER, SENDING, Standing
from server.store import replies
from server.store.replies import Aside
from server.web.briefings import room_of
from server.web.invitation_board import Delivery, board_of
from server.web.keys import CLOCK, DATABASE, HOUSE, OFFICE
from server.web.language import language_of, translator
from server.web.pages.views import page
from server.web.replies import WHY
from server.web.routing import ORGANIZERS, PUBLIC, Routes

routes = Routes()

STANDING_NAMES = {
    Standing.ACCEPTED: "Takes part",
    Standing.TENTATIVE: "Takes part perhaps",
    Standing.DECLINED: "Does not take part",
    Standing.WAITING: "No answer yet",
    Standing.MOVED: "Answered before the time was changed",
    Standing.NOT_SENT: "Not invited yet",
}
"""Where invitations are, in English: messages of the `pages` catalogue."""

STANDING_MARKS = {
    Standing.ACCEPTED: ("check", "good"),
    Standing.TENTATIVE: ("help", "fair"),
    Standing.DECLINED: ("cross", "poor"),
    Standing.WAITING: ("clock", "idle"),
    Standing.MOVED: ("rotate", "fair"),
    Standing.NOT_SENT: ("pencil", "draft"),
}
"""The shape and the colour of each."""

DELIVERY_NAMES = {
    Delivery.SENT: "Mail sent",
    Delivery.WAITING: "Mail waits to be sent",
    Delivery.BOUNCED: "Address does not work",
    Delivery.DEAD: "Mail not delivered",
    Delivery.NONE: "No mail yet",
}
"""What became of mails, in English: messages of the `pages` catalogue."""

DELIVERY_MARKS = {
    Delivery.SENT: "check",
    Delivery.WAITING: "clock",
    Delivery.BOUNCED: "stop",
    Delivery.DEAD: "stop",
    Delivery.NONE: "pencil",
}

WAY_NAMES = {AnsweredBy.PAGE: "on its page", AnsweredBy.MAIL: "by mail", AnsweredBy.HAND: "written down by hand"}
"""How an answer came, in English: messages of the `pages` catalogue."""

PARTSTAT_NAMES = {
    "ACCEPTED": "accepts",
    "DECLINED": "declines",
    "TENTATIVE": "accepts perhaps",
    "DELEGATED": "sends somebody else",
}
"""What a reply answers, in English: messages of the `pages` catalogue."""


@routes.page("/briefings/{briefing_id}/invitations", allow=ORGANIZERS)
async def board_page(request: web.Request) -> web.Response:
    """All answers at a glance, and what is to be done about those that are missing."""
    state = (await room_of(request)).state
    board, now, last = await board_of(request, state), request.app[CLOCK](), state.invitations.nudged_at
    values = {
        "briefing": state,
        "plan": state.planned,
        "board": board,
        "standings": STANDING_NAMES,
        "marks": STANDING_MARKS,
        "deliveries": DELIVERY_NAMES,
        "delivery_marks": DELIVERY_MARKS,
        "ways": WAY_NAMES,
        "answers": {answer: STANDING_NAMES[Standing(answer.value)] for answer in Answer},
        **_asides(request, board.aside),
        "profiles": request.app[HOUSE].profiles,
        "open": state.phase in ANSWERABLE,
        "sends": state.phase in SENDING and OFFICE in request.app,
        "writes": OFFICE in request.app,
        "nudged_lately": last is not None and now < last + NUDGE_AGAIN_AFTER,
    }
    return page(request, "invitations/board.html", values)


@routes.page("/replies", allow=ORGANIZERS)
async def replies_page(request: web.Request) -> web.Response:
    """The replies by mail that are about no briefing of this service."""
    async with request.app[DATABASE].read() as session:
        found = await replies.of_nobody(session)
    return page(request, "invitations/replies.html", _asides(request, found))


def _asides(request: web.Request, found: Sequence[Aside]) -> dict[str, Any]:
    """Return what is shown of replies that were kept aside: why, in the reader's language."""
    say = translator(language_of(request), "problems")
    why = {code: say(sentence) for code, sentence in WHY.items()}
    return {"aside": found, "why": why, "partstats": PARTSTAT_NAMES}


@routes.page("/reply/{token}", allow=PUBLIC)
async def reply_page(request: web.Request) -> web.Response:
    """A site's answer. The token speaks for itself in every call of the script, which also says when it is wrong."""
    return page(request, "invitations/reply.html")
