"""The work programme: what meetings came to and somebody has to do, as a table and on the agenda it goes on in."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.core.deadlines import Lateness
from server.core.events import TaskState
from server.core.follow_up import Found
from server.records.exports import Cell, written
from server.records.results import RecordedNote

COLUMNS = (
    *("briefing", "title", "starts_at", "number", "kind", "text", "endpoint", "name", "addressee", "owner"),
    *("partners", "due", "state", "finished", "done_on", "days_late", "carried_to", "carried_year", "latest"),
)


LONGEST_TITLE = 300
"""Characters of an agenda item's title ..."""

LEAST_TEXT = 40
"""... of which the item itself has so many, however long its briefing is called."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One item of the work programme: a note, where it comes from, and how late it is."""

    found: Found
    note: RecordedNote
    late: Lateness | None  # of the task, today or when it was done; None: without a date, or no task
    is_late: bool  # something remains to be done, and its last day has passed

    @property
    def goes_on(self) -> bool:
        """Whether it may be carried over: what is done, and is still being appraised, is returned first."""
        return not self.note.finished and self.note.state is not TaskState.DONE

    @property
    def latest(self) -> str:
        """The last word on it: what was answered, or said of its state or of what was done."""
        said = [(answer.at, answer.text) for answer in self.note.answers]
        said += [(appraisal.at, appraisal.text) for appraisal in self.note.appraisals]
        said += [(move.at, move.comment) for move in self.note.moves if move.comment]
        return max(said)[1] if said else ""


def agenda_title(text: str, number: int, briefing: str) -> str:
    """Call an item on an agenda, in the language of the country: a long text is cut, where it comes from is not."""
    source = f" (số {number}, {briefing})"
    room = max(LEAST_TEXT, LONGEST_TITLE - len(source))
    line = " ".join(text.split())
    shown = line if len(line) <= room else f"{line[: room - 1]}…"
    return f"{shown}{source}"[:LONGEST_TITLE]


def as_csv(items: Iterable[Followed]) -> bytes:
    """Write the items as a table for spreadsheets (RFC 4180), with a byte order mark."""
    return written(COLUMNS, (_row(item) for item in items))


def _row(item: Followed) -> tuple[Cell, ...]:
    found, note = item.found, item.note
    return (
        *(found.briefing, found.title, found.starts_at, note.number, note.kind.value, note.text),
        *(note.endpoint, note.name, note.addressee, note.owner, "; ".join(note.partners)),
        *(note.due, note.state.value, note.finished, note.done_on, item.late.days if item.late else None),
        *(note.carried_to, note.carried_year, item.latest),
    )
