"""The web, put together: every module's routes, the middlewares in their order, and the signals."""

from collections.abc import Iterable

from aiohttp import web

from server.web import (
    briefings,
    carry_over,
    chair,
    checkin,
    contacts,
    content,
    copying,
    documents,
    events,
    expected,
    feeds,
    floor,
    follow_up,
    groups,
    health,
    invitations,
    join_links,
    letters,
    line_checks,
    media,
    notes,
    openapi,
    outbox,
    papers,
    queue,
    record,
    recording,
    rehearsals,
    reminders,
    replies,
    rosters,
    series,
    series_calendar,
    series_outlook,
    series_preview,
    series_publication,
    sessions,
    status,
    stills,
    tokens,
    upcoming,
    users,
    verification,
)
from server.web.bodies import LARGEST
from server.web.callers import admitted
from server.web.cross_origin import share
from server.web.keys import LIMITS, PASSWORDS
from server.web.limits import Limits
from server.web.meters import METERS, Meters, counted
from server.web.passwords import Passwords
from server.web.problems import note_started, refusals
from server.web.routing import Routes, register
from server.web.security import protect

TABLES: tuple[Routes, ...] = tuple(
    module.routes
    for module in (
        briefings,
        carry_over,
        chair,
        checkin,
        contacts,
        content,
        copying,
        documents,
        events,
        expected,
        feeds,
        floor,
        follow_up,
        groups,
        health,
        invitations,
        join_links,
        letters,
        line_checks,
        media,
        notes,
        openapi,
        outbox,
        papers,
        queue,
        record,
        recording,
        reminders,
        replies,
        rehearsals,
        rosters,
        series,
        series_calendar,
        series_outlook,
        series_publication,
        series_preview,
        sessions,
        status,
        stills,
        tokens,
        upcoming,
        users,
        verification,
    )
)
"""The API; the pages come from the composer."""


def application(tables: Iterable[Routes]) -> web.Application:
    """Return the application with these routes; the composer fills in the other keys of `server.web.keys`."""
    app = web.Application(middlewares=[counted, refusals, admitted], client_max_size=LARGEST)
    app[METERS], app[LIMITS], app[PASSWORDS] = Meters(), Limits(), Passwords()
    app.on_response_prepare.append(note_started)
    app.on_response_prepare.append(protect)
    app.on_response_prepare.append(share)
    register(app, tables)
    return app
