"""What the meeting comes to: the rules of the secretary's notes, of what becomes of them, and of amendments.

Notes may be taken while the briefing runs and after it has ended; an entry about an entry never changes it.
"""

from server.core.results.amendments import amend_record
from server.core.results.checks import (
    LONGEST_NAME,
    LONGEST_NOTE,
    MOST_AMENDMENTS,
    MOST_NOTES,
    MOST_PARTNERS,
    MOST_REVISIONS,
)
from server.core.results.notes import FIELDS, amend, keep_minutes, number_of, remove, restore, take
from server.core.results.refusals import (
    DayToCome,
    IllegalTaskMove,
    KindFixed,
    NoSuchNote,
    NoSuchTurn,
    NotATask,
    NoteField,
    NoteIsRemoved,
    NoteIsThere,
    NoteMoment,
    NoteText,
    NowhereToCarry,
    StaleNote,
    TooManyNotes,
)
from server.core.results.tasks import LEGAL, answer, appraise, carry_over, move

__all__ = [
    "FIELDS",
    "LEGAL",
    "LONGEST_NAME",
    "LONGEST_NOTE",
    "MOST_AMENDMENTS",
    "MOST_NOTES",
    "MOST_PARTNERS",
    "MOST_REVISIONS",
    "DayToCome",
    "IllegalTaskMove",
    "KindFixed",
    "NoSuchNote",
    "NoSuchTurn",
    "NotATask",
    "NoteField",
    "NoteIsRemoved",
    "NoteIsThere",
    "NoteMoment",
    "NoteText",
    "NowhereToCarry",
    "StaleNote",
    "TooManyNotes",
    "amend",
    "amend_record",
    "answer",
    "appraise",
    "carry_over",
    "keep_minutes",
    "move",
    "number_of",
    "remove",
    "restore",
    "take",
]
