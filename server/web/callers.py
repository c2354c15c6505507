"""Who calls: a person by the session cookie, or a site or program by its bearer token; and what they may touch."""

import re
import time
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NewType

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.errors import Forbidden, NotFound
from server.core.ids import Actor
from server.core.people import Caller, Role, Token, User
from server.store import briefings, people
from server.store.errors import StorageUnavailable
from server.web.errors import InvalidToken, LinkExpired, TooFast, Unauthenticated
from server.web.keys import CLOCK, DATABASE, LIMITS
from server.web.limits import network_of
from server.web.routing import PUBLIC, Handler, Route, declaration_of
from server.web.security import SAFE, address_of, is_https, require_same_origin

LINGER = timedelta(hours=12)
"""How long after the end of its briefing a site's token still works, to read what it took part in."""

LOOK_AGAIN = timedelta(seconds=15)
"""How long a revoked caller may go on reading a stream."""

_PLAIN = re.compile(r"[\w.~-]{1,200}", re.ASCII)
"""What a part of an address may consist of: whatever else it holds, nothing of that name exists."""

_SECRET = re.compile(r"[A-Za-z0-9_-]{16,200}", re.ASCII)

CALLER = web.RequestKey("caller", Caller)


@web.middleware
async def admitted(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request pass to its handler when its route allows the caller and the caller may touch what it names."""
    route = declaration_of(request)
    if route is None:
        return await handler(request)
    refuse_odd_names(request)
    bearer = bearer_of(request)
    if bearer is None:
        require_same_origin(request, cookie=session_secret(request) is not None)
    if route.allow is not PUBLIC:
        caller = await authenticated(request)
        require(route, caller, request.match_info)
        if caller.role is Role.SITE:
            _refuse_haste(request, caller)
        request[CALLER] = caller
    return await handler(request)


def _refuse_haste(request: web.Request, caller: Caller) -> None:
    """Bound what one site may write down, for the journal keeps it for ever. Raises TooFast."""
    if request.method in SAFE or not request.path.startswith("/api/"):
        return
    if wait := request.app[LIMITS].moves_by_site.take(f"{caller.briefing} {caller.actor}", now=time.monotonic()):
        raise TooFast(wait)


def caller_of(request: web.Request) -> Caller:
    """Return who calls, on a route that is not public."""
    return request[CALLER]


async def authenticated(request: web.Request) -> Caller:
    """Find out who calls; a bearer token goes before a cookie.

    Raises Unauthenticated without credentials, InvalidToken or LinkExpired with bad ones, TooFast after too many.
    """
    bearer, session = bearer_of(request), session_secret(request)
    if bearer is not None:
        return await caller_by_token(request, bearer)
    if session is not None:
        return await caller_by_session(request, session)
    raise Unauthenticated


async def caller_by_token(request: web.Request, secret: str) -> Caller:
    """Return the caller a token's secret stands for. Raises InvalidToken, LinkExpired or TooFast."""
    return caller_with(await valid_token(request, secret))


async def valid_token(request: web.Request, secret: str) -> Token:
    """Return the token of a secret; one that nobody knows uses up the patience with its address.

    Raises InvalidToken, LinkExpired or TooFast.
    """
    token = await _token(request.app, hashed(secret)) if _SECRET.fullmatch(secret) else None
    if token is None:
        note_failure(request)
        raise InvalidToken
    return token


async def _token(app: web.Application, known: str) -> Token | None:
    """Return the valid token that is kept under this hash. Raises LinkExpired."""
    now = app[CLOCK]()
    async with app[DATABASE].read() as session:
        token = await people.token_by_hash(session, known)
        if token is None or not token.valid(now):
            return None
        await _refuse_ended(session, token, now)
        return token


async def caller_by_session(request: web.Request, secret: str) -> Caller:
    """Return the person of a session cookie. Raises Unauthenticated when the session has ended."""
    user = await _user(request.app, hashed(secret)) if _SECRET.fullmatch(secret) else None
    if user is None:
        raise Unauthenticated("the session has ended")
    return Caller(user.role, actor_of(user), name=user.display_name)


async def _user(app: web.Application, known: str) -> User | None:
    """Return the person whose session is kept under this hash."""
    async with app[DATABASE].read() as session:
        user = await people.signed_in(session, known, app[CLOCK]())
    return None if user is None or user.disabled_at is not None else user


Ticket = NewType("Ticket", str)
"""What a caller's admission rests on, to be kept and looked at again: a credential's hash, never the credential."""

_TOKEN, _SESSION = "token", "session"


def ticket_of(request: web.Request) -> Ticket:
    """Return the ticket of a caller that is admitted."""
    bearer = bearer_of(request)
    kind, secret = (_SESSION, session_secret(request)) if bearer is None else (_TOKEN, bearer)
    return Ticket(f"{kind} {hashed(secret or '')}")


async def admits(app: web.Application, ticket: Ticket) -> bool:
    """Whether what a ticket stands for still lets its holder in."""
    kind, _, known = ticket.partition(" ")
    try:
        return await (_token if kind == _TOKEN else _user)(app, known) is not None
    except LinkExpired:
        return False


class Pass:
    """The admission to an answer without end, looked at again from time to time: what is revoked ends."""

    def __init__(self, app: web.Application, ticket: Ticket) -> None:
        self._app = app
        self._ticket = ticket
        self._looked_at = app[CLOCK]()

    async def holds(self) -> bool:
        """Whether the caller may stay; a database that is away sends nobody out."""
        now = self._app[CLOCK]()
        if now - self._looked_at < LOOK_AGAIN:
            return True
        self._looked_at = now
        try:
            return await admits(self._app, self._ticket)
        except StorageUnavailable:
            return True


def require(route: Route, caller: Caller, names: web.UrlMappingMatchInfo) -> None:
    """Raise Forbidden unless the route allows the caller's role and names only what the caller may touch.

    Who is bound to one briefing may call the addresses of that briefing, and those without one that are open to
    sites; a site may name no endpoint but itself.
    """
    if route.allow is PUBLIC:
        return
    if caller.role not in route.allow:
        raise Forbidden(f"not for the role {caller.role}")
    if caller.briefing is not None and not _within(route, caller, names):
        raise Forbidden("another briefing")
    if caller.role is Role.SITE and names.get("code", caller.endpoint) != caller.endpoint:
        raise Forbidden("another endpoint")


def _within(route: Route, caller: Caller, names: web.UrlMappingMatchInfo) -> bool:
    if "briefing_id" in names:
        return names["briefing_id"] == caller.briefing
    return route.allow is PUBLIC or Role.SITE in route.allow


def refuse_odd_names(request: web.Request) -> None:
    """Raise NotFound for an address with parts that nothing can be called; files are looked up as they are."""
    if not all(_PLAIN.fullmatch(name) for key, name in request.match_info.items() if key != "filename"):
        raise NotFound


def caller_with(token: Token) -> Caller:
    """Return the caller that holds a token."""
    actor = f"site:{token.endpoint}" if token.role is Role.SITE else f"token:{token.label}"
    return Caller(token.role, Actor(actor), token.briefing, token.endpoint, name=token.label)


def actor_of(user: User) -> Actor:
    """Name a person as the one who makes a move."""
    return Actor(f"user:{user.name}")


def hashed(secret: str) -> str:
    """Return what is kept of a secret: with 256 random bits a plain SHA-256 cannot be searched."""
    return sha256(secret.encode(errors="surrogateescape")).hexdigest()  # a header may hold any bytes


def bearer_of(request: web.Request) -> str | None:
    """Return the bearer token of the Authorization header (RFC 6750, section 2.1); empty when it is of no use."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def cookie_name(request: web.Request) -> str:
    """Return the session cookie's name; browsers keep a `__Host-` cookie only over HTTPS, for this host alone."""
    return "__Host-giaoban" if is_https(request) else "giaoban"


def session_secret(request: web.Request) -> str | None:
    """Return the session cookie's content."""
    return request.cookies.get(cookie_name(request))


def note_failure(request: web.Request) -> None:
    """Count a bad token against its address. Raises TooFast when there were too many."""
    address = network_of(address_of(request))
    if wait := request.app[LIMITS].bad_tokens_by_address.take(address, now=time.monotonic()):
        raise TooFast(wait)


async def _refuse_ended(session: AsyncSession, token: Token, now: datetime) -> None:
    if token.role is not Role.SITE or token.briefing is None:
        return
    briefing = await briefings.summary(session, token.briefing)
    if briefing is not None and briefing.ended_at is not None and now >= briefing.ended_at + LINGER:
        raise LinkExpired
