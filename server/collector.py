"""The collector: reads the mailbox of the office, takes the replies in it, and keeps aside what cannot be taken.

A message is dealt with before the cursor passes it: a process that dies in between deals with it again, which changes
nothing, since the same answer twice is one.
"""

import asyncio
from typing import Final

import structlog

from schedules import itip, mailbox
from schedules.itip import NotAReply
from schedules.mailbox import Mailbox, MailboxAway, Message, Place
from server.core.ids import MailId
from server.store import mailboxes, outbox
from server.web.replies import MAILBOX, Arrived, Desk, NoPlainAnswer, keep_aside, take

log = structlog.get_logger()

LOOK_EVERY: Final = 60.0
"""Seconds between two visits: a mailbox is not asked more often than people would look."""


class Collector:
    """Visits the mailbox; give `run` to a supervised task."""

    def __init__(self, box: Mailbox, desk: Desk) -> None:
        self._box = box
        self._desk = desk

    async def run(self) -> None:
        """Visit it, again and again."""
        while True:
            if not await self.visit():
                await asyncio.sleep(LOOK_EVERY)

    async def visit(self) -> bool:
        """Deal with what has come; return whether there is more. A mailbox that is away is tried again later."""
        async with self._desk.database.read() as session:
            place = await mailboxes.read_until(session, self._box.name)
        try:
            found = await asyncio.to_thread(mailbox.visit, self._box, None if place is None else Place(*place))
        except MailboxAway as away:
            log.warning("mailbox_away", reason=str(away))
            return False
        for message in found.messages:
            await self._deal_with(message)
            await self._note(found.validity, message.uid)
        if not found.more and place != (found.validity, found.newest):
            await self._note(found.validity, found.newest)
        return found.more

    async def _deal_with(self, message: Message) -> None:
        """Take a message as a reply, or as a word about one of our mails; all else is none of our business."""
        try:
            envelope, reply = await asyncio.to_thread(itip.read, message.content)
        except NotAReply:
            await self._keep_words(message)
            return
        taken = await take(self._desk, Arrived(message.content, envelope, MAILBOX), reply)
        log.info("reply_read", endpoint=taken.endpoint, why=taken.why)

    async def _keep_words(self, message: Message) -> None:
        """Keep a mail that answers one of ours in plain words, for a person to read."""
        ids = [MailId(one.partition("@")[0]) for one in itip.answered(message.content)]
        async with self._desk.database.read() as session:
            briefing = await outbox.briefing_of(session, ids) if ids else None
        if briefing is not None:
            envelope = itip.envelope_of(message.content)
            arrived = Arrived(message.content, envelope, MAILBOX)
            await keep_aside(self._desk, arrived, None, briefing=briefing, why=NoPlainAnswer())
            log.info("words_kept", briefing=briefing)

    async def _note(self, validity: int, uid: int) -> None:
        async with self._desk.database.begin() as session:
            await mailboxes.note(session, self._box.name, validity, uid)
