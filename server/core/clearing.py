"""What ends when a room is cleared: the turn, everybody's connections and media, and what is presented and recorded."""

from datetime import datetime

from server.core import content, recording
from server.core.events import ContentEndedBecause, Event, LeftBecause, TurnEndedBecause
from server.core.floor import end_turn
from server.core.presence import everybody_left
from server.core.state import Briefing


def everything_ended(briefing: Briefing, now: datetime) -> tuple[Event, ...]:
    """Return the end of all that goes on in the room; nothing where nothing does."""
    turn = end_turn(briefing, now, TurnEndedBecause.CLOSED)
    left = everybody_left(briefing, LeftBecause.CLOSED)
    presented = content.end(briefing, now, ContentEndedBecause.CLOSED)
    return (*turn, *left, *presented, *recording.end(briefing))
