"""Bearer tokens of programs and of the hub. A site's token is its join link: see `join_links`."""

import secrets
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal

from aiohttp import web
from pydantic import BaseModel

from server.core.errors import Invalid
from server.core.ids import BriefingId
from server.core.people import Role, Token, TokenId
from server.live.rooms import NoSuchBriefing
from server.store import briefings, people
from server.store.database import Database
from server.web.bodies import Body, Line, Moment, parsed
from server.web.callers import hashed
from server.web.keys import CLOCK, DATABASE
from server.web.routing import ADMINS, Routes

routes = Routes()

ProgramsRole = Literal[Role.ADMIN, Role.ORGANIZER, Role.CHAIR, Role.SECRETARY, Role.OPERATOR, Role.HUB]


class SiteNeedsLink(Invalid):
    """A site's token is its join link; make one for its briefing."""

    code = "site_needs_link"


class NewToken(Body):
    """A token to be made; without a briefing it is good for every one, without an end until it is revoked."""

    role: ProgramsRole
    label: Line
    briefing: Line | None = None
    expires_at: Moment | None = None


class TokenAnswer(BaseModel):
    """A token, without its secret."""

    id: str
    role: ProgramsRole
    label: str
    briefing: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewTokenAnswer(TokenAnswer):
    """A token with its secret, which is shown only this once."""

    token: str


class TokensAnswer(BaseModel):
    """Every token, newest first."""

    tokens: list[TokenAnswer]


@routes.get("/api/v1/tokens", allow=ADMINS, answers=TokensAnswer)
async def list_tokens(request: web.Request) -> web.Response:
    """List the tokens, revoked ones too."""
    async with request.app[DATABASE].read() as session:
        found = await people.tokens(session)
    return web.json_response(text=TokensAnswer(tokens=[as_answer(token) for token in found]).model_dump_json())


@routes.post("/api/v1/tokens", allow=ADMINS, body=NewToken, answers=NewTokenAnswer, status=HTTPStatus.CREATED)
async def add_token(request: web.Request) -> web.Response:
    """Make a token; the answer is the only place where its secret is ever seen."""
    wanted = await parsed(request, NewToken)
    token = new_token(
        role=wanted.role,
        label=wanted.label,
        briefing=None if wanted.briefing is None else BriefingId(wanted.briefing),
        expires_at=wanted.expires_at,
        now=request.app[CLOCK](),
    )
    secret = await stored(request.app[DATABASE], token)
    answer = NewTokenAnswer(**as_answer(token).model_dump(), token=secret)
    headers = {"Location": f"/api/v1/tokens/{token.id}"}
    return web.json_response(text=answer.model_dump_json(), status=HTTPStatus.CREATED, headers=headers)


@routes.delete("/api/v1/tokens/{token_id}", allow=ADMINS)
async def revoke_token(request: web.Request) -> web.Response:
    """Revoke a token; one that is revoked already, or never was, is no error."""
    async with request.app[DATABASE].begin() as session:
        await people.revoke_token(session, TokenId(request.match_info["token_id"]), request.app[CLOCK]())
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def create_token(
    database: Database,
    *,
    role: Role,
    label: str,
    briefing: BriefingId | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Make a token and return its secret. Raises SiteNeedsLink or NoSuchBriefing."""
    token = new_token(role=role, label=label, briefing=briefing, expires_at=expires_at, now=datetime.now(UTC))
    return await stored(database, token)


def new_token(
    *, role: Role, label: str, briefing: BriefingId | None, expires_at: datetime | None, now: datetime
) -> Token:
    """Return a token that is not stored yet. Raises SiteNeedsLink."""
    if role is Role.SITE:
        raise SiteNeedsLink
    return Token(TokenId(secrets.token_urlsafe(12)), role, label, now, briefing, None, expires_at)


async def stored(database: Database, token: Token) -> str:
    """Store a token under a new secret and return the secret. Raises NoSuchBriefing."""
    secret = secrets.token_urlsafe(32)
    async with database.begin() as session:
        if token.briefing is not None and await briefings.summary(session, token.briefing) is None:
            raise NoSuchBriefing(token.briefing)
        await people.add_token(session, token, hashed(secret))
    return secret


def as_answer(token: Token) -> TokenAnswer:
    """Show a token."""
    return TokenAnswer.model_validate(
        {
            "id": token.id,
            "role": token.role,
            "label": token.label,
            "briefing": token.briefing,
            "created_at": token.created_at,
            "expires_at": token.expires_at,
            "revoked_at": token.revoked_at,
        }
    )
