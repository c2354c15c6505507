"""The accounts of people, which the admin keeps."""

import secrets
import unicodedata
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from server.core.errors import Conflict, Invalid
from server.core.mail import ADDRESS, LONGEST_ADDRESS
from server.core.people import Role, User, UserId
from server.store import people
from server.store.database import Database
from server.web.bodies import Body, Line, parsed
from server.web.keys import CLOCK, DATABASE, PASSWORDS
from server.web.passwords import LONGEST, Passwords
from server.web.routing import ADMINS, Routes

routes = Routes()

PersonsRole = Literal[Role.ADMIN, Role.ORGANIZER, Role.CHAIR, Role.SECRETARY, Role.OPERATOR]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
"""A sign-in name: what anybody can type on any keyboard."""

MaybeAddress = Annotated[str, Field(max_length=LONGEST_ADDRESS, pattern=rf"{ADDRESS}|^$")]
"""A mail address, or nothing."""

Password = Annotated[str, StringConstraints(strip_whitespace=False), Field(max_length=LONGEST)]


class LastAdmin(Conflict):
    """Somebody must remain who may keep the accounts; make another admin first."""

    code = "last_admin"


class NotAPersonsRole(Invalid):
    """A person is admin, organizer, chair, secretary or operator; the hub and the sites use tokens."""

    code = "not_a_persons_role"


class NewUser(Body):
    """An account to be made."""

    name: Name
    display_name: Line
    role: PersonsRole
    password: Password
    email: MaybeAddress = ""


class UserChange(Body):
    """What is to be changed; what is left out stays."""

    display_name: Line | None = None
    role: PersonsRole | None = None
    password: Password | None = None
    email: MaybeAddress | None = None
    disabled: bool | None = None


class UserAnswer(BaseModel):
    """An account."""

    id: str
    name: str
    display_name: str
    role: PersonsRole
    email: str
    disabled_at: datetime | None


class UsersAnswer(BaseModel):
    """Every account, by name."""

    users: list[UserAnswer]


@routes.get("/api/v1/users", allow=ADMINS, answers=UsersAnswer)
async def list_users(request: web.Request) -> web.Response:
    """List the accounts."""
    async with request.app[DATABASE].read() as session:
        found = await people.users(session)
    return web.json_response(text=UsersAnswer(users=[as_answer(user) for user in found]).model_dump_json())


@routes.post("/api/v1/users", allow=ADMINS, body=NewUser, answers=UserAnswer, status=HTTPStatus.CREATED)
async def add_user(request: web.Request) -> web.Response:
    """Make an account."""
    wanted = await parsed(request, NewUser)
    user = await create_user(
        request.app[DATABASE],
        name=wanted.name,
        display_name=wanted.display_name,
        role=wanted.role,
        password=wanted.password,
        email=wanted.email,
        passwords=request.app[PASSWORDS],
    )
    headers = {"Location": f"/api/v1/users/{user.id}"}
    return web.json_response(text=as_answer(user).model_dump_json(), status=HTTPStatus.CREATED, headers=headers)


@routes.patch("/api/v1/users/{user_id}", allow=ADMINS, body=UserChange, answers=UserAnswer)
async def change_user(request: web.Request) -> web.Response:
    """Change an account; a new password, another role or disabling it ends its sign-ins."""
    wanted = await parsed(request, UserChange)
    user_id = UserId(request.match_info["user_id"])
    password_hash = None if wanted.password is None else await request.app[PASSWORDS].hashed(wanted.password)
    now = request.app[CLOCK]()
    async with request.app[DATABASE].begin() as session:
        before = await people.user(session, user_id)
        user = await people.update_user(
            session,
            user_id,
            display_name=wanted.display_name,
            role=wanted.role,
            password_hash=password_hash,
            email=wanted.email,
            disabled_at=people.UNCHANGED if wanted.disabled is None else (now if wanted.disabled else None),
        )
        if _keeps_accounts(before) and not any(_keeps_accounts(one) for one in await people.users(session)):
            raise LastAdmin
        if password_hash is not None or wanted.disabled or (before is not None and before.role is not user.role):
            await people.sign_out_everywhere(session, user_id)
    return web.json_response(text=as_answer(user).model_dump_json())


async def create_user(
    database: Database,
    *,
    name: str,
    display_name: str,
    role: Role,
    password: str,
    email: str = "",
    passwords: Passwords | None = None,
) -> User:
    """Make an account and return it. Raises WeakPassword, NotAPersonsRole or NameTaken."""
    if role in {Role.HUB, Role.SITE}:
        raise NotAPersonsRole(role)
    password_hash = await (passwords or Passwords()).hashed(password)
    user = User(UserId(secrets.token_urlsafe(12)), spelt(name), display_name, role, email=email)
    async with database.begin() as session:
        await people.add_user(session, user, password_hash)
    return user


def _keeps_accounts(user: User | None) -> bool:
    return user is not None and user.role is Role.ADMIN and user.disabled_at is None


def spelt(name: str) -> str:
    """Return a sign-in name as it is kept: however it is typed, it is one name."""
    return unicodedata.normalize("NFC", name).strip().lower()


def as_answer(user: User) -> UserAnswer:
    """Show an account."""
    return UserAnswer.model_validate(
        {
            "id": user.id,
            "name": user.name,
            "display_name": user.display_name,
            "role": user.role,
            "email": user.email,
            "disabled_at": user.disabled_at,
        }
    )
