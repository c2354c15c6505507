"""Sites that send, as far as the service can tell: what a media plane would say of them, carried to the rooms."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from server.bridge import carry
from server.core.ids import BriefingId, EndpointCode, MediaId
from server.media.plane import Health, MediaEvent, Published, PublisherHealth, Signal
from server.web.keys import ROOMS
from tests.service import Service

WELL: frozenset[Signal] = frozenset()


async def happened(*events: MediaEvent) -> AsyncIterator[Sequence[MediaEvent]]:
    """What a media plane says at once, for the bridge to carry to the rooms."""
    yield events


async def sending(served: Service, path: str, faults: dict[str, frozenset[Signal]]) -> None:
    """Let these sites of the briefing at `path` send for a second, each with what is wrong with it."""
    briefing = BriefingId(path.rsplit("/", 1)[1])
    sites = {EndpointCode(code): signals for code, signals in faults.items()}
    came = [Published(briefing, code, MediaId(f"m{code}")) for code in sites]
    lines = tuple(
        PublisherHealth(code, MediaId(f"m{code}"), 600_000, 0.0, 0.02, 0.0, 15.0, 600_000, signals=signals, loudest=50)
        for code, signals in sites.items()
    )
    await carry(happened(*came, Health(briefing, datetime.now(UTC), lines, ())), served.app[ROOMS])
