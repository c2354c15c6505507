"""What the composer hands to the web: typed keys of the application."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from endpoints.rosters import Rosters
from schedules.letters import Office
from schedules.outbox import Outbox
from schedules.reminders import Reminders
from schedules.working_days import WorkCalendar
from server.files.files import Files
from server.live.histories import Histories
from server.live.rooms import Rooms
from server.media.plane import MediaPlane
from server.records.files import House
from server.records.recordings.shelf import Shelf
from server.settings import Settings
from server.store.database import Database
from server.web.limits import Limits
from server.web.passwords import Passwords

SETTINGS = web.AppKey("settings", Settings)
DATABASE = web.AppKey("database", Database)
CLOCK: web.AppKey[Callable[[], datetime]] = web.AppKey("clock")
"""The server's clock: aware, in UTC."""

SECRET = web.AppKey("secret", bytes)
"""The key that join links are derived from: at least 32 bytes, kept with the database."""

LIMITS = web.AppKey("limits", Limits)
ROOMS = web.AppKey("rooms", Rooms)
HISTORIES = web.AppKey("histories", Histories)
PLANE: web.AppKey[MediaPlane] = web.AppKey("plane")
PASSWORDS = web.AppKey("passwords", Passwords)
ROSTERS = web.AppKey("rosters", Rosters)
"""Which endpoints there are: the rosters that ship, and those of the house."""

SHELF = web.AppKey("shelf", Shelf)
"""The recordings; a service that keeps none has none of it."""

FILES = web.AppKey("files", Files)
"""What people handed over as files."""

OFFICE = web.AppKey("office", Office)
"""Who writes mails; a service without a mail address has none of it."""

OUTBOX = web.AppKey("outbox", Outbox)
"""The loop that sends mails; a service without a mail server has none of it: its mails are kept."""

REMINDERS: web.AppKey[Reminders] = web.AppKey("reminders")
"""What sends reminders; a service without a mail address has none of it."""

CALENDAR = web.AppKey("calendar", WorkCalendar)
"""The days on which people work here."""

HOUSE = web.AppKey("house", House)
"""What the house adds to its journals when files are made of them."""
