"""What a site and the hub have in common: an event stream, a publication and a subscription that come back."""

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from endpoints.api import Api, Trouble
from endpoints.backoff import Backoff
from endpoints.clips import AudioClip, VideoClip
from endpoints.encoding import HIGH
from endpoints.peer import Ground
from endpoints.publication import Publication
from endpoints.reception import Reception
from endpoints.sender import Sender
from endpoints.stream import Event, Stream
from endpoints.subscription import Subscription
from endpoints.view import View, view_of

GOODBYE = 2.0  # seconds a DELETE may take
ASIDE = 4.0  # seconds without anybody's media for our source before we send again, after we were sent away
STEADY = 5.0  # seconds after which a connection counts as one that worked


@dataclass
class Repertoire:
    """What one participant can send."""

    silence: AudioClip
    room: AudioClip  # an open microphone while nobody speaks
    voice: AudioClip
    low: VideoClip
    high: VideoClip | None = None  # made later than the rest; until then the low one serves


Link = Publication | Subscription
LinkT = TypeVar("LinkT", Publication, Subscription)


class Participant:
    """One presence in a briefing, as `source`: an endpoint's code, or "hub".

    `speaks` says, from the state of the briefing, whether it should be heard now. Without `ground` and `repertoire`
    it follows the event stream only.
    """

    def __init__(
        self,
        api: Api,
        *,
        source: str,
        speaks: Callable[[View], bool],
        chance: random.Random,
        ground: Ground | None = None,
        repertoire: Repertoire | None = None,
    ) -> None:
        self.api = api
        self.source = source
        self.chance = chance
        self.view = View()
        self.stream = Stream(api, chance)
        self.publication: Publication | None = None
        self.subscription: Subscription | None = None
        self._ground = ground
        self._repertoire = repertoire
        self._speaks = speaks
        self._changed = asyncio.Event()

    @property
    def received(self) -> Reception:
        """What arrived on the present subscription."""
        return self.subscription.reception if self.subscription else Reception(())

    @property
    def speaking(self) -> bool:
        """Whether it should be heard now."""
        return self._speaks(self.view)

    @property
    def connected(self) -> bool:
        """Whether the stream is open and, with media, both ways of it are up."""
        media = self._ground is None or (self.publication is not None and self.subscription is not None)
        return self.stream.connected and media

    async def run(self) -> None:
        """Take part until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.stream.follow(self._on_event, self._on_lost))
            if self._ground is not None and self._repertoire is not None:
                group.create_task(self._keep_publishing(self._ground, self._repertoire))
                group.create_task(self._keep_subscribing(self._ground))

    async def until(self, condition: Callable[[View], bool]) -> None:
        """Wait until the stream is open and the briefing is as wanted."""
        while not (self.stream.connected and condition(self.view)):
            await self._changed.wait()

    def _on_event(self, event: Event) -> None:
        if event.name != "status":
            return
        before, self.view = self.view, view_of(json.loads(event.data))
        if before.media_since is not None and before.media_since != self.view.media_since:
            self._doubt()
        self._perform()
        if not self.view.running:
            for link in self._links():
                link.peer.ended.set()
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _on_lost(self) -> None:
        self._doubt()

    def _doubt(self) -> None:
        """Ask after the media at once instead of waiting for silence: the stream broke, or the plane is another."""
        for link in self._links():
            link.peer.doubt()

    def _links(self) -> list[Link]:
        return [link for link in (self.publication, self.subscription) if link is not None]

    def _perform(self) -> None:
        """Send what the floor and the server's estimate ask for."""
        if self.publication is None or self._repertoire is None:
            return
        sender, clips = self.publication.sender, self._repertoire
        quiet = clips.room if self.source in self.view.on_deck else clips.silence
        sender.say(clips.voice if self.speaking else quiet)
        wide = self.publication.estimate >= HIGH.bitrate and clips.high is not None
        sender.show(clips.high if wide and clips.high is not None else clips.low)

    async def _keep_publishing(self, ground: Ground, clips: Repertoire) -> None:
        await self._keep(lambda: Publication(ground, Sender(clips.silence, clips.low), self._perform), self._published)

    async def _keep_subscribing(self, ground: Ground) -> None:
        await self._keep(lambda: Subscription(ground), self._subscribed)

    def _published(self, link: Publication | None) -> None:
        self.publication = link
        self._perform()

    def _subscribed(self, link: Subscription | None) -> None:
        self.subscription = link

    async def _keep(self, make: Callable[[], LinkT], note: Callable[[LinkT | None], None]) -> None:
        """Hold a link while the briefing runs, and open another when it is lost; `note` hears of both."""
        backoff = Backoff(self.chance)
        clock = asyncio.get_running_loop().time
        while True:
            await self.until(lambda view: view.running)
            link, began, wait = make(), clock(), 0.0
            try:
                await link.open(self.api)
                note(link)
                await link.peer.ended.wait()
            except Trouble as trouble:
                wait = getattr(trouble, "retry_after", 0.0)
            finally:
                note(None)
                await self._leave(link)
            if clock() - began > STEADY:
                backoff.reset()
            await asyncio.sleep(backoff.wait(at_least=wait))
            if isinstance(link, Publication) and link.peer.dismissed:
                await self._stand_aside()

    async def _stand_aside(self) -> None:
        """Another device of ours took over: leave it the place until it has been gone for a while."""
        while True:
            try:
                async with asyncio.timeout(ASIDE):
                    await self.until(lambda view: self.source in view.sending)
            except TimeoutError:
                return
            await self.until(lambda view: self.source not in view.sending)

    async def _leave(self, link: Link) -> None:
        """Close a link and tell the server, which may be gone itself."""
        await link.close()
        if link.resource is not None:
            with suppress(*Trouble):
                async with asyncio.timeout(GOODBYE):
                    await self.api.end(link.resource)
