"""What the rules of notes, tasks and amendments have in common: how long, how many, of which note and which turn."""

from server.core.briefing import require
from server.core.ids import EndpointCode
from server.core.presence import NotInvited
from server.core.queue import ReasonNeeded
from server.core.results.refusals import NoSuchNote, NoSuchTurn, NoteIsRemoved, NoteText, StaleNote, TooManyNotes
from server.core.state import Briefing, Noted
from server.core.text import require_whole

LONGEST_NOTE = 5000
"""Characters of a note, an answer, an appraisal or an amendment."""

LONGEST_NAME = 300
"""Characters of an owner, an addressee, a co-operating body, a reason or a comment."""

MOST_NOTES = 2000
MOST_PARTNERS = 30
MOST_REVISIONS = 500
MOST_AMENDMENTS = 1000


def known(briefing: Briefing, number: int) -> Noted:
    """Return a note, removed or not, of a briefing whose notes may be changed."""
    require(briefing, "note")
    noted = briefing.results.notes.get(number)
    if noted is None:
        raise NoSuchNote(str(number))
    if noted.revision >= MOST_REVISIONS:
        raise TooManyNotes(f"{MOST_REVISIONS} changes")
    return noted


def standing(briefing: Briefing, number: int, revision: int | None = None) -> Noted:
    """Return a note that counts, in the revision that was read."""
    noted = known(briefing, number)
    if revision is not None and revision != noted.revision:
        raise StaleNote(f"you read revision {revision}, it is {noted.revision} now")
    if noted.removed:
        raise NoteIsRemoved(str(number))
    return noted


def check_places(briefing: Briefing, turn: int | None, endpoint: EndpointCode | None) -> None:
    """Raise NoSuchTurn or NotInvited for what is said to be about a turn or a site that the briefing does not have."""
    if turn is not None and not 1 <= turn <= briefing.floor.turns:
        raise NoSuchTurn(str(turn))
    if endpoint is not None and endpoint not in briefing.planned.endpoints:
        raise NotInvited(endpoint)


def check_text(text: str) -> None:
    """Raise NoteText for a text that is empty or too long."""
    if not text.strip() or len(text) > LONGEST_NOTE:
        raise NoteText
    require_whole(text)


def check_names(*texts: str) -> None:
    """Raise NoteText for a name, or another short text, that is too long; it may be empty."""
    if any(len(text) > LONGEST_NAME for text in texts):
        raise NoteText
    require_whole(*texts)


def check_reason(reason: str, *, needed: bool = False) -> None:
    """Raise ReasonNeeded where none is given, and NoteText for one that is too long."""
    if needed and not reason.strip():
        raise ReasonNeeded
    check_names(reason)
