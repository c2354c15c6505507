"""The media plane in several processes: each session is in one of them, and every briefing may be in all."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Final

from server.core.ids import HUB, BriefingId, EndpointCode, MediaId
from server.core.status import Alarm
from server.media.errors import MediaDown, UnknownMedia
from server.media.plane import (
    Answer,
    Counters,
    MediaEvent,
    Program,
    Published,
    Resource,
    Restarted,
    Standing,
    StandingChanged,
)
from server.media.process.confluence import Confluence
from server.media.process.messages import Setup
from server.media.process.supervisor import DOWN, Supervisor, utc_now
from server.media.sfu.outbox import Outbox
from server.media.sfu.tasks import Tasks

REDUCED: Final = "media_reduced"
"""The alarm while some of the processes are down, but not all."""


class Cluster:
    """A `MediaPlane` over several supervised processes. Make one with `start`, end it with `stop`, or by `leave`.

    Process i has the UDP port i after the first one's. A new session goes to the process with the fewest, but a source
    that publishes again to where it publishes, and a site's further subscriptions to where it has some: what replaces
    what, and how many a site may have, each process decides for itself.
    """

    def __init__(self, processes: Sequence[Supervisor], clock: Callable[[], datetime]) -> None:
        """Use `start`."""
        self.standing = Standing(None)
        self._processes = processes
        self._scribe = processes[0]  # that records; the stage is in all of them
        self._programs: dict[BriefingId, Program] = {}
        self._clock = clock
        self._coming: Counter[Supervisor] = Counter()  # sessions that a process is about to have
        self._confluence = Confluence()
        self._outbox = Outbox()
        self._tasks = Tasks()

    @classmethod
    async def start(
        cls,
        folder: Path,
        setup: Setup,
        command: Sequence[str],
        *,
        processes: int,
        clock: Callable[[], datetime] = utc_now,
    ) -> "Cluster":
        """Attach to the processes that an earlier server left in the folder, and start those that are missing.

        `setup` is the first one's, but bounds them all together; `command` as in `Supervisor.start`. Raises OSError as
        that does; then none is left.
        """

        def begun(place: int) -> Awaitable[Supervisor]:
            one = _setup(setup, folder, place, processes)
            return Supervisor.start(path_of(folder, place), one, command, clock=clock)

        outcomes = await asyncio.gather(*map(begun, range(processes)), return_exceptions=True)
        started = [one for one in outcomes if isinstance(one, Supervisor)]
        for error in outcomes:
            if isinstance(error, BaseException):
                await asyncio.gather(*(one.stop() for one in started))
                raise error
        cluster = cls(started, clock)
        for place, process in enumerate(started):
            cluster._tasks.start(cluster._carry(place, process), name="media events")
        cluster.standing = Standing(max((one.standing.since for one in started if one.standing.since), default=None))
        return cluster

    @property
    def port(self) -> int:
        """The first UDP port; 0 while its process is down."""
        return self._processes[0].port

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes, 0 for one that is down."""
        return [one.pid for one in self._processes]

    @property
    def counters(self) -> Counters:
        """What all processes have refused and lost; see `MediaPlane`."""
        found = [one.counters for one in self._processes]
        return Counters(*(sum(getattr(one, field.name) for one in found) for field in fields(Counters)))

    @property
    def resources(self) -> Collection[Resource]:
        """Everything that has not ended, in whichever process; see `MediaPlane`."""
        return [resource for one in self._processes for resource in one.resources]

    def lasts(self, media: MediaId) -> bool:
        """Whether a resource has not ended; see `MediaPlane`."""
        return any(one.lasts(media) for one in self._processes)

    async def publish(
        self, briefing: BriefingId, source: EndpointCode, offer: str, *, content: bool = False, ticket: str = ""
    ) -> Answer:
        """Take a WHIP offer; see `MediaPlane`."""

        def same(one: Resource) -> bool:
            return one.publishes and one.content == content and (one.briefing, one.party) == (briefing, source)

        with self._place_for(same) as process:
            return await process.publish(briefing, source, offer, content=content, ticket=ticket)

    async def subscribe(
        self, briefing: BriefingId, viewer: EndpointCode | None, offer: str, *, ticket: str = ""
    ) -> Answer:
        """Take a WHEP offer; see `MediaPlane`."""

        def same(one: Resource) -> bool:
            own = viewer not in (None, HUB) and (one.briefing, one.party) == (briefing, viewer)
            return own and not one.publishes

        with self._place_for(same) as process:
            return await process.subscribe(briefing, viewer, offer, ticket=ticket)

    async def patch(self, media: MediaId, fragment: str, *, if_match: str) -> Restarted | None:
        """Take candidates, or restart ICE; see `MediaPlane`."""
        return await self._with(media).patch(media, fragment, if_match=if_match)

    async def close(self, media: MediaId) -> None:
        """End one resource; see `MediaPlane`."""
        await self._with(media).close(media)

    async def expel(self, briefing: BriefingId, site: EndpointCode) -> None:
        """End everything of one site, wherever it is; see `MediaPlane`."""
        await asyncio.gather(*(one.expel(briefing, site) for one in self._processes))

    async def close_briefing(self, briefing: BriefingId) -> None:
        """End every resource of one briefing; see `MediaPlane`."""
        await asyncio.gather(*(one.close_briefing(briefing) for one in self._processes))
        self._confluence.forget(briefing)
        self._programs.pop(briefing, None)

    def route(self, briefing: BriefingId, program: Program) -> None:
        """Put a source on air in every process, at once; one of them alone records. See `MediaPlane`."""
        self._programs[briefing] = program
        for one in self._processes:
            one.route(briefing, replace(program, recording=program.recording and one is self._scribe))

    def events(self) -> AsyncIterator[Sequence[MediaEvent]]:
        """Everything that happens, in order for each source; ends after `stop` or `leave`."""
        return self._outbox.read()

    async def leave(self) -> None:
        """Hang up: the processes go on, and wait for the next server."""
        await self._end(Supervisor.leave)

    async def stop(self) -> None:
        """Say goodbye to every peer, and wait until all processes have ended."""
        await self._end(Supervisor.stop)

    async def _end(self, way: Callable[[Supervisor], Awaitable[None]]) -> None:
        await asyncio.gather(*(way(one) for one in self._processes))
        await self._tasks.close()
        self._outbox.close()

    @contextmanager
    def _place_for(self, same: Callable[[Resource], bool]) -> Iterator[Supervisor]:
        """Choose where a session goes: to those that are the same, else to the fewest. Raises MediaDown."""
        up = [one for one in self._processes if one.standing.since is not None]
        if not up:
            raise MediaDown
        home = next((one for one in up if any(same(resource) for resource in one.resources)), None)
        chosen = home or min(up, key=lambda one: len(one.resources) + self._coming[one])
        self._coming[chosen] += 1
        try:
            yield chosen
        finally:
            self._coming[chosen] -= 1

    def _with(self, media: MediaId) -> Supervisor:
        """Find the process that has a resource. Raises UnknownMedia, also for what was in one that is down now."""
        for one in self._processes:
            if one.lasts(media):
                return one
        raise UnknownMedia

    async def _carry(self, place: int, process: Supervisor) -> None:
        """Take what one process says; put it together with what the others say."""
        async for happened in process.events():
            for event in happened:
                if isinstance(event, StandingChanged):
                    self._expect(place, process, event.standing)
                else:
                    for told in self._confluence.put(place, event):
                        self._outbox.put(told)

    def _expect(self, place: int, process: Supervisor, standing: Standing) -> None:
        if standing.since is None:
            self._confluence.end(place)
            self._stand(self._clock())  # what was in it is gone
        else:
            self._confluence.begin(place, _there(process.resources))
            self._stand(self.standing.since or standing.since)
        self._appoint()

    def _appoint(self) -> None:
        """Have another process record when the one that did is down: recordings go on with the next keyframe."""
        up = [one for one in self._processes if one.standing.since is not None]
        if up and self._scribe not in up:
            self._scribe = up[0]
            for briefing, program in list(self._programs.items()):
                self.route(briefing, program)

    def _stand(self, since: datetime) -> None:
        """Say how the processes are together, if that is news; `since` is when sessions may have ended unseen."""
        found = [one.standing for one in self._processes]
        standing = Standing(since if any(one.since for one in found) else None, _alarms(found))
        if standing != self.standing:
            self.standing = standing
            self._outbox.put(StandingChanged(standing))


def path_of(folder: Path, place: int) -> Path:
    """Name the socket of a process."""
    return folder / (f"media-{place}.socket" if place else "media.socket")


def _setup(setup: Setup, folder: Path, place: int, places: int) -> Setup:
    """Say what one of the processes is."""
    return replace(
        setup,
        port=setup.port + place if setup.port else 0,
        sfu=replace(setup.sfu, max_peers=ceil(setup.sfu.max_peers / places)),
        folder=str(folder.resolve()),
        place=place,
        places=places,
    )


def _alarms(standings: Iterable[Standing]) -> tuple[Alarm, ...]:
    """Put the alarms together, each code once; a process that is down is not the whole plane while another is up."""
    found = list(standings)
    partly = any(one.since for one in found)
    codes: dict[str, datetime] = {}
    for alarm in sorted((alarm for one in found for alarm in one.alarms), key=lambda one: one.since):
        codes.setdefault(REDUCED if partly and alarm.code == DOWN else alarm.code, alarm.since)
    return tuple(Alarm(code, since) for code, since in codes.items())


def _there(resources: Iterable[Resource]) -> Iterator[Published]:
    """Say again what arrives already."""
    for one in resources:
        if one.publishes and one.arrives and one.party is not None:
            yield Published(one.briefing, one.party, one.media, one.content)
