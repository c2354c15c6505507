"""The refusals of notes, of what becomes of them, and of amendments."""

from server.core.errors import Conflict, Invalid, NotFound


class NoSuchNote(NotFound):
    """There is no note of that number; it may belong to another briefing."""

    code = "no_such_note"


class NoteIsRemoved(Conflict):
    """This note has been removed; restore it first."""

    code = "note_is_removed"


class NoteIsThere(Conflict):
    """This note has not been removed; there is nothing to restore."""

    code = "note_is_there"


class StaleNote(Conflict):
    """Somebody else changed this note since you read it; read it again and repeat your change."""

    code = "stale_note"


class NoteText(Invalid):
    """A note needs a text of at most 5000 characters, and its names and reasons at most 300; correct it."""

    code = "note_text"


class NoteField(Invalid):
    """This kind of note has no such field; leave it out, or choose another kind."""

    code = "note_field"


class NoteMoment(Invalid):
    """A note is about a moment between the opening of the lobby and now; correct the time."""

    code = "note_moment"


class NoSuchTurn(Invalid):
    """No turn of that number has been given yet; look at the turns again."""

    code = "no_such_turn"


class TooManyNotes(Conflict):
    """This briefing has as many notes, or changes of one note, as it can have."""

    code = "too_many_notes"


class KindFixed(Conflict):
    """Something has become of this note already, so its kind stays; remove it and write another."""

    code = "kind_fixed"


class NotATask(Conflict):
    """Only tasks and reports have states and appraisals, only recommendations have answers; choose another note."""

    code = "not_a_task"


class IllegalTaskMove(Conflict):
    """The task is not in a state that allows this; look at its present state."""

    code = "illegal_task_move"


class DayToCome(Invalid):
    """What has happened did not happen on a day to come; correct the date."""

    code = "day_to_come"


class NowhereToCarry(Invalid):
    """What is carried over goes on in another briefing, or in a year to come; name one of the two."""

    code = "nowhere_to_carry"
