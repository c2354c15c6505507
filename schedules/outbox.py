"""The loop that empties the outbox: one mail at a time, each settled before the next is taken.

A mail is sent twice only when its process dies, or loses the server, between the server's acceptance and the commit
that says so; the bytes are the same both times, the Message-ID too, and receivers fold the two.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final, Protocol

import structlog

from schedules.smtp import MailServer, NotAccepted, ServerAway
from server.core.mail import GivenBack, Sent, Taken, Verdict, judge

log = structlog.get_logger()

LOOK_EVERY: Final = 5.0
"""Seconds between looks at what is due; what is written on this node is looked for at once."""

FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 300.0
"""Seconds until a server is tried again that could not be reached: doubled each time."""

UNSETTLED_PAUSE: Final = 0.5
LONGEST_UNSETTLED: Final = 10.0

PATIENCE: Final = 10.0
"""Seconds that the mail on its way has when the service stops."""


class Box(Protocol):
    """The rows, as the loop sees them: each call is a transaction of its own, and may fail."""

    lease: timedelta

    async def take(self) -> Taken | None:
        """Take what has been due longest, under a lease."""

    async def renew(self, taken: Taken) -> bool:
        """Keep it for another lease; False: somebody else may have it."""

    async def settle(self, taken: Taken, verdict: Verdict) -> None:
        """Write what became of it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why no mail leaves this node at present."""

    reason: str
    again_at: datetime


class Outbox:
    """Sends what is due; give `run` to a supervised task, and `stop` before it is cancelled."""

    def __init__(self, box: Box, server: MailServer, now: Callable[[], datetime], *, chance: Random) -> None:
        self._box = box
        self._server = server
        self._now = now
        self._chance = chance
        self._written = asyncio.Event()
        self._at_work = asyncio.Lock()  # held while a mail is between its taking and its settling
        self._leaving = False
        self._failures = 0  # of the server, in a row
        self.trouble: Trouble | None = None

    async def run(self) -> None:
        """Send what is due, again and again until `stop`."""
        try:
            while not self._leaving:
                pause = await self._empty()
                await _happens(self._written, within=pause)
                self._written.clear()
        finally:
            self._server.hang_up()

    def look(self) -> None:
        """Look now: something was written, or is to be tried again at once."""
        self._written.set()

    async def stop(self) -> None:
        """Take no other mail, and let the one on its way arrive and be settled, for ten seconds at most."""
        self._leaving = True  # a flag: libraries have been seen to lose a cancellation
        self.look()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE), self._at_work:
                pass

    async def _empty(self) -> float:
        """Send all that is due; return for how many seconds there is nothing to do."""
        try:
            while await self._send_one():
                pass
        except ServerAway as away:
            return self._rest(str(away))
        await self._server.close()
        return LOOK_EVERY

    def _rest(self, reason: str) -> float:
        longest: float = min(FIRST_PAUSE * 2 ** min(self._failures, 10), LONGEST_PAUSE)
        pause = longest * self._chance.uniform(0.5, 1)
        self._failures += 1
        self.trouble = Trouble(reason, self._now() + timedelta(seconds=pause))
        log.warning("mail_server_away", reason=reason, again_in=round(pause, 1))
        return pause

    async def _send_one(self) -> bool:
        """Take a mail, send it and settle it; False when none is due. Raises ServerAway."""
        async with self._at_work:
            taken = None if self._leaving else await self._box.take()
            if taken is None:
                return False
            verdict = await self._tried(taken)
            await self._settle(taken, verdict)
        if isinstance(verdict, GivenBack):
            raise ServerAway(verdict.reason)
        self._failures, self.trouble = 0, None
        return True

    async def _tried(self, taken: Taken) -> Verdict:
        """Send a mail, and keep its lease meanwhile; a renewal that has begun is let finish."""
        done = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep(taken, done))
            try:
                verdict = await self._carried(taken)
            finally:
                done.set()
        return verdict

    async def _carried(self, taken: Taken) -> Verdict:
        try:
            await self._server.send(taken.mail)
        except ServerAway as away:
            return GivenBack(str(away))
        except NotAccepted as error:
            return judge(taken, error.reply, now=self._now(), chance=self._chance.random())
        return Sent()

    async def _keep(self, taken: Taken, done: asyncio.Event) -> None:
        """Renew the lease three times in its length: a slow server is no dead process."""
        while not await _happens(done, within=self._box.lease.total_seconds() / 3):
            try:
                kept = await self._box.renew(taken)
            except Exception:
                log.exception("mail_not_kept", mail=taken.mail.id)
            else:
                if not kept:
                    log.warning("mail_lease_lost", mail=taken.mail.id)

    async def _settle(self, taken: Taken, verdict: Verdict) -> None:
        """Write what became of a mail, however long the rows are away: this process knows, and nobody else."""
        pause = UNSETTLED_PAUSE
        while True:
            try:
                await self._box.settle(taken, verdict)
            except Exception:
                log.exception("mail_not_settled", mail=taken.mail.id, again_in=pause)
            else:
                log.info("mail_settled", mail=taken.mail.id, verdict=type(verdict).__name__, attempt=taken.attempt)
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_UNSETTLED)


async def _happens(event: asyncio.Event, *, within: float) -> bool:
    """Wait for an event, so many seconds at most; whether it has happened."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await event.wait()
    return event.is_set()
