"""The scripted chair: opens the briefing, gives the floor round the queue, and steps back when a person takes over.

`Script` decides, with the time as an argument; `ScriptedChair` looks and acts.
"""

import asyncio
import json
import random
from dataclasses import dataclass
from typing import Any

from endpoints.api import Api, Trouble
from endpoints.stream import Event, Stream
from endpoints.view import View, view_of

LOOK_EVERY = 0.5  # seconds
HANDS_OFF = 60.0  # seconds after somebody else's move
GATHERED = 0.9  # share of the sites to wait for before the start
PATIENCE = 30.0  # seconds to wait for them
TURNS_PER_ITEM = 2
STAY_AT = "discussion"  # the kind of agenda item the script never leaves

FLOOR_MOVES = frozenset(
    {
        *("FloorGranted", "TurnEnded", "TurnPaused", "TurnContinued", "TurnExtended", "EveryoneMuted", "MoveUndone"),
        *("EndpointPutOnDeck", "QueueReordered", "QueuePolicySet", "RequestWithdrawn", "RequestDenied"),
    }
)
PEOPLE = ("user:", "token:")  # how the journal's actors begin when somebody decided, not a site or the service


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the script goes, in seconds from and to."""

    turn: tuple[float, float] = (20.0, 40.0)
    pause: tuple[float, float] = (4.0, 8.0)


@dataclass(frozen=True, slots=True)
class Move:
    """Something the chair does: a call of the lifecycle, of the agenda or of the floor."""

    kind: str  # schedule open start, agenda, or on-deck grant release
    endpoint: str | None = None
    index: int = 0


class Script:
    """The rules. Times are monotonic seconds."""

    def __init__(self, pace: Pace, chance: random.Random) -> None:
        self._pace = pace
        self._chance = chance
        self._rest_until = 0.0
        self._opened_at: float | None = None
        self._speaker: str | None = None
        self._until: float | None = None  # when the present turn or pause is over
        self._turns = 0

    def step_back(self, now: float) -> None:
        """Leave the floor to the person who has just moved."""
        self._rest_until = now + HANDS_OFF
        self._until = None

    def move(self, view: View, now: float) -> Move | None:
        """Return what to do now, if anything; nothing while a person holds the chair."""
        if view.chaired or now < self._rest_until:
            return None
        if view.state in ("draft", "scheduled"):
            return Move("schedule" if view.state == "draft" else "open")
        if view.state == "open":
            return self._begin(view, now)
        return self._lead(view, now) if view.state == "live" else None

    def _begin(self, view: View, now: float) -> Move | None:
        """Start when nearly everybody is there, or after a while without them."""
        if self._opened_at is None:
            self._opened_at = now
        gathered = view.present >= GATHERED * view.sites
        return Move("start") if gathered or now - self._opened_at > PATIENCE else None

    def _lead(self, view: View, now: float) -> Move | None:
        if self._until is None or view.speaking != self._speaker:
            self._speaker = view.speaking
            self._until = now + self._chance.uniform(*(self._pace.turn if view.speaking else self._pace.pause))
        if view.speaking:
            return Move("release") if now >= self._until else self._call_next(view)
        if now < self._until:
            return None
        return self._next_item(view) or self._grant_next(view)

    def _call_next(self, view: View) -> Move | None:
        """Put the first of the queue on deck while another speaks."""
        if not view.queue or set(view.on_deck) & set(view.queue):
            return None
        return Move("on-deck", view.queue[0])

    def _next_item(self, view: View) -> Move | None:
        """Go on with the agenda every few turns, as far as the discussion."""
        here = view.agenda_at
        if here is None or here + 1 >= len(view.agenda) or view.agenda[here] == STAY_AT or self._turns < TURNS_PER_ITEM:
            return None
        self._turns = 0
        return Move("agenda", index=here + 1)

    def _grant_next(self, view: View) -> Move | None:
        if not view.queue:
            return None
        self._turns += 1
        return Move("grant", next((code for code in view.on_deck if code in view.queue), view.queue[0]))


class ScriptedChair:
    """The script with the chair's token."""

    def __init__(self, api: Api, pace: Pace, chance: random.Random) -> None:
        self.view = View()
        self.moves = 0
        self.stepped_back = 0
        self._api = api
        self._script = Script(pace, chance)
        self._stream = Stream(api, chance)
        self._mine: set[tuple[str, str | None]] = set()

    async def run(self) -> None:
        """Run the briefing until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stream.follow(self._on_event, lambda: None))
            group.create_task(self._lead())

    async def _lead(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            move = self._script.move(self.view, asyncio.get_running_loop().time()) if self._stream.connected else None
            if move is not None:
                await self._make(move)

    async def _make(self, move: Move) -> None:
        trace = _trace(move, self.view)
        self._mine.add(trace)
        try:
            await self._call(move)
        except Trouble:  # the view was old, or the server is away: look again
            self._mine.discard(trace)
        else:
            self.moves += 1

    async def _call(self, move: Move) -> None:
        if move.kind in ("schedule", "open", "start"):
            await self._api.lifecycle(move.kind)
        elif move.kind == "agenda":
            await self._api.agenda(move.index)
        else:
            await self._api.floor(move.kind, move.endpoint)

    def _on_event(self, event: Event) -> None:
        if event.name == "status":
            self.view = view_of(json.loads(event.data))
        elif event.name == "journal" and self._by_somebody_else(json.loads(event.data)):
            self.stepped_back += 1
            self._script.step_back(asyncio.get_running_loop().time())

    def _by_somebody_else(self, entry: dict[str, Any]) -> bool:
        """Whether a person made a floor move that is not ours; sites and the service itself are not meant."""
        if entry["kind"] not in FLOOR_MOVES or not entry["actor"].startswith(PEOPLE):
            return False
        trace = (entry["kind"], entry["data"].get("endpoint"))
        if trace in self._mine:
            self._mine.discard(trace)
            return False
        return True


def _trace(move: Move, view: View) -> tuple[str, str | None]:
    """Return the mark a move of ours leaves in the journal."""
    kinds = {"grant": "FloorGranted", "on-deck": "EndpointPutOnDeck", "release": "TurnEnded"}
    return kinds.get(move.kind, move.kind), view.speaking if move.kind == "release" else move.endpoint
