"""Hostile datagrams of all kinds at a live briefing; a million of them: `make bench ARGS="--only hostile"`."""

from server.media.sfu.sfu import Sfu
from tests.media.hostile import attack


async def test_hostile_datagrams_change_nothing_and_are_counted(sfu: Sfu) -> None:
    outcome = await attack(sfu, 20_000, lambda: 0)

    assert (outcome.lost, outcome.events, outcome.peers) == (0, 0, 2)
    assert outcome.pictures > 5
    assert outcome.counted > 0.8 * outcome.sent  # keepalives and what is empty are nobody's; DTLS of peers is read
