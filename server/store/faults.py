"""Which database errors are faults of the storage, so that a caller should try again later, and which are bugs."""

from sqlite3 import (
    SQLITE_BUSY,
    SQLITE_CANTOPEN,
    SQLITE_CORRUPT,
    SQLITE_FULL,
    SQLITE_IOERR,
    SQLITE_LOCKED,
    SQLITE_NOTADB,
    SQLITE_PROTOCOL,
    SQLITE_READONLY,
)

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

SQLITE_FAULTS = frozenset(
    {
        SQLITE_BUSY,
        SQLITE_CANTOPEN,
        SQLITE_CORRUPT,
        SQLITE_FULL,
        SQLITE_IOERR,
        SQLITE_LOCKED,
        SQLITE_NOTADB,
        SQLITE_PROTOCOL,
        SQLITE_READONLY,
    }
)
"""Primary result codes (the low byte), https://sqlite.org/rescode.html."""

POSTGRESQL_FAULT_CLASSES = frozenset({"08", "53", "57", "58"})
"""Connection, resources (disk full), operator intervention (shutdown, time-out), system error.
PostgreSQL documentation, appendix A."""

POSTGRESQL_FAULTS = frozenset({"25006", "40001", "40P01", "55P03"})
"""Read-only (a standby), serialization failure, deadlock, lock time-out."""


def is_fault(error: Exception) -> bool:
    """Whether the storage failed, rather than the statement."""
    if isinstance(error, (PoolTimeout, TimeoutError)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or _is_sqlite_fault(error.orig) or _is_postgresql_fault(error.orig)


def _is_sqlite_fault(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in SQLITE_FAULTS


def _is_postgresql_fault(error: BaseException | None) -> bool:
    state = getattr(error, "sqlstate", None) or ""
    return state[:2] in POSTGRESQL_FAULT_CLASSES or state in POSTGRESQL_FAULTS
