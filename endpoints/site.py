"""One simulated site: it takes part, checks in, sometimes raises its hand, and speaks when it has the floor."""

import asyncio
import random
from dataclasses import dataclass

from endpoints import wordlists
from endpoints.api import Api, Trouble
from endpoints.backoff import Backoff
from endpoints.participant import Participant, Repertoire
from endpoints.peer import Ground
from endpoints.view import View
from endpoints.wordlists import Place

HAND_EVERY = 6.0  # seconds between two raised hands of a whole briefing, on average
MOST_WAITING = 6  # hands up at once; with more, sites wait


@dataclass(frozen=True, slots=True)
class Habits:
    """How a site behaves."""

    raises_hand: bool = True
    always_talks: bool = False  # sends speech without the floor too, as a site that must not be heard


class Site:
    """A site of one briefing."""

    def __init__(
        self,
        api: Api,
        place: Place,
        habits: Habits,
        *,
        ground: Ground | None = None,
        repertoire: Repertoire | None = None,
    ) -> None:
        self.place = place
        self.checked_in = False
        self._api = api
        self._habits = habits
        self._chance = random.Random()  # noqa: S311 - behaviour, not secrets
        self.participant = Participant(
            api, source=place.code, speaks=self._speaks, chance=self._chance, ground=ground, repertoire=repertoire
        )

    @property
    def up(self) -> bool:
        """Whether it is connected, has checked in and, with media, sends and receives."""
        return self.checked_in and self.participant.connected

    def _speaks(self, view: View) -> bool:
        return self._habits.always_talks or view.speaking == self.place.code

    async def run(self) -> None:
        """Take part until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.participant.run())
            group.create_task(self._check_in())
            if self._habits.raises_hand:
                group.create_task(self._raise_hands())

    async def _check_in(self) -> None:
        backoff = Backoff(self._chance)
        while not self.checked_in:
            await self.participant.until(lambda view: view.running)
            try:
                await self._api.check_in(self.place.code, wordlists.check_in(self.place))
                self.checked_in = True
            except Trouble as trouble:
                await asyncio.sleep(backoff.wait(at_least=getattr(trouble, "retry_after", 0.0)))

    async def _raise_hands(self) -> None:
        """Ask for the floor now and then; a refusal is taken as an answer."""
        while True:
            await self.participant.until(self._may_ask)
            sites = max(1, self.participant.view.sites)
            await asyncio.sleep(self._chance.expovariate(1 / (HAND_EVERY * sites)))
            if self._may_ask(self.participant.view) and len(self.participant.view.queue) < MOST_WAITING:
                try:
                    await self._api.raise_hand(wordlists.person(self._chance), wordlists.topic(self._chance))
                except Trouble:
                    continue

    def _may_ask(self, view: View) -> bool:
        return view.state == "live" and view.speaking != self.place.code and self.place.code not in view.queue
