"""What sites are told of documents: that their list has changed, never what is on it; they ask for it themselves."""

from typing import Any, Final

from server.core import documents, papers
from server.core.ids import EndpointCode
from server.core.state import Briefing
from server.live.feed import Feed, sse

_CHANGED: Final = sse("documents", "{}")


def tell(feed: Feed, before: Briefing, after: Briefing) -> None:
    """Tell each site whose documents, or papers due, are not what they were."""
    if _is_same(before, after):
        return
    for listener in feed.listeners:
        site = listener.audience.endpoint
        if site is not None and _seen_by(before, site) != _seen_by(after, site):
            listener.put_latest("documents", _CHANGED)


def _is_same(before: Briefing, after: Briefing) -> bool:
    """Whether no site can see a difference: that somebody fetched a document is none."""
    one, other = before.documents, after.documents
    is_same = one.attached is other.attached and one.requests is other.requests
    return is_same and before.plan is after.plan and before.phase is after.phase


def _seen_by(briefing: Briefing, site: EndpointCode) -> Any:
    if briefing.plan is None:
        return None
    shown = [(one.id, one.item) for one in documents.shown_to(briefing, site)]
    asked = [(one.number, one.wanted, one.chased.get(site)) for one in papers.asked_of(briefing, site)]
    return shown, asked
