"""Signing in and out, and who one is."""

import secrets
import time
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from server.core.people import Caller, Role, User
from server.store import briefings, people
from server.web.bodies import Body, Line, parsed
from server.web.callers import actor_of, caller_of, cookie_name, hashed, session_secret
from server.web.errors import TooFast, WrongPassword
from server.web.keys import CLOCK, DATABASE, LIMITS, PASSWORDS, ROSTERS, SETTINGS
from server.web.limits import network_of
from server.web.passwords import LONGEST
from server.web.routing import PUBLIC, SIGNED_IN, Routes
from server.web.security import address_of, is_https
from server.web.users import spelt

routes = Routes()

Password = Annotated[str, StringConstraints(strip_whitespace=False), Field(max_length=LONGEST)]


class SignIn(Body):
    """Who wants to sign in."""

    name: Line
    password: Password


class MeAnswer(BaseModel):
    """Who the caller is, and the one briefing and endpoint a site is bound to."""

    role: Role
    name: str
    briefing: str | None
    endpoint: str | None
    endpoint_name: str | None


@routes.post("/api/v1/session", allow=PUBLIC, body=SignIn, answers=MeAnswer)
async def sign_in(request: web.Request) -> web.Response:
    """Sign a person in with a cookie. Only attempts that fail count against the name and the address."""
    wanted = await parsed(request, SignIn)
    name = spelt(wanted.name)
    note_attempt(request, name)
    async with request.app[DATABASE].read() as session:
        found = await people.user_by_name(session, name)
    user, kept = found or (None, None)
    if not await request.app[PASSWORDS].fits(wanted.password, kept) or user is None or user.disabled_at is not None:
        raise WrongPassword
    forgive_attempt(request, name)
    response = web.json_response((await me(request, as_caller(user))).model_dump(mode="json"))
    await keep_signed_in(request, response, user)
    return response


@routes.delete("/api/v1/session", allow=PUBLIC)
async def sign_out(request: web.Request) -> web.Response:
    """Sign out; who is not signed in is out already."""
    secret = session_secret(request)
    if secret is not None:
        async with request.app[DATABASE].begin() as session:
            await people.sign_out(session, hashed(secret))
    response = web.Response(status=HTTPStatus.NO_CONTENT)
    response.del_cookie(cookie_name(request), path="/", secure=is_https(request), httponly=True, samesite="Lax")
    return response


@routes.get("/api/v1/me", allow=SIGNED_IN, answers=MeAnswer)
async def show_me(request: web.Request) -> web.Response:
    """Say who the caller is."""
    return web.json_response((await me(request, caller_of(request))).model_dump(mode="json"))


async def me(request: web.Request, caller: Caller) -> MeAnswer:
    """Describe a caller to itself."""
    return MeAnswer(
        role=caller.role,
        name=caller.name,
        briefing=caller.briefing,
        endpoint=caller.endpoint,
        endpoint_name=await endpoint_name(request, caller),
    )


async def endpoint_name(request: web.Request, caller: Caller) -> str | None:
    """Return the name of a site in its briefing's roster."""
    if caller.endpoint is None or caller.briefing is None:
        return None
    async with request.app[DATABASE].read() as session:
        briefing = await briefings.summary(session, caller.briefing)
    unit = request.app[ROSTERS].load(briefing.roster).by_code.get(caller.endpoint) if briefing else None
    return unit.name if unit else None


async def keep_signed_in(request: web.Request, response: web.Response, user: User) -> None:
    """Remember a new sign-in and give the browser its cookie."""
    secret = secrets.token_urlsafe(32)
    now, lasts = request.app[CLOCK](), timedelta(hours=request.app[SETTINGS].session_hours)
    async with request.app[DATABASE].begin() as session:
        await people.add_sign_in(session, hashed(secret), user.id, now=now, expires_at=now + lasts)
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=is_https(request),
        httponly=True,
        samesite="Lax",
    )


def as_caller(user: User) -> Caller:
    """Return the caller a person is."""
    return Caller(user.role, actor_of(user), name=user.display_name)


def note_attempt(request: web.Request, name: str) -> None:
    """Count an attempt before it is judged, so that attempts made at once count too. Raises TooFast."""
    limits, now = request.app[LIMITS], time.monotonic()
    address = network_of(address_of(request))
    if wait := limits.sign_in_by_address.take(address, now=now):
        raise TooFast(wait)
    if wait := limits.sign_in_by_name.take(name, now=now):
        raise TooFast(wait)


def forgive_attempt(request: web.Request, name: str) -> None:
    """Take back the count of an attempt that was right."""
    limits, now = request.app[LIMITS], time.monotonic()
    limits.sign_in_by_address.give_back(network_of(address_of(request)), now=now)
    limits.sign_in_by_name.give_back(name, now=now)
