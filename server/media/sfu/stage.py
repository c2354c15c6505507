"""Who is shown in which slot, and which layer of the picture: the rule of enforcement, in pure functions."""

from collections.abc import Container, Sequence

from server.core.ids import HUB, EndpointCode
from server.media.plane import Program
from server.media.sfu.cohort import Slot
from server.media.sfu.downlink import Share
from server.media.sfu.track import Track

_LEAST = {Slot.STAGE: Share.SMALL, Slot.CONTENT: Share.SMALL, Slot.HUB: Share.ALL}
"""The least share of a line that has a picture in a slot: the hub's beside the stage is given up first."""


def shown(
    slot: Slot, program: Program, publishing: Container[EndpointCode], viewer: EndpointCode | None
) -> EndpointCode | None:
    """Say whose media a slot carries for a viewer; None is nobody.

    The stage is the site on air if it publishes, else the hub; nobody is sent back to itself. `publishing` are the
    sources of what the slot shows: of content for the content slot, of cameras and microphones for the others.
    """
    if slot is Slot.CONTENT:
        return program.presenting if program.presenting in publishing and program.presenting != viewer else None
    on_air = program.on_air
    if slot is Slot.STAGE and on_air is not None and on_air in publishing and on_air != viewer:
        return on_air
    return HUB if viewer != HUB else None


def is_shown(program: Program, source: EndpointCode, *, content: bool) -> bool:
    """Say whether a slot carries this source for anybody, by its program."""
    return source == program.presenting if content else source in (HUB, program.on_air)


def layer(slot: Slot, share: Share, pictures: Sequence[Track]) -> Track | None:
    """Choose the layer that a share of a line has in a slot; `pictures` are there, smallest first."""
    if share < _LEAST[slot]:
        return None
    return pictures[0] if slot is Slot.STAGE and share is Share.SMALL else pictures[-1]
