"""Many sites that check their lines for one briefing, each with its desk: most are well, and a few are not."""

import asyncio
import json
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from endpoints import wordlists
from endpoints.api import Api, Trouble
from endpoints.backoff import Backoff
from endpoints.encoding import HIGH, LOW
from endpoints.line_check import Desk, LineCheck
from endpoints.peer import Ground
from endpoints.places import place_of
from endpoints.secure import Certificate
from endpoints.simulation import Credentials, open_session, say
from endpoints.stream import Event, Stream
from endpoints.studio import Studio
from endpoints.wheel import Wheel
from endpoints.wire import Wire
from endpoints.wordlists import Place

AT_ONCE = 4  # the service takes 16, and whoever shares its machine fewer
WALK = (1.0, 6.0)  # seconds until somebody has come to the desk
CHECKABLE = frozenset({"scheduled", "rehearsal", "open", "live"})
NEEDED = frozenset({"unchecked", "stale"})
NEWS = frozenset({"LineCheckAsked", "RehearsalBegan"})
TOO_LOUD, TOO_QUIET = 16.0, 0.01  # factors
LOSS = 0.12


class Defect(StrEnum):
    """What is wrong at a site."""

    NO_CAMERA = "no_camera"
    MUTED = "muted"  # at the desk's switch
    LOSSY = "lossy"
    ABSENT = "absent"  # nobody is there, and no page is open
    TOO_LOUD = "too_loud"
    DARK = "dark"  # the camera's cover is on
    TOO_QUIET = "too_quiet"


LASTING = frozenset({Defect.NO_CAMERA, Defect.LOSSY, Defect.ABSENT})
"""What nobody mends in a minute; the rest is put right before the line is checked again."""

APART = 8
"""Of so many sites one is not well."""


def defects(codes: Sequence[str]) -> dict[str, Defect]:
    """Say which sites are not well: the same ones at every call."""
    kinds = list(Defect)
    return {code: kinds[number % len(kinds)] for number, code in enumerate(codes[APART // 2 :: APART])}


class Site:
    """One site: its page is open, and it checks its line when that is needed."""

    def __init__(self, api: Api, place: Place, ground: Ground, studio: Studio, defect: Defect | None) -> None:
        self._api = api
        self._place = place
        self._ground = ground
        self._studio = studio
        self._defect = defect
        self._chance = random.Random()  # noqa: S311 - behaviour, not secrets
        self._wanted = asyncio.Event()

    async def run(self, turns: asyncio.Semaphore) -> None:
        """Check whenever it is needed, until cancelled; `turns` are shared by all sites."""
        async with asyncio.TaskGroup() as group:
            group.create_task(Stream(self._api, self._chance).follow(self._hear, lambda: None))
            group.create_task(self._keep_checking(turns))

    def _hear(self, event: Event) -> None:
        said = json.loads(event.data)
        is_news = event.name == "journal" and said["kind"] in NEWS
        if is_news or (event.name == "status" and said["state"] in CHECKABLE):
            self._wanted.set()

    async def _keep_checking(self, turns: asyncio.Semaphore) -> None:
        backoff = Backoff(self._chance)
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._check_if_needed(turns)
                backoff.reset()
            except Trouble as trouble:
                self._wanted.set()
                await asyncio.sleep(backoff.wait(at_least=getattr(trouble, "retry_after", 0.0)))

    async def _check_if_needed(self, turns: asyncio.Semaphore) -> None:
        stands = await self._api.line_check(self._place.code)
        if stands["state"] not in NEEDED:
            return
        if stands["asked_at"] and self._defect not in LASTING:
            self._defect = None
        async with turns:
            await asyncio.sleep(self._chance.uniform(*WALK))
            check = LineCheck(self._api, self._ground, await self._desk(), self._chance)
            stands = await check.run(*wordlists.technician(self._place))
        say(f"{self._place.name}: {stands['state']}")

    async def _desk(self) -> Desk:
        """Set the desk up, with what is wrong at it."""
        own = await self._studio.of_site(self._place)
        desk = Desk(own.voice, await self._studio.wide_picture(self._place), own.low)
        match self._defect:
            case Defect.NO_CAMERA:
                return replace(desk, camera=None, narrow=None)
            case Defect.DARK:
                camera, narrow = [await self._studio.dark_picture(quality) for quality in (HIGH, LOW)]
                return replace(desk, camera=camera, narrow=narrow)
            case Defect.MUTED:
                return replace(desk, microphone=own.silence)
            case Defect.TOO_LOUD | Defect.TOO_QUIET as level:
                gain = TOO_LOUD if level is Defect.TOO_LOUD else TOO_QUIET
                return replace(desk, microphone=await self._studio.amplified(self._place, gain))
            case Defect.LOSSY:
                return replace(desk, loss=LOSS)
            case _:
                return desk


async def rehearse(credentials: Credentials, *, sites: int | None, clips: Path) -> None:
    """Have the lines of the first sites (None: of all) checked, until cancelled."""
    codes = list(credentials.sites)[:sites]
    unwell, turns = defects(codes), asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session())
        wire = await stack.enter_async_context(Wire())
        studio = await stack.enter_async_context(Studio(clips))
        group = await stack.enter_async_context(asyncio.TaskGroup())
        ground = Ground(wire, Wheel(), Certificate())
        group.create_task(ground.wheel.run())
        await studio.prepare()
        for code in codes:
            if unwell.get(code) is not Defect.ABSENT:
                api = Api(session, credentials.invitation(credentials.sites[code]))
                group.create_task(Site(api, place_of(code), ground, studio, unwell.get(code)).run(turns))
