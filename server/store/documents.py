"""The files that journals name."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.store.tables import FileRow, table_of


async def named(session: AsyncSession, digests: Collection[str]) -> frozenset[str]:
    """Return which of these hashes some journal names. One query."""
    column = table_of(FileRow).c.sha256
    return frozenset(await session.scalars(select(column).where(column.in_(digests)).distinct()))
