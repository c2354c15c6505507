"""The post: who writes this application's mails, the loops that write and send them, and how many are where."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from schedules.letters import Office
from schedules.mailbox import Mailbox
from schedules.outbox import Outbox
from schedules.smtp import Address, MailServer
from server.collector import Collector
from server.core.journal import Entry
from server.core.mail import Census
from server.gauges import MailGauges
from server.mailer import Mailer, Sender
from server.settings import Settings
from server.store import outbox, replies
from server.store.database import Database
from server.store.outbox import StoredOutbox
from server.tasks import Tasks
from server.web.keys import CLOCK, DATABASE, HOUSE, OFFICE, OUTBOX, ROOMS, ROSTERS, SECRET, SETTINGS
from server.web.meters import METERS
from server.web.replies import Desk

MAILER = web.AppKey("mailer", Mailer)
"""The loop that writes what the journals mean by mail; a service without a mail address has none of it."""

log = structlog.get_logger()

COUNT_EVERY: Final = 10.0
"""Seconds between two counts of the mails."""

FORGET_EVERY: Final = 6 * 3600.0
"""Seconds between two looks for mails that have been kept long enough."""

FORGOTTEN_AT_ONCE: Final = 500
"""Mails in one transaction: SQLite has one writer, and meetings write too."""


class Counter:
    """The mails as they were last counted."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.census = Census()

    async def run(self) -> None:
        """Count them, again and again. Raises StorageUnavailable."""
        while True:
            async with self._database.read() as session:
                self.census = await outbox.census(session)
            await asyncio.sleep(COUNT_EVERY)


class Shredder:
    """Forgets mails that were sent long ago, and replies that were dealt with; the rest stays until somebody does."""

    def __init__(self, database: Database, now: Callable[[], datetime], keep: timedelta) -> None:
        self._database = database
        self._now = now
        self._keep = keep

    async def run(self) -> None:
        """Look for them, again and again. Raises StorageUnavailable."""
        while True:
            await self.forget()
            await asyncio.sleep(FORGET_EVERY)

    async def forget(self) -> None:
        """Forget all that have been kept long enough, a few at a time."""
        before, count = self._now() - self._keep, FORGOTTEN_AT_ONCE
        while count == FORGOTTEN_AT_ONCE:
            async with self._database.begin() as session:
                count = await outbox.forget(session, before, limit=FORGOTTEN_AT_ONCE)
            if count:
                log.info("mails_forgotten", count=count)
        async with self._database.begin() as session:
            await replies.forget(session, before)


def address_of(settings: Settings) -> Address:
    """Return where the mail server is."""
    password = Path(settings.smtp_password_file) if settings.smtp_password_file else None
    return Address(settings.smtp_host, settings.smtp_port, settings.smtp_tls, settings.smtp_user, password)


def begin(app: web.Application, tasks: Tasks) -> None:
    """Count mails, let them be written where this service has an address, and send them where it has a server."""
    settings, counter = app[SETTINGS], Counter(app[DATABASE])
    app[METERS].registry.register(MailGauges(lambda: counter.census, app[CLOCK]))
    tasks.run("mail count", counter.run)
    if settings.keep_mails is not None:
        tasks.run("mail shredder", Shredder(app[DATABASE], app[CLOCK], settings.keep_mails).run)
    if settings.mail_from:
        app[OFFICE] = Office(settings.mail_from, settings.mail_name, settings.mail_sent_by)
        app[MAILER] = Mailer(app[DATABASE], sender_of(app), app[CLOCK], partial(send, app))
        tasks.run("mailer", app[MAILER].run)
    if settings.imap_host:
        desk = Desk(app[DATABASE], app[ROOMS], app[CLOCK])
        tasks.run("mailbox", Collector(mailbox_of(settings), desk).run)
    if settings.smtp_host:
        box = StoredOutbox(app[DATABASE], app[CLOCK])
        app[OUTBOX] = Outbox(box, MailServer(address_of(settings)), app[CLOCK], chance=SystemRandom())
        tasks.run("outbox", app[OUTBOX].run)


def sender_of(app: web.Application) -> Sender:
    """Return who writes the mails of a service that has an address. Raises UnknownProfile."""
    settings = app[SETTINGS]
    layout = app[HOUSE].profile(settings.mail_letter) if settings.mail_letter else None
    return Sender(app[OFFICE], ZoneInfo(settings.time_zone), settings.own_url, app[SECRET], app[ROSTERS], layout)


def look(app: web.Application, entries: Sequence[Entry]) -> None:
    """Have entries that were stored looked at for what is to be told by mail."""
    if MAILER in app:
        app[MAILER].look(entries)


def send(app: web.Application) -> None:
    """Send at once what was written, where there is a server."""
    if OUTBOX in app:
        app[OUTBOX].look()


def mailbox_of(settings: Settings) -> Mailbox:
    """Return which mailbox replies come to."""
    password = Path(settings.imap_password_file)
    return Mailbox(
        settings.imap_host, settings.imap_port, settings.imap_tls, settings.imap_user, password, settings.imap_folder
    )


async def end(app: web.Application) -> None:
    """Let the mail on its way arrive; take no other."""
    if OUTBOX in app:
        await app[OUTBOX].stop()
