"""The record beside the truth, in short: one turn with cross-talk and open microphones, over real WebRTC."""

import pytest

from endpoints.simulation import open_session
from endpoints.view import HUB
from tests.bench import accuracy, scene, sounds
from tests.bench.ground import open_ground
from tests.bench.house import house
from tests.bench.scene import Condition
from tests.bench.stage import Played, open_hall

WORST = 0.05
"""The share of the speech that may be missed, invented or given to the wrong place."""


@pytest.fixture
async def played() -> Played:
    written = scene.floor(Condition("in short", crosstalk=True, echoes=True, chatting=2), turns=1)
    assert written.seconds <= 25
    async with (
        house("--no-media", "--sites", "6") as running,
        open_session() as http,
        open_ground() as ground,
        open_hall(running, http, ground, written.rooms[0]) as hall,
    ):
        return await hall.play(written)


@pytest.mark.slow
async def test_the_record_says_who_was_heard_when(played: Played) -> None:
    heard, site = accuracy.on_air(played), played.scene.cues[0].endpoint

    assert heard.scored > 8
    assert heard.rate <= WORST
    assert heard.named <= WORST
    assert accuracy.wrong_sites(played) == ()
    assert set(accuracy.read_rttm(played)) == {HUB, site}
    assert max(map(abs, accuracy.turn_errors(played))) <= 0.3

    kinds = {(one["kind"], one["endpoint"]) for one in played.record["disagreements"]}
    others = {source for source in played.scene.parts if source not in (HUB, site)}
    assert kinds >= {("without_floor", source) for source in others if _talks(played, source)}
    assert {endpoint for kind, endpoint in kinds if kind == "without_floor"} <= others


def _talks(played: Played, source: str) -> bool:
    """Whether a source speaks for longer than is overlooked while the floor is another's."""
    (turn,) = next(iter(played.on_air.values()))
    said = sounds.common(played.scene.parts[source].said, [turn])
    return sum(end - start for start, end in said) > 4
