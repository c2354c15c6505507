"""The pages, put into the application."""

from typing import Final

from aiohttp import web

from server.web.pages import (
    accounts,
    briefing_list,
    briefings,
    contacts,
    documents,
    feeds,
    follow_up,
    groups,
    invitations,
    live,
    notes,
    outbox,
    papers,
    planning,
    preferences,
    record,
    rehearsals,
    reminders,
    rosters,
    series,
    sign_in,
    static_files,
)
from server.web.pages.problem_page import problem_page
from server.web.pages.views import setup_pages
from server.web.problems import PROBLEM_PAGE
from server.web.routing import Routes

TABLES: Final[tuple[Routes, ...]] = tuple(
    module.routes
    for module in (
        static_files,
        preferences,
        sign_in,
        briefing_list,
        briefings,
        planning,
        series,
        documents,
        live,
        rehearsals,
        notes,
        record,
        papers,
        follow_up,
        invitations,
        outbox,
        feeds,
        contacts,
        groups,
        rosters,
        reminders,
        accounts,
    )
)
"""Every page group's routes; the composer registers them beside the API's."""


def install_pages(app: web.Application) -> None:
    """Give the application its templates, and refusals the look of a page."""
    setup_pages(app)
    app[PROBLEM_PAGE] = problem_page
