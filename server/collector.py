"""The collector: reads the mailbox of the office, takes the replies and the bounces in it, and keeps the rest aside.

A message is dealt with before the cursor passes it: a process that dies in between deals with it again, which changes
nothing, since the same answer twice is one.
"""

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from schedules import bounces, itip, mailbox
from schedules.bounces import Bounce, NotABounce
from schedules.itip import Envelope, NotAReply
from schedules.mailbox import Mailbox, MailboxAway, Message, Place, Withheld
from server.core.ids import MailId
from server.store import mailboxes, outbox
from server.store.errors import StorageUnavailable
from server.web.replies import MAILBOX, Arrived, Desk, NoPlainAnswer, NotRead, keep_aside, take

log = structlog.get_logger()

LOOK_EVERY: Final = 60.0
"""Seconds between two visits: a mailbox is not asked more often than people would look."""

VISITS_WITHHELD: Final = 3
"""Visits after which a message is passed over that the server does not give out."""


class Collector:
    """Visits the mailbox; give `run` to a supervised task."""

    def __init__(self, box: Mailbox, desk: Desk) -> None:
        self._box = box
        self._desk = desk
        self._withheld: tuple[int, int] = (0, 0)  # a UID, and at how many visits it was not given out

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
            await self._deal_with(found.validity, message)
            await self._note(found.validity, message.uid)
        if found.withheld:
            return await self._pass_over(found.validity, found.withheld)
        if not found.more and place != (found.validity, found.newest):
            await self._note(found.validity, found.newest)
        return found.more

    async def _pass_over(self, validity: int, withheld: Withheld) -> bool:
        """Leave a message out that was withheld several times, and tell people; return whether that was done."""
        uid, visits = self._withheld
        self._withheld = (withheld.uid, visits + 1 if uid == withheld.uid else 1)
        log.warning("mail_withheld", uid=withheld.uid, reason=withheld.reason, visits=self._withheld[1])
        if self._withheld[1] < VISITS_WITHHELD:
            return False
        await self._tell_unread(validity, withheld.uid, Envelope(subject=f"UID {withheld.uid}: {withheld.reason}"))
        await self._note(validity, withheld.uid)
        return True

    async def _deal_with(self, validity: int, message: Message) -> None:
        """Deal with a message; one that cannot be is told of, and holds up none. Raises StorageUnavailable."""
        try:
            await self._take(message)
        except StorageUnavailable:
            raise
        except Exception:
            log.exception("mail_not_read", uid=message.uid)
            await self._tell_unread(validity, message.uid, itip.envelope_of(message.content))

    async def _tell_unread(self, validity: int, uid: int, envelope: Envelope) -> None:
        """Have people look at a message in the mailbox that could not be read here."""
        arrived = Arrived(f"{self._box.name} {validity} {uid}".encode(), envelope, MAILBOX)
        await keep_aside(self._desk, arrived, None, briefing=None, why=NotRead())

    async def _take(self, message: Message) -> None:
        """Take a message as a reply, or as a word about one of our mails; all else is none of our business."""
        with suppress(NotABounce):
            bounce = await asyncio.to_thread(bounces.read, message.content)
            if await self._note_bounce(bounce):
                return
        try:
            envelope, reply = await asyncio.to_thread(itip.read, message.content)
        except NotAReply:
            await self._keep_words(message)
            return
        taken = await take(self._desk, Arrived(message.content, envelope, MAILBOX), reply)
        log.info("reply_read", endpoint=taken.endpoint, why=taken.why)

    async def _note_bounce(self, bounce: Bounce) -> bool:
        """Note that a mail of ours came back; whether it was one, and to whom it says."""
        async with self._desk.database.begin() as session:
            for mail in await outbox.found(session, bounce.mails):
                words = bounce.recipients.get(mail.recipient.lower())
                if words is not None and await outbox.bounce(session, mail.id, words, self._desk.now()):
                    log.info("mail_bounced", mail=mail.id)
                    return True
        return False

    async def _keep_words(self, message: Message) -> None:
        """Keep a mail that answers one of ours in plain words, for a person to read."""
        answered = await asyncio.to_thread(itip.answered, message.content)
        ids = [MailId(one.partition("@")[0]) for one in answered]
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
