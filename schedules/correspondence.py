"""The correspondence: which kinds of event are told by mail, and who writes it; one line for each kind."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from schedules import invitations, paper_letters
from schedules.occasion import Letter, Occasion
from server.core import events as e

Writer = Callable[[Occasion, Any], Iterable[Letter]]
"""From an occasion and its event to the letters it means; pure, so that doing it twice gives the same."""

WRITERS: Mapping[type[e.Event], Writer] = MappingProxyType(
    {
        e.InvitationsSent: invitations.invite,
        e.InvitationsNudged: invitations.remind,
        e.BriefingEdited: invitations.tell_change,
        e.BriefingCancelled: invitations.call_off,
        e.PapersChased: paper_letters.chase,
    }
)
