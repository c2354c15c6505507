"""Who is shown in which slot."""

import pytest

from server.core.ids import HUB, EndpointCode
from server.media.plane import Program
from server.media.sfu.cohort import Slot
from server.media.sfu.stage import shown
from tests.media.peers import CA_MAU, HA_NOI

_BOTH = {HUB, HA_NOI}


@pytest.mark.parametrize(
    ("slot", "on_air", "publishing", "viewer", "expected"),
    [
        (Slot.STAGE, None, _BOTH, None, HUB),
        (Slot.STAGE, HA_NOI, _BOTH, None, HA_NOI),
        (Slot.STAGE, HA_NOI, _BOTH, CA_MAU, HA_NOI),
        (Slot.STAGE, HA_NOI, _BOTH, HA_NOI, HUB),
        (Slot.STAGE, HA_NOI, _BOTH, HUB, HA_NOI),
        (Slot.STAGE, HA_NOI, {HUB}, None, HUB),
        (Slot.STAGE, HA_NOI, {HUB}, HUB, None),
        (Slot.STAGE, None, _BOTH, HUB, None),
        (Slot.STAGE, HUB, _BOTH, HUB, None),
        (Slot.HUB, HA_NOI, _BOTH, None, HUB),
        (Slot.HUB, HA_NOI, _BOTH, HA_NOI, HUB),
        (Slot.HUB, HA_NOI, _BOTH, HUB, None),
    ],
)
def test_a_slot_shows(
    slot: Slot,
    on_air: EndpointCode | None,
    publishing: set[EndpointCode],
    viewer: EndpointCode | None,
    expected: EndpointCode | None,
) -> None:
    assert shown(slot, Program(on_air), publishing, viewer) == expected


@pytest.mark.parametrize(
    ("presenting", "publishing", "viewer", "expected"),
    [
        (None, _BOTH, None, None),
        (HA_NOI, _BOTH, None, HA_NOI),
        (HA_NOI, _BOTH, HUB, HA_NOI),
        (HA_NOI, _BOTH, HA_NOI, None),
        (HA_NOI, {HUB}, None, None),
        (HUB, _BOTH, CA_MAU, HUB),
        (HUB, _BOTH, HUB, None),
    ],
)
def test_the_content_slot_shows(
    presenting: EndpointCode | None,
    publishing: set[EndpointCode],
    viewer: EndpointCode | None,
    expected: EndpointCode | None,
) -> None:
    assert shown(Slot.CONTENT, Program(HA_NOI, presenting=presenting), publishing, viewer) == expected
