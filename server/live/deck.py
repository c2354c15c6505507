"""What the sites on deck are told of themselves: whether they could be seen and heard if they were called now."""

import json
from collections.abc import Sequence

from server.core.events import encode
from server.core.ids import EndpointCode
from server.core.readiness import Readiness
from server.live.feed import Feed, sse


class Deck:
    """The sites of one room that get ready."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._shown: dict[EndpointCode, Readiness] = {}

    def show(self, judged: Sequence[Readiness]) -> bool:
        """Tell each site what is news to it; return whether there was any news."""
        before, self._shown = self._shown, {one.endpoint: one for one in judged}
        news = [site for site in {**before, **self._shown} if before.get(site) != self._shown.get(site)]
        for site in news:
            self._feed.show_to(site, "deck", self.frame_of(site))
        return bool(news)

    def frame_of(self, site: EndpointCode) -> bytes:
        """Write what one site is told: null while it need not get ready."""
        one = self._shown.get(site)
        return sse("deck", json.dumps(None if one is None else encode(one)))
