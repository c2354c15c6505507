"""Passwords: argon2id (RFC 9106), computed in threads, a few at a time."""

import asyncio
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.core.errors import Invalid

SHORTEST = 10
LONGEST = 1000


class WeakPassword(Invalid):
    """A password has at least 10 characters; choose a longer one."""

    code = "weak_password"


class Passwords:
    """Makes and checks password hashes. Each takes some 64 MiB and 50 ms, so only two run at once."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(2)

    async def hashed(self, password: str) -> str:
        """Return the hash to keep. Raises WeakPassword."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise WeakPassword
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether the password opens the hash; `None`, for nobody, takes as long and is never opened."""
        async with self._turns:
            return await asyncio.to_thread(self._opens, password, kept)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash("nobody signs in with this")

    def _opens(self, password: str, kept: str | None) -> bool:
        decoy = self._decoy  # made by the first who signs in, known or not, so that its time tells nothing
        try:
            return self._hasher.verify(kept or decoy, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
