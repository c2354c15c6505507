"""A site whose packets tell another level than its sound has: the operators read so on their wall."""

import asyncio
import random

import pytest
from playwright.async_api import expect

from endpoints.api import Api, Invitation
from endpoints.clips import AudioClip, AudioFrame, Library, home
from endpoints.drawing import Card
from endpoints.encoding import LOW
from endpoints.participant import Participant, Repertoire
from endpoints.rtp import level_extension
from tests.bench.ground import open_ground
from tests.pages.live.conftest import Sit, assert_accessible, page_of
from tests.service import Service, secret_of, site

pytestmark = pytest.mark.asyncio(loop_scope="session")

FOUND_WITHIN = 40_000
"""Milliseconds: three samples have to say so, one every two seconds at most."""


def loud_by_its_own_account(library: Library) -> AudioClip:
    """Return silence that says it is a voice."""
    return AudioClip(
        tuple(AudioFrame(frame.payload, level_extension(20, voice=True)) for frame in library.silence().frames)
    )


@pytest.mark.slow
async def test_a_site_that_tells_its_level_wrong_is_named_on_the_wall(served: Service, sit: Sit) -> None:
    path = await served.briefing()
    invitation = Invitation(served.url, secret_of(site(path, "38")), path.rsplit("/", 1)[1])
    library = Library(home())
    lies = loud_by_its_own_account(library)
    repertoire = Repertoire(lies, lies, lies, library.picture(Card(("38",), (90, 220)), LOW))
    async with open_ground() as ground, asyncio.TaskGroup() as group:
        liar = Participant(
            Api(served.http, invitation),
            source="38",
            speaks=lambda _view: False,
            chance=random.Random(1),
            ground=ground,
            repertoire=repertoire,
        )
        taking_part = group.create_task(liar.run())
        wall = await sit(f"{page_of(path, 'status')}?view=pictures", "operator", theme="dark")
        tile = wall.locator(".picture[title='Thanh Hóa']")
        await expect(tile).to_contain_text("mức âm sai", timeout=FOUND_WITHIN)

        await assert_accessible(wall)
        taking_part.cancel()
