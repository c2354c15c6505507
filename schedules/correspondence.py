"""The correspondence: which kinds of event are told by mail, and who writes it; one line for each kind."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from schedules import invitations, paper_letters, series_letters
from schedules.occasion import Letter, Occasion
from server.core import events as e

Writer = Callable[[Occasion, Any], Iterable[Letter]]
"""From an occasion and its event to the letters it means; pure, so that doing it twice gives the same."""


def _invite(occasion: Occasion, event: e.InvitationsSent) -> Iterable[Letter]:
    return series_letters.invite(occasion, event) if event.together else invitations.invite(occasion, event)


def _call_off(occasion: Occasion, event: e.BriefingCancelled) -> Iterable[Letter]:
    return series_letters.call_off(occasion, event) if event.together else invitations.call_off(occasion, event)


WRITERS: Mapping[type[e.Event], Writer] = MappingProxyType(
    {
        e.InvitationsSent: _invite,
        e.InvitationsNudged: invitations.remind,
        e.BriefingEdited: invitations.tell_change,
        e.BriefingCancelled: _call_off,
        e.PapersChased: paper_letters.chase,
    }
)
