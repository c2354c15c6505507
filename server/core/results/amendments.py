"""The rules of amendments: what is put beside the record of a closed briefing."""

from datetime import datetime

from server.core.briefing import require
from server.core.events import (
    AmendmentSubject,
    Event,
    RecordAmended,
)
from server.core.ids import EndpointCode
from server.core.presence import NotInvited
from server.core.results.checks import MOST_AMENDMENTS, check_places, check_reason, check_text
from server.core.results.refusals import NoSuchTurn, TooManyNotes
from server.core.state import Briefing


def amend_record(
    briefing: Briefing,
    _now: datetime,
    *,
    subject: AmendmentSubject,
    text: str,
    reason: str,
    turn: int | None = None,
    endpoint: EndpointCode | None = None,
) -> tuple[Event, ...]:
    """Put something beside the record of a closed briefing; what it is about stays as it is."""
    require(briefing, "amend_record")
    check_text(text)
    check_reason(reason, needed=True)
    if (turn is None) is (subject is AmendmentSubject.TURN):
        raise NoSuchTurn("an amendment of a turn names it, and no other does")
    if (endpoint is None) is (subject is AmendmentSubject.ATTENDANCE):
        raise NotInvited("an amendment of an attendance names its site, and no other does")
    check_places(briefing, turn, endpoint)
    if briefing.results.amendments >= MOST_AMENDMENTS:
        raise TooManyNotes(f"{MOST_AMENDMENTS} amendments")
    return (RecordAmended(briefing.results.amendments + 1, subject, text, reason, turn, endpoint),)
