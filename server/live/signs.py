"""Signs of life of the acting chair's page: told to the other processes that serve a briefing, and asked of them."""

from server.core.state import Briefing
from server.live.desk import Desk
from server.live.world import World


async def ask(desk: Desk, state: Briefing, world: World) -> None:
    """Before the chair's lease counts as run out: ask whether its page talks to another process."""
    now = world.clock()
    if state.chair is not None and desk.has_lapsed(state, now):
        at = await world.ledger.heard(state.id, state.chair.actor)
        if at is not None:
            desk.heard_elsewhere(state, at, now)


async def tell(desk: Desk, state: Briefing, world: World) -> None:
    """Let the other processes know when the acting chair's page was last heard of here."""
    at = desk.untold(state)
    if state.chair is not None and at is not None:
        await world.ledger.hear(state.id, state.chair.actor, at)
        desk.told(at)
