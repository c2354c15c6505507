"""A room: one running briefing, the folded state and one lock around every move."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from server.core import chair, content, floor, presence, readiness, recording
from server.core.errors import Conflict, UserError
from server.core.events import Event, LeftBecause, encode
from server.core.ids import HUB, Actor, ConnectionId, EndpointCode
from server.core.journal import Entry, seal
from server.core.line import LineHealth
from server.core.state import ENDED, RUNNING, Briefing, fold, foresee
from server.core.status import Health, PlaceOf, ServiceStatus, Status, describe, for_sites
from server.core.stills import Still
from server.live import documents, particulars, signs
from server.live.deck import Deck
from server.live.desk import Desk
from server.live.feed import Audience, Feed, Listener, frame_of, sse
from server.live.hearing import Hearing
from server.live.taping import Taping
from server.live.warming import Warming
from server.live.world import Decision, Move, World

FULL = "full"
"""What a line carries of the picture when there is nothing to say."""

ATTEMPTS = 5
"""How often a move is decided again when another writer was first."""


class Contended(Conflict):
    """Too many people are changing this briefing at once; try again."""

    code = "contended"


class Room:
    """One briefing that people look at or are in."""

    def __init__(self, state: Briefing, world: World) -> None:
        self.state = state
        self.feed = Feed()
        self.health: Health = {}
        self.hub_health: LineHealth | None = None
        self.pictures: Mapping[EndpointCode, str] = {}  # what the lines of sites carry of the picture
        self.stills: dict[EndpointCode, Still] = {}  # the latest of each source that publishes
        self._world = world
        self._lock = asyncio.Lock()
        self.desk = Desk(state, world.clock())
        self._deck = Deck(self.feed)
        self._judge_deck()
        self._warming = Warming()
        self._departed: dict[ConnectionId, EndpointCode] = {}  # gone, but not stored yet
        self._hearing = Hearing()
        self._taping = Taping(world.clock())
        self._unsure = False  # the store failed in the middle: it may hold more than we know
        self._told = state  # what `moved` was told last
        self._cut: EndpointCode | None = None  # off the air although its turn is not stored as ended yet
        self._cut_content: EndpointCode | None = None  # not shown although its presenting is not stored as ended yet

    @property
    def grace(self) -> timedelta:
        """How long a speaker that dropped keeps the floor, and a presenter the content slot."""
        return self._world.grace

    @property
    def place_of(self) -> PlaceOf:
        """What the briefing's roster says of its endpoints."""
        return self._world.place_of(self.state)

    async def move(self, decide: Decision, actor: Actor, *, cut_first: bool = False) -> Briefing:
        """Decide, store, adopt, announce, route: in this order, one move at a time.

        With `cut_first` a speaker that loses the floor goes off the air, and what is not to be presented any more goes
        dark, before the store is asked, because a dead database must not keep a microphone open.
        """
        try:
            async with self._lock:
                return await self._decided(decide, actor, cut_first=cut_first)
        finally:
            await self._tell_if_moved()

    async def lead(self, decide: Decision, actor: Actor, name: str, *, cut_first: bool = False) -> Briefing:
        """Make a move of the chair's; whoever makes it while nobody holds the chair's lease becomes the acting chair.

        Raises NotActingChair.
        """

        def as_chair(state: Briefing, now: datetime) -> tuple[Event, ...]:
            taken = chair.act(state, now, actor=actor, name=name, until=self.desk.until(state, now))
            decided = decide(foresee(state, taken, now), now)
            return (*taken, *decided) if decided else ()

        return await self.move(as_chair, actor, cut_first=cut_first)

    async def take_chair(self, actor: Actor, name: str) -> None:
        """Make somebody with an open page the acting chair. Raises NotActingChair while another holds the lease."""

        def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
            return chair.take(state, now, actor=actor, name=name, until=self.desk.until(state, now))

        await self.move(decide, actor)
        self.at_the_desk(actor, name)

    def at_the_desk(self, actor: Actor, name: str) -> None:
        """Note that somebody's page of the chair is open: the acting chair's lease begins anew."""
        if self.desk.heard(actor, name, self._world.clock()):
            self._world.changed(self)

    async def _decided(self, decide: Decision, actor: Actor, *, cut_first: bool) -> Briefing:
        """Decide until what was decided is stored and adopted. Raises Contended when others are always first."""
        cut = self._cut, self._cut_content
        for _ in range(ATTEMPTS):
            await signs.ask(self.desk, self.state, self._world)
            try:
                move = self.propose(decide, actor)
            except UserError:
                self._take_cut_back(*cut)
                raise
            if move is None:
                self._take_cut_back(*cut)
                return self.state
            if cut_first:
                self._cut_off(move.after)
            if await self._append(move):
                self.settle(move)
                return move.after
            await self.catch_up()
        raise Contended

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Keep everybody else from moving this briefing, for a move of several rooms at once (`together`)."""
        try:
            async with self._lock:
                yield
        finally:
            await self._tell_if_moved()

    def propose(self, decide: Decision, actor: Actor) -> Move | None:
        """Decide while nobody else moves; None: there is nothing to do."""
        now = self._world.clock()
        events = decide(self.state, now)
        if not events:
            return None
        events = (*self._hearing.last_words(events, now), *events)
        sealed = seal(self.state.id, self.state.head, events, actor=actor, at=now)
        return Move(self.state, sealed, fold(self.state, sealed))

    def doubt(self) -> None:
        """Note that the store is being asked: if it fails, or is given up on, it may hold more than we know."""
        self._unsure = True

    def settle(self, move: Move) -> None:
        """Adopt and announce a move that is stored."""
        self._unsure = False
        self._adopt(move.after, move.entries)

    async def _append(self, move: Move) -> bool:
        """Store entries. A store that fails, or is given up on, may have kept them: that is found out later."""
        self.doubt()
        stored = await self._world.ledger.append(move.entries, before=move.before, after=move.after)
        self._unsure = False
        return stored

    async def _tell_if_moved(self) -> None:
        """Tell of a change of plan, phase or reminders once, whoever made it: this move, or another writer."""
        before, after = self._told, self.state
        if _plans(before) != _plans(after):
            self._told = after
            await self._world.moved(before, after)

    async def listen(self, audience: Audience, *, after: int | None) -> tuple[Listener, list[bytes]]:
        """Open a stream: the listener, and the frames of the entries after `after` up to now (None: none).

        Nothing is missed or doubled between the two: the listener is registered at the head the frames end with.
        """
        listener = self.feed.listen(audience)
        head = self.state.head.seq
        listener.put_latest("status", self._status_frames()[0 if audience.staff else 1])
        if audience.endpoint is not None:
            listener.put_latest("line", _line_frame(self.pictures.get(audience.endpoint, FULL)))
            listener.put_latest("deck", self._deck.frame_of(audience.endpoint))
            listener.put_latest("particulars", particulars.frame_of(self.state, audience.endpoint))
        if after is None or after >= head:
            return listener, []
        try:
            missed = await self._world.ledger.load(self.state.id, after=after)
        except BaseException:
            self.feed.forget(listener)
            raise
        return listener, [frame_of(one) for one in missed if one.seq <= head and audience.may_see(one)]

    def status(self) -> Status:
        """Describe the briefing as it is now."""
        now = self._world.clock()
        return describe(
            self.state,
            now,
            place_of=self.place_of,
            health=self.health,
            hub=self.hub_health,
            service=self._service(),
            deputies=self.desk.deputies(self.state, now),
        )

    def _service(self) -> ServiceStatus:
        """Say how the service is, with what is wrong with this briefing's recording."""
        service = self._world.service()
        return replace(service, alarms=(*service.alarms, *self._taping.alarms(self.state)))

    def show_status(self) -> None:
        """Put the present status on every stream."""
        if self.feed.listeners:
            staff, sites = self._status_frames()
            self.feed.show("status", staff=staff, sites=sites)

    def show_telemetry(self, at: datetime, health: Health, hub: LineHealth | None) -> None:
        """Take one second of everybody's lines and put it on the staff's streams."""
        self.health, self.hub_health = health, hub
        if self._judge_deck():
            self.feed.show("status", staff=self._status_frames()[0], sites=None)
        body = {"at": encode(at), "hub": encode(hub), "endpoints": {code: encode(one) for code, one in health.items()}}
        self.feed.show("telemetry", staff=sse("telemetry", _json(body)), sites=None)

    def show_pictures(self, pictures: Mapping[EndpointCode, str]) -> None:
        """Take what every site's line carries of the picture (full, reduced, still), and tell those it is news to."""
        before, self.pictures = self.pictures, pictures
        for site in self.feed.sites:
            present = pictures.get(site, FULL)
            if present != before.get(site, FULL):
                self.feed.show_to(site, "line", _line_frame(present))

    async def depart(self, endpoint: EndpointCode, connection: ConnectionId) -> None:
        """Note that a connection is gone; what a dead database refuses now is stored when it is back."""
        self._departed[connection] = endpoint
        await self._store_departures()

    async def note_recorder(self, failure: str | None, *, is_low: bool) -> None:
        """Take a sign of life of the recorder: why it writes nothing (None: it does), and whether the disk fills up."""
        if self._taping.heard(self._world.clock(), is_low=is_low):
            self._world.changed(self)
        await self.move(partial(recording.fare, failure=failure), Actor("media"))

    async def tick(self) -> None:
        """Do what time alone brings about: what is held lapses, and what could not be stored is tried again."""
        if self._unsure:
            await self._make_sure()
        turn = self.state.floor.turn
        if turn is not None and turn.held_until is not None:
            await self.move(floor.lapse, Actor("clock"))
        if self.state.content is not None and self.state.content.held_until is not None:
            await self.move(content.lapse, Actor("clock"))
        if self._taping.is_silent(self.state, self._world.clock()):
            await self.move(partial(recording.fare, failure="silent"), Actor("server"))
        if self.desk.has_lapsed(self.state, self._world.clock()):
            await self.move(self._lapsed, Actor("clock"))
        if self._warming.lapse(self._world.clock()) and self.state.phase not in ENDED:
            self._route(self.state, cooled=True)
        await self._store_departures()
        await self._store_speech()
        await signs.tell(self.desk, self.state, self._world)

    def _lapsed(self, state: Briefing, now: datetime) -> tuple[Event, ...]:
        """Decide by the lease as it is now: the page may have been heard of while the move waited for its turn."""
        return chair.lapse(state, now, until=self.desk.until(state, now))

    async def hear(self, at: datetime, window: float, levels: Sequence[tuple[EndpointCode, int]]) -> None:
        """Take one window of audio levels; what proves to be speech is written down."""
        if self.state.phase not in RUNNING:
            return
        if self._hearing.hear(self.state, at, window, levels):
            await self._store_speech()

    async def _store_speech(self) -> None:
        """Write down what was heard; what a dead database refuses now is stored when it is back."""
        if self._hearing.unstored:
            await self.move(
                lambda state, _now: self._hearing.unstored if state.phase in RUNNING else (), Actor("media")
            )

    async def _store_departures(self) -> None:
        for connection, endpoint in list(self._departed.items()):
            decide = partial(
                presence.leave,
                endpoint=endpoint,
                connection=connection,
                reason=LeftBecause.CLOSED,
                grace=self._world.grace,
            )
            await self.move(decide, Actor("server"))
            self._departed.pop(connection, None)  # another departure may have stored it meanwhile

    def reroute(self) -> None:
        """Tell the media plane again who is on air and who presents: after a restart of either side."""
        self._route(self.state)

    def is_warm(self, endpoint: EndpointCode) -> bool:
        """Whether a site is checking its line."""
        return endpoint in self._warming.sites(self._world.clock())

    def warm(self, endpoint: EndpointCode) -> None:
        """Let a site check its line: it is told to send more for a while, and is still heard by nobody.

        Raises ManyChecks.
        """
        self._warming.begin(endpoint, self._world.clock())
        self.reroute()

    def _adopt(self, after: Briefing, sealed: Sequence[Entry]) -> None:
        """Make the stored state the present one; no await stands in here.

        What is written down after the end is no news to the plane, which keeps nothing of an ended briefing.
        """
        before, self.state = self.state, after
        if before.phase not in ENDED:
            self._route(after)
        self._hearing.settle(sealed)
        self.feed.announce(sealed)
        documents.tell(self.feed, before, after)
        particulars.tell(self.feed, before, after)
        self._judge_deck()
        self._world.changed(self)

    def _judge_deck(self) -> bool:
        """Tell the sites on deck how they do, if that is news; return whether it was."""
        return self._deck.show(readiness.deck(self.state, self.health))

    async def _make_sure(self) -> None:
        """Look what the store holds since it failed: a move that nobody was told of may stand in it."""
        async with self._lock:
            await self.catch_up()
        await self._tell_if_moved()

    async def catch_up(self) -> None:
        """Take over what another writer has stored."""
        missed = await self._world.ledger.load(self.state.id, after=self.state.head.seq)
        self._unsure = False
        if missed:
            self._adopt(fold(self.state, missed), missed)

    def _cut_off(self, after: Briefing) -> None:
        """Take off the air, before it is stored, whoever is to lose the floor or the content slot."""
        on_air, presenter = self.state.floor.on_air, self.state.presenter
        if after.floor.on_air != on_air:
            self._cut = on_air
        if after.presenter != presenter:
            self._cut_content = presenter
        if self._cut or self._cut_content:
            self._route(self.state)

    def _take_cut_back(self, cut: EndpointCode | None, cut_content: EndpointCode | None) -> None:
        """Put back on the air whom a move had cut that was refused after all: another writer was first."""
        before = self._cut, self._cut_content
        self._cut, self._cut_content = self._cut and cut, self._cut_content and cut_content
        if (self._cut, self._cut_content) != before:
            self._route(self.state)

    def _route(self, state: Briefing, *, cooled: bool = False) -> None:
        """Say who is on air and who presents. Nobody is while the speaker is cut, and the cut ends with the turn.

        Before the lobby opens there is nothing to say but for lines that are checked, or were (`cooled`), and the plane
        should keep nothing for it.
        """
        warm = self._warming.sites(self._world.clock())
        if state.phase not in RUNNING | ENDED and not (warm or cooled):
            return
        on_air = state.floor.on_air
        if on_air != self._cut:
            self._cut = None
        if state.presenter != self._cut_content:
            self._cut_content = None
        on_air, presenting = None if self._cut else on_air, None if self._cut_content else state.presenter
        on_deck = () if state.floor.muted else tuple(code for code in state.floor.on_deck if code != HUB)
        warmed = tuple(dict.fromkeys((*on_deck, *warm)))
        self._world.route(state.id, on_air, warmed, presenting, recording=recording.runs(state))

    def _status_frames(self) -> tuple[bytes, bytes]:
        status = self.status()
        return sse("status", _json(encode(status))), sse("status", _json(encode(for_sites(status))))


def _line_frame(picture: str) -> bytes:
    return sse("line", _json({"picture": picture}))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _plans(state: Briefing) -> tuple[Any, ...]:
    """Return what others are told of when it changes."""
    return state.phase, state.edition, state.reminders, state.rehearsals
