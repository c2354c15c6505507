"""Which errors mean "try again later"."""

import sqlite3

import pytest
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.store.faults import is_fault


def of_sqlite(code: int) -> DBAPIError:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    return DBAPIError("SELECT 1", {}, error)


class OfPostgresql(Exception):
    def __init__(self, state: str) -> None:
        super().__init__("what PostgreSQL says")
        self.sqlstate = state


@pytest.mark.parametrize(
    "error",
    [
        PoolTimeout("every connection is in use"),
        TimeoutError(),
        of_sqlite(sqlite3.SQLITE_BUSY),
        of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT),
        of_sqlite(sqlite3.SQLITE_IOERR_FSYNC),
        DBAPIError("SELECT 1", {}, Exception("broken pipe"), connection_invalidated=True),
        *(DBAPIError("SELECT 1", {}, OfPostgresql(state)) for state in ("53100", "57P01", "08006", "55P03", "40P01")),
    ],
)
def test_a_fault_of_the_storage_is_one(error: Exception) -> None:
    assert is_fault(error)


@pytest.mark.parametrize(
    "error",
    [
        of_sqlite(sqlite3.SQLITE_ERROR),
        of_sqlite(sqlite3.SQLITE_CONSTRAINT),
        DBAPIError("SELECT 1", {}, OfPostgresql("42P01")),
        DBAPIError("SELECT 1", {}, Exception("no code at all")),
        InvalidRequestError("a mistake in the program"),
        OSError("something else of the caller's"),
    ],
)
def test_a_mistake_is_none(error: Exception) -> None:
    assert not is_fault(error)
