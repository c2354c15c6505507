"""Who reads a page, as its frame shows them."""

from dataclasses import dataclass

from aiohttp import web

from server.core.people import Role
from server.web.callers import CALLER

ROLE_NAMES = {
    Role.ADMIN: "Administrator",
    Role.ORGANIZER: "Organizer",
    Role.CHAIR: "Chair",
    Role.SECRETARY: "Secretary",
    Role.OPERATOR: "Operator",
    Role.HUB: "Hub",
    Role.SITE: "Endpoint",
}
"""The roles in English: messages of the `pages` catalogue."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in person."""

    name: str
    role: Role

    @property
    def role_name(self) -> str:
        """The role in English, to be translated."""
        return ROLE_NAMES[self.role]


def reader_of(request: web.Request) -> Reader | None:
    """Return who reads the page; None where nobody need sign in."""
    caller = request.get(CALLER)
    return Reader(caller.name, caller.role) if caller else None
