"""Accounts, sign-ins and tokens. Secrets come in as hashes and never leave."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.errors import NotFound
from server.core.ids import BriefingId, EndpointCode
from server.core.people import Role, Token, TokenId, User, UserId
from server.store.errors import NameTaken
from server.store.tables import SignInRow, TokenRow, UserRow


class Unset(Enum):
    """Marks an argument that was not given, where None means something."""

    UNCHANGED = auto()


UNCHANGED = Unset.UNCHANGED


async def add_user(session: AsyncSession, user: User, password_hash: str) -> None:
    """Add an account. Raises NameTaken; the transaction is then of no more use."""
    session.add(
        UserRow(
            id=user.id,
            name=user.name,
            display_name=user.display_name,
            role=user.role.value,
            password_hash=password_hash,
            disabled_at=user.disabled_at,
            email=user.email or None,
        )
    )
    try:
        await session.flush()
    except IntegrityError as error:
        raise NameTaken(user.name) from error


async def user_by_name(session: AsyncSession, name: str) -> tuple[User, str] | None:
    """Return an account, disabled or not, and its password hash."""
    row = await session.scalar(select(UserRow).where(col(UserRow.name) == name))
    return (_user(row), row.password_hash) if row else None


async def user(session: AsyncSession, user_id: UserId) -> User | None:
    """Return an account."""
    row = await session.get(UserRow, user_id)
    return _user(row) if row else None


async def users(session: AsyncSession) -> list[User]:
    """Return every account, by sign-in name."""
    return sorted((_user(row) for row in await session.scalars(select(UserRow))), key=lambda one: one.name)


async def update_user(
    session: AsyncSession,
    user_id: UserId,
    *,
    display_name: str | None = None,
    role: Role | None = None,
    password_hash: str | None = None,
    disabled_at: datetime | Unset | None = UNCHANGED,
    email: str | None = None,
) -> User:
    """Change what is given of an account and return it; `disabled_at=None` enables it again. Raises NotFound."""
    row = await session.get(UserRow, user_id)
    if row is None:
        raise NotFound(user_id)
    if display_name is not None:
        row.display_name = display_name
    if role is not None:
        row.role = role.value
    if password_hash is not None:
        row.password_hash = password_hash
    if not isinstance(disabled_at, Unset):
        row.disabled_at = disabled_at
    if email is not None:
        row.email = email or None
    await session.flush()
    return _user(row)


async def add_sign_in(
    session: AsyncSession, secret_hash: str, user_id: UserId, *, now: datetime, expires_at: datetime
) -> None:
    """Remember that a person signed in, and forget every sign-in that has expired."""
    await session.execute(delete(SignInRow).where(col(SignInRow.expires_at) <= now))
    session.add(SignInRow(secret_hash=secret_hash, user_id=user_id, signed_in_at=now, expires_at=expires_at))
    await session.flush()


async def signed_in(session: AsyncSession, secret_hash: str, now: datetime) -> User | None:
    """Return who is signed in under a secret, unless it has expired or the account is disabled."""
    row = await session.scalar(
        select(UserRow)
        .join(SignInRow, col(SignInRow.user_id) == col(UserRow.id))
        .where(
            col(SignInRow.secret_hash) == secret_hash,
            col(SignInRow.expires_at) > now,
            col(UserRow.disabled_at).is_(None),
        )
    )
    return _user(row) if row else None


async def sign_out(session: AsyncSession, secret_hash: str) -> None:
    """Forget one sign-in; an unknown one is no error."""
    await session.execute(delete(SignInRow).where(col(SignInRow.secret_hash) == secret_hash))


async def sign_out_everywhere(session: AsyncSession, user_id: UserId) -> None:
    """Forget every sign-in of a person."""
    await session.execute(delete(SignInRow).where(col(SignInRow.user_id) == user_id))


async def add_token(session: AsyncSession, token: Token, secret_hash: str) -> None:
    """Add a token."""
    session.add(
        TokenRow(
            id=token.id,
            secret_hash=secret_hash,
            role=token.role.value,
            label=token.label,
            created_at=token.created_at,
            briefing_id=token.briefing,
            endpoint=token.endpoint,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
        )
    )
    await session.flush()


async def token_by_hash(session: AsyncSession, secret_hash: str) -> Token | None:
    """Return a token, valid or not: the caller asks `Token.valid`."""
    row = await session.scalar(select(TokenRow).where(col(TokenRow.secret_hash) == secret_hash))
    return _token(row) if row else None


async def tokens(session: AsyncSession) -> list[Token]:
    """Return every token but the sites' join tokens, revoked ones too, newest first."""
    found = await session.scalars(
        select(TokenRow)
        .where(col(TokenRow.role) != Role.SITE.value)
        .order_by(col(TokenRow.created_at).desc(), col(TokenRow.id))
    )
    return [_token(row) for row in found]


async def join_tokens(session: AsyncSession, briefing_id: BriefingId) -> list[Token]:
    """Return the join tokens of a briefing's sites that have not been revoked, oldest first."""
    found = await session.scalars(
        select(TokenRow)
        .where(
            col(TokenRow.briefing_id) == briefing_id,
            col(TokenRow.role) == Role.SITE.value,
            col(TokenRow.revoked_at).is_(None),
        )
        .order_by(col(TokenRow.created_at), col(TokenRow.id))
    )
    return [_token(row) for row in found]


async def join_tokens_of(
    session: AsyncSession, endpoint: EndpointCode, briefings: Collection[BriefingId]
) -> list[Token]:
    """Return the join tokens of one site in some briefings that have not been revoked."""
    found = await session.scalars(
        select(TokenRow).where(
            col(TokenRow.briefing_id).in_(briefings),
            col(TokenRow.endpoint) == endpoint,
            col(TokenRow.role) == Role.SITE.value,
            col(TokenRow.revoked_at).is_(None),
        )
    )
    return [_token(row) for row in found]


async def known_hashes(session: AsyncSession, secret_hashes: Iterable[str]) -> frozenset[str]:
    """Return those of these hashes under which a token is kept, whether it still works or not."""
    found = await session.scalars(
        select(col(TokenRow.secret_hash)).where(col(TokenRow.secret_hash).in_(list(secret_hashes)))
    )
    return frozenset(found)


async def revoke_token(session: AsyncSession, token_id: TokenId, now: datetime) -> None:
    """Revoke a token; one that is revoked already keeps its moment, an unknown one is no error."""
    await session.execute(
        update(TokenRow).where(col(TokenRow.id) == token_id, col(TokenRow.revoked_at).is_(None)).values(revoked_at=now)
    )


async def revoke_join(
    session: AsyncSession, briefing_id: BriefingId, endpoints: Iterable[EndpointCode], now: datetime
) -> None:
    """Revoke the join tokens of some sites of a briefing."""
    await session.execute(
        update(TokenRow)
        .where(
            col(TokenRow.briefing_id) == briefing_id,
            col(TokenRow.role) == Role.SITE.value,
            col(TokenRow.endpoint).in_(list(endpoints)),
            col(TokenRow.revoked_at).is_(None),
        )
        .values(revoked_at=now)
    )


def _user(row: UserRow) -> User:
    return User(
        id=UserId(row.id),
        name=row.name,
        display_name=row.display_name,
        role=Role(row.role),
        disabled_at=row.disabled_at,
        email=row.email or "",
    )


def _token(row: TokenRow) -> Token:
    return Token(
        id=TokenId(row.id),
        role=Role(row.role),
        label=row.label,
        created_at=row.created_at,
        briefing=BriefingId(row.briefing_id) if row.briefing_id is not None else None,
        endpoint=EndpointCode(row.endpoint) if row.endpoint is not None else None,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
