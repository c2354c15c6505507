"""The accounts of people, for the admin."""

from aiohttp import web

from server.core.people import Role
from server.store import people
from server.web.keys import DATABASE
from server.web.pages.reader import ROLE_NAMES
from server.web.pages.views import page
from server.web.routing import ADMINS, Routes

routes = Routes()

PERSONS_ROLES = (Role.ORGANIZER, Role.CHAIR, Role.SECRETARY, Role.OPERATOR, Role.ADMIN)
"""The roles an account may have, the commonest first."""


@routes.page("/account/users", allow=ADMINS)
async def users_page(request: web.Request) -> web.Response:
    """Who has an account."""
    async with request.app[DATABASE].read() as session:
        users = await people.users(session)
    values = {"users": users, "roles": {role: ROLE_NAMES[role] for role in PERSONS_ROLES}}
    return page(request, "account/users.html", values)
