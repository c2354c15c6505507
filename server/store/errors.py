"""What the store raises: a fault of the storage itself, a lost race, and a name that is taken."""

from server.core.errors import Conflict


class StorageUnavailable(Exception):
    """The database is away, locked for too long, full or read-only; nothing is known to be written, try again later."""


class StaleHead(Exception):
    """Somebody else appended to this journal first; load what is new and decide again."""


class StaleCursor(Exception):
    """Somebody else has read this journal on; there is nothing left to do here."""


class NameTaken(Conflict):
    """An account of that name exists already; choose another name."""

    code = "name_taken"
