"""Routes that declare everything about themselves: who may call, what they take and what they answer."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Final, Literal

from aiohttp import web
from aiohttp.web_urldispatcher import AbstractRoute
from pydantic import BaseModel

from server.core.people import Role

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Everyone(Enum):
    """Who need not say who they are."""

    PUBLIC = "public"


PUBLIC: Final = Everyone.PUBLIC
Allow = frozenset[Role] | Literal[Everyone.PUBLIC]

ADMINS: Final = frozenset({Role.ADMIN})
ORGANIZERS: Final = frozenset({Role.ORGANIZER})
CHAIRS: Final = frozenset({Role.CHAIR})
LEADERS: Final = frozenset({Role.ORGANIZER, Role.CHAIR})
SECRETARIES: Final = frozenset({Role.SECRETARY})
RECORDERS: Final = LEADERS | SECRETARIES
"""Who reads the record."""

NOTE_TAKERS: Final = ORGANIZERS | SECRETARIES
"""Who writes down what the meeting comes to, and what becomes of it."""

OPERATORS: Final = ORGANIZERS | {Role.OPERATOR}
"""Who sees to the lines, and says whether the meeting can be held over them."""

REHEARSERS: Final = LEADERS | {Role.OPERATOR}
"""Who opens the room to rehearse."""

STAFF: Final = RECORDERS | {Role.OPERATOR}
HUBS: Final = frozenset({Role.HUB, Role.CHAIR})
"""Who publishes and presents as the hub."""

SITES: Final = frozenset({Role.SITE})
SIGNED_IN: Final = frozenset(Role)

PEOPLE: Final = STAFF | ADMINS
"""The roles a person's account may have."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address, and all there is to know about it."""

    method: str
    path: str
    handler: Handler
    allow: Allow
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answers: type[BaseModel] | None = None
    status: int = HTTPStatus.OK
    takes: str = "application/json"
    gives: str = "application/json"  # the media type of a good answer; nothing for a 204

    @property
    def stream(self) -> bool:
        """Whether the answer has no end, so that HEAD makes no sense."""
        return self.gives == "text/event-stream"


class Routes:
    """The routes of one module, in the order they are declared.

    `allow` has no default: a route that does not say who may call it cannot be written. `admin` is added to every set
    of people; a set of sites and hubs alone stays as it is.
    """

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def add(
        self,
        method: str,
        path: str,
        *,
        allow: Allow,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        answers: type[BaseModel] | None = None,
        status: int = HTTPStatus.OK,
        takes: str = "application/json",
        gives: str = "application/json",
    ) -> Callable[[Handler], Handler]:
        """Declare a route; see `Route` for the meaning of each part."""

        def declare(handler: Handler) -> Handler:
            allowed = with_admin(allow)
            self._routes.append(Route(method, path, handler, allowed, body, query, answers, status, takes, gives))
            return handler

        return declare

    def get(
        self,
        path: str,
        *,
        allow: Allow,
        query: type[BaseModel] | None = None,
        answers: type[BaseModel] | None = None,
        gives: str = "application/json",
    ) -> Callable[[Handler], Handler]:
        """Declare what reads and changes nothing."""
        return self.add("GET", path, allow=allow, query=query, answers=answers, gives=gives)

    def page(self, path: str, *, allow: Allow) -> Callable[[Handler], Handler]:
        """Declare a page for browsers."""
        return self.add("GET", path, allow=allow, gives="text/html")

    def post(
        self,
        path: str,
        *,
        allow: Allow,
        body: type[BaseModel] | None = None,
        answers: type[BaseModel] | None = None,
        status: int = HTTPStatus.OK,
        takes: str = "application/json",
        gives: str = "application/json",
    ) -> Callable[[Handler], Handler]:
        """Declare what makes or moves something."""
        return self.add("POST", path, allow=allow, body=body, answers=answers, status=status, takes=takes, gives=gives)

    def put(
        self, path: str, *, allow: Allow, body: type[BaseModel], answers: type[BaseModel] | None = None
    ) -> Callable[[Handler], Handler]:
        """Declare what sets something whole; the same again changes nothing."""
        return self.add("PUT", path, allow=allow, body=body, answers=answers)

    def patch(
        self,
        path: str,
        *,
        allow: Allow,
        body: type[BaseModel] | None = None,
        answers: type[BaseModel] | None = None,
        status: int = HTTPStatus.OK,
        takes: str = "application/json",
    ) -> Callable[[Handler], Handler]:
        """Declare what changes a part of something."""
        return self.add("PATCH", path, allow=allow, body=body, answers=answers, status=status, takes=takes)

    def delete(self, path: str, *, allow: Allow, query: type[BaseModel] | None = None) -> Callable[[Handler], Handler]:
        """Declare what ends something; it answers 204."""
        return self.add("DELETE", path, allow=allow, query=query, status=HTTPStatus.NO_CONTENT)

    def options(self, path: str, *, allow: Allow) -> Callable[[Handler], Handler]:
        """Declare what says how an address may be used; it answers 204."""
        return self.add("OPTIONS", path, allow=allow, status=HTTPStatus.NO_CONTENT)


def with_admin(allow: Allow) -> Allow:
    """Let the admin do what people may do."""
    if allow is PUBLIC or not allow & STAFF:
        return allow
    return allow | ADMINS


DECLARED: web.AppKey[dict[AbstractRoute, Route]] = web.AppKey("declared")
"""What the application knows of each of its routes."""


def register(app: web.Application, tables: Iterable[Routes]) -> None:
    """Put the routes of every module into the application, and refuse to start it with an undeclared one."""
    declared = app.setdefault(DECLARED, {})
    for table in tables:
        for route in table:
            for added in _added(app.router, route):
                declared[added] = route
    app.on_startup.append(_refuse_undeclared)


def declaration_of(request: web.Request) -> Route | None:
    """Return what is declared of the request's route; None when the address or the method is unknown (404, 405)."""
    return request.app[DECLARED].get(request.match_info.route)


def _added(router: web.UrlDispatcher, route: Route) -> Iterator[AbstractRoute]:
    """Add one route; what can be read can be asked for its headers too (RFC 9110, section 9.1)."""
    yield router.add_route(route.method, route.path, route.handler)
    if route.method == "GET" and not route.stream:
        yield router.add_route("HEAD", route.path, route.handler)


async def _refuse_undeclared(app: web.Application) -> None:
    undeclared = [route for route in app.router.routes() if route not in app[DECLARED]]
    if undeclared:
        raise RuntimeError(f"these routes do not say who may call them: {undeclared}")
