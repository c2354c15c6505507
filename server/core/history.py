"""A journal that has been read, and the briefing as it was at any moment of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from server.core.errors import Invalid
from server.core.events import kind_of
from server.core.ids import Actor, BriefingId
from server.core.journal import Entry
from server.core.state import Briefing, fold

STRIDE = 128
"""Entries from one state that is kept to the next: fewer are folded to show a moment."""


class OutsideJournal(Invalid):
    """The journal says nothing about that moment; choose one between its first entry and now."""

    code = "outside_journal"


@dataclass(frozen=True, slots=True)
class AsOf:
    """The last entry that was written by a moment, and where to go from there."""

    seq: int
    at: datetime
    actor: Actor
    kind: str
    previous: datetime | None  # when something happened before this moment; None: this is the beginning
    next: datetime | None  # when something happened after it; None: nothing has since


@dataclass(frozen=True, slots=True)
class Past:
    """A briefing as it was at a moment."""

    moment: datetime
    briefing: Briefing
    as_of: AsOf


@dataclass(frozen=True, slots=True)
class History:
    """A journal from its beginning to where it was last read."""

    entries: tuple[Entry, ...]
    moments: tuple[datetime, ...]  # of the entries; they never run backwards, even where the clock was set back
    kept: tuple[Briefing, ...]  # the state before the first entry, and after every STRIDE of them

    @classmethod
    def unread(cls, briefing: BriefingId) -> History:
        """Return the history of a journal of which nothing has been read."""
        return cls((), (), (Briefing(briefing),))

    @property
    def seq(self) -> int:
        """The number of the last entry."""
        return len(self.entries)

    def read_on(self, entries: Iterable[Entry]) -> History:
        """Return the history with the entries that follow in the journal."""
        longer = (*self.entries, *entries)
        moments = tuple(accumulate((entry.at for entry in longer), max))
        stones = range(len(self.kept) * STRIDE, len(longer) + 1, STRIDE)
        steps = (longer[end - STRIDE : end] for end in stones)
        kept = (*self.kept[:-1], *accumulate(steps, fold, initial=self.kept[-1]))
        return History(longer, moments, kept)

    def at(self, moment: datetime, *, now: datetime) -> Past:
        """Show the briefing at a moment, with everything that was written by then. Raises OutsideJournal."""
        seq = bisect_right(self.moments, moment)
        if seq == 0 or moment > now:
            raise OutsideJournal
        return self._past(seq, moment)

    def after(self, seq: int) -> Past:
        """Show the briefing when one entry had just been written. Raises OutsideJournal."""
        if not 1 <= seq <= self.seq:
            raise OutsideJournal
        return self._past(seq, self.moments[seq - 1])

    def _past(self, seq: int, moment: datetime) -> Past:
        entry = self.entries[seq - 1]
        first, later = bisect_left(self.moments, moment), bisect_right(self.moments, moment)
        as_of = AsOf(
            entry.seq,
            entry.at,
            entry.actor,
            kind_of(entry.event),
            previous=self.moments[first - 1] if first > 0 else None,
            next=self.moments[later] if later < self.seq else None,
        )
        return Past(moment, self._state(seq), as_of)

    def _state(self, seq: int) -> Briefing:
        whole = seq // STRIDE
        return fold(self.kept[whole], self.entries[whole * STRIDE : seq])
