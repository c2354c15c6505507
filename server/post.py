"""The post: who writes this application's mails, the loop that sends them, and how many are where."""

import asyncio
from pathlib import Path
from random import SystemRandom
from typing import Final

from aiohttp import web

from schedules.letters import Office
from schedules.outbox import Outbox
from schedules.smtp import Address, MailServer
from server.core.mail import Census
from server.gauges import MailGauges
from server.settings import Settings
from server.store import outbox
from server.store.database import Database
from server.store.outbox import StoredOutbox
from server.tasks import Tasks
from server.web.keys import CLOCK, DATABASE, OFFICE, OUTBOX, SETTINGS
from server.web.meters import METERS

COUNT_EVERY: Final = 10.0
"""Seconds between two counts of the mails."""


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


def address_of(settings: Settings) -> Address:
    """Return where the mail server is."""
    password = Path(settings.smtp_password_file) if settings.smtp_password_file else None
    return Address(settings.smtp_host, settings.smtp_port, settings.smtp_tls, settings.smtp_user, password)


def begin(app: web.Application, tasks: Tasks) -> None:
    """Count mails, let them be written where this service has an address, and send them where it has a server."""
    settings, counter = app[SETTINGS], Counter(app[DATABASE])
    app[METERS].registry.register(MailGauges(lambda: counter.census, app[CLOCK]))
    tasks.run("mail count", counter.run)
    if settings.mail_from:
        app[OFFICE] = Office(settings.mail_from, settings.mail_name, settings.mail_sent_by)
    if settings.smtp_host:
        box = StoredOutbox(app[DATABASE], app[CLOCK])
        app[OUTBOX] = Outbox(box, MailServer(address_of(settings)), app[CLOCK], chance=SystemRandom())
        tasks.run("outbox", app[OUTBOX].run)


async def end(app: web.Application) -> None:
    """Let the mail on its way arrive; take no other."""
    if OUTBOX in app:
        await app[OUTBOX].stop()
