"""Speech is heard."""

from dataclasses import dataclass
from datetime import datetime

from server.core.ids import EndpointCode


@dataclass(frozen=True, slots=True)
class SpeechDetected:
    """Somebody was heard speaking at a site, from its audio levels; `on_air` says whether others could hear it."""

    endpoint: EndpointCode
    started_at: datetime
    ended_at: datetime
    on_air: bool
    loudest: int  # -dBov, the loudest window
