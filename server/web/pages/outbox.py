"""The outbox: what waits, what failed and why, what was sent, and one button to try again."""

from aiohttp import web

from server.core.mail import MailState
from server.store import replies
from server.web.bodies import queried
from server.web.keys import DATABASE, OFFICE, OUTBOX, SETTINGS
from server.web.outbox import MOST, Wanted, looked_into
from server.web.pages.views import page
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

STATE_NAMES = {
    MailState.WAITING: "Waiting to be sent",
    MailState.DEAD: "Not delivered",
    MailState.BOUNCED: "Address does not work",
    MailState.LAPSED: "Not sent in time",
    MailState.SENT: "Accepted by the mail server",
}
"""Where mails are, in English: messages of the `pages` catalogue."""


@routes.page("/outbox", allow=ORGANIZERS)
async def outbox_page(request: web.Request) -> web.Response:
    """The mails of one state; what was given up comes first, for somebody has to do something."""
    wanted = queried(request, Wanted)
    census, mails = await looked_into(request, wanted.state)
    async with request.app[DATABASE].read() as session:
        strangers = await replies.count_of_nobody(session)
    values = {
        "strangers": strangers,
        "states": STATE_NAMES,
        "counts": {
            MailState.WAITING: census.waiting,
            MailState.DEAD: census.dead,
            MailState.BOUNCED: census.bounced,
        },
        "chosen": wanted.state,
        "mails": mails,
        "more": len(mails) == MOST,
        "keep_days": round(request.app[SETTINGS].mail_days),
        "writes": OFFICE in request.app,
        "sends": OUTBOX in request.app,
        "trouble": request.app[OUTBOX].trouble if OUTBOX in request.app else None,
    }
    return page(request, "outbox/outbox.html", values)
