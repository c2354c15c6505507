"""The lines that are being checked: for half a minute a site may send as if it spoke next, a few sites at a time."""

from datetime import datetime, timedelta

from server.core.errors import Conflict
from server.core.ids import EndpointCode

LASTS = timedelta(seconds=30)
MOST = 16
"""Sites at once: together they send what four speakers do."""


class ManyChecks(Conflict):
    """Many endpoints are checking their lines right now; try again in half a minute."""

    code = "many_checks"


class Warming:
    """The sites of one room whose lines are being checked."""

    def __init__(self) -> None:
        self._until: dict[EndpointCode, datetime] = {}

    def begin(self, endpoint: EndpointCode, now: datetime) -> None:
        """Warm a site's line up, or for longer. Raises ManyChecks."""
        if len(set(self.sites(now)) - {endpoint}) >= MOST:
            raise ManyChecks
        self._until[endpoint] = now + LASTS

    def sites(self, now: datetime) -> tuple[EndpointCode, ...]:
        """Return the sites whose lines are warm."""
        return tuple(endpoint for endpoint, until in self._until.items() if now < until)

    def lapse(self, now: datetime) -> bool:
        """Forget the lines that are warm no more; return whether there were any."""
        before, self._until = self._until, {code: until for code, until in self._until.items() if now < until}
        return len(before) != len(self._until)
