"""Who was there: every site of the plan, those that never came too, across all their connections."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.core import invitations
from server.core.events import Delegate, EndpointJoined, EndpointLeft, PublishingStarted, PublishingStopped
from server.core.ids import HUB, EndpointCode
from server.core.journal import Entry
from server.core.state import Briefing, fold


@dataclass(frozen=True, slots=True)
class Interval:
    """A site was there, by any connection or by its media; a break of any length begins another interval."""

    joined_at: datetime
    left_at: datetime | None  # None: it is there still


@dataclass(frozen=True, slots=True)
class Attended:
    """One site's attendance, and what it attested last."""

    endpoint: EndpointCode
    name: str
    first_joined_at: datetime | None  # None: it never came
    last_left_at: datetime | None  # None: it never came, or is there still
    intervals: tuple[Interval, ...]
    connected_seconds: float  # an open interval counts up to the journal's last entry
    late: bool  # it had not checked in when the meeting was due
    checked_in_at: datetime | None  # the first time
    revision: int  # of the check-in; 0 without one
    local_chair: str | None
    headcount: int | None
    delegates: tuple[Delegate, ...]
    announced: tuple[Delegate, ...] = ()  # in its answer to the invitation

    @property
    def not_named(self) -> tuple[Delegate, ...]:
        """Whom it had announced and does not name in its check-in."""
        named = {_folded(name) for name in (self.local_chair or "", *(one.name for one in self.delegates))}
        return tuple(one for one in self.announced if _folded(one.name) not in named)


def attendance(entries: Sequence[Entry], names: Callable[[EndpointCode], str]) -> tuple[Attended, ...]:
    """Return the attendance of every site of the latest plan, in its order.

    Raises LookupError for a journal without a drafted briefing.
    """
    if not entries:
        raise LookupError("attendance needs a journal")
    end, intervals = _walk(entries)
    return tuple(_attended(end, code, names(code), intervals[code], entries[-1].at) for code in end.planned.endpoints)


def _walk(entries: Sequence[Entry]) -> tuple[Briefing, Mapping[EndpointCode, tuple[Interval, ...]]]:
    """Follow who is here through the journal, by the same fold that runs a live briefing."""
    intervals: defaultdict[EndpointCode, tuple[Interval, ...]] = defaultdict(tuple)
    briefing = Briefing(entries[0].briefing)
    for entry in entries:
        before, briefing = briefing, fold(briefing, (entry,))
        code = _moved(entry)
        if code is None or before.site(code).here == briefing.site(code).here:
            continue
        if briefing.site(code).here:
            intervals[code] = (*intervals[code], Interval(entry.at, None))
        else:
            *earlier, last = intervals[code]
            intervals[code] = (*earlier, Interval(last.joined_at, entry.at))
    return briefing, intervals


def _moved(entry: Entry) -> EndpointCode | None:
    """Return the site that may have come or gone; the hub is no site."""
    match entry.event:
        case EndpointJoined() | EndpointLeft() | PublishingStarted() | PublishingStopped() as event:
            return None if event.endpoint == HUB else event.endpoint
    return None


def _attended(
    end: Briefing, code: EndpointCode, name: str, intervals: tuple[Interval, ...], as_of: datetime
) -> Attended:
    site = end.site(code)
    return Attended(
        endpoint=code,
        name=name,
        first_joined_at=intervals[0].joined_at if intervals else None,
        last_left_at=intervals[-1].left_at if intervals else None,
        intervals=intervals,
        connected_seconds=_total(intervals, as_of),
        late=site.late,
        checked_in_at=site.checked_in_at,
        revision=site.revision,
        local_chair=site.check_in.local_chair if site.check_in else None,
        headcount=site.check_in.headcount if site.check_in else None,
        delegates=site.check_in.delegates if site.check_in else (),
        announced=invitations.announced(end, code),
    )


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def _total(intervals: Iterable[Interval], as_of: datetime) -> float:
    return round(sum(((one.left_at or as_of) - one.joined_at).total_seconds() for one in intervals), 3)
