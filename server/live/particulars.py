"""What sites are told of the particulars of the meeting: as a stream begins, and whenever the plan says otherwise."""

import json

from server.core import particulars
from server.core.events import encode
from server.core.ids import EndpointCode
from server.core.state import Briefing
from server.live.feed import Feed, sse


def frame_of(briefing: Briefing, site: EndpointCode) -> bytes:
    """Write what one site is told now."""
    return sse("particulars", json.dumps(encode(particulars.shown_to(briefing, site)), ensure_ascii=False))


def tell(feed: Feed, before: Briefing, after: Briefing) -> None:
    """Tell each site what is news to it."""
    if _is_same(before, after):
        return
    for listener in feed.listeners:
        site = listener.audience.endpoint
        if site is not None and particulars.shown_to(before, site) != particulars.shown_to(after, site):
            listener.put_latest("particulars", frame_of(after, site))


def _is_same(before: Briefing, after: Briefing) -> bool:
    """Whether no site can see a difference."""
    if before.plan is None or (before.plan is after.plan and before.phase is after.phase):
        return True
    one, other = before.planned.endpoints, after.planned.endpoints
    return one == other and particulars.of(before) == particulars.of(after)
