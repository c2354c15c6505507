"""WHIP as the door of a whole service: what a wire publishes comes in over HTTP, under a token like anybody's."""

from server.core.ids import HUB, BriefingId, EndpointCode, MediaId
from server.media.plane import Answer
from tests.service import Service, site


class Whip:
    """An entrance for wires to one briefing of a service."""

    def __init__(self, served: Service, path: str) -> None:
        """`path` is the briefing's, in the API."""
        self._served = served
        self._path = path

    async def publish(self, briefing: BriefingId, source: EndpointCode, offer: str, *, content: bool = False) -> Answer:
        """Take an offer to the door of this source."""
        who = "hub" if source == HUB else site(self._path, source)
        headers = self._served.bearer(who) | {"Content-Type": "application/sdp"}
        address = f"/whip/{briefing}{'/content' if content else ''}"
        async with self._served.http.post(address, data=offer, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            return Answer(MediaId(answer.headers["Location"]), await answer.text(), answer.headers["ETag"])

    async def subscribe(self, briefing: BriefingId, viewer: EndpointCode | None, offer: str) -> Answer:
        """Take nobody in: this door is for publishers."""
        raise NotImplementedError(f"{viewer} at {briefing}")
