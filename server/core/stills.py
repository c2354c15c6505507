"""Still pictures: what each source's camera shows, and whose still stands for the stage."""

from dataclasses import dataclass
from datetime import datetime

from server.core.ids import HUB, EndpointCode
from server.core.state import Briefing


@dataclass(frozen=True, slots=True)
class Still:
    """One picture of a source, small enough to be shown beside sixty others."""

    at: datetime  # UTC, when it was looked at
    jpeg: bytes
    width: int
    height: int


def on_stage(briefing: Briefing, viewer: EndpointCode | None) -> EndpointCode | None:
    """Say whose still the stage is for a viewer (None: no source): the site's on air if it publishes, else the hub's.

    Nobody is shown itself, as on the stage that moves; None is nobody.
    """
    site = briefing.floor.on_air
    if site is not None and site != viewer and briefing.site(site).media is not None:
        return site
    return HUB if viewer != HUB else None
