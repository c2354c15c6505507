"""What a list of briefings shows of each, without folding its journal."""

from dataclasses import dataclass
from datetime import datetime

from server.core.events import BriefingKind
from server.core.ids import BriefingId, RosterName, SeriesId
from server.core.state import Phase


@dataclass(frozen=True, slots=True)
class BriefingSummary:
    """One briefing at a glance."""

    id: BriefingId
    title: str
    phase: Phase
    starts_at: datetime
    ends_at: datetime
    roster: RosterName
    endpoint_count: int
    edition: int  # how often the plan was written
    late_marked: bool = False
    rehearsal_due: datetime | None = None  # when the next begins, or the one that runs ends
    opened_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    series: SeriesId | None = None  # it is a date of
    kind: BriefingKind = BriefingKind.REGULAR
