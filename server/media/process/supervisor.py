"""The media plane that survives its process: started, watched, started again, and found again by the next server."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

import structlog

from server.core.ids import BriefingId, EndpointCode, MediaId
from server.core.status import Alarm
from server.media.errors import MediaDown
from server.media.plane import Answer, Counters, MediaEvent, Program, Resource, Restarted, Standing, StandingChanged
from server.media.process import child, messages
from server.media.process.child import Child
from server.media.process.messages import Call, Setup
from server.media.process.remote import NOTHING, Remote, TurnedAway
from server.media.process.worker import BEAT
from server.media.sfu.outbox import Outbox
from server.media.sfu.tasks import Tasks

log = structlog.get_logger(__name__)

DOWN: Final = "media_down"
"""The alarm while there is no process."""

RESTARTED: Final = "media_restarted"
"""The alarm for `REMEMBERED` seconds after a process has taken the place of one that died."""

REMEMBERED: Final = 60.0
"""Seconds."""

_STUCK: Final = 6
"""Beats that may fail to come. They are counted by our own loop: if we stand still ourselves, nobody is blamed."""

_START_WITHIN = 30.0  # seconds; the machine may be busy with more than this
_ATTACH_WITHIN = 3.0  # seconds; a process that runs answers at once
_END_WITHIN = 5.0  # seconds; the goodbyes take two at most
_STEADY = 30.0  # seconds after which a process counts as one that works
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0  # seconds before a process that did not work is started again


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class Supervisor:
    """A `MediaPlane` in a process. Make one with `start`, end it with `stop`, or by `leave`: then the media goes on."""

    def __init__(self, path: Path, setup: Setup, command: Sequence[str], clock: Callable[[], datetime]) -> None:
        """Use `start`."""
        self.standing = Standing(None)
        self._path = path
        self._setup = setup
        self._command = command
        self._clock = clock
        self._child: Child | None = None
        self._remote: Remote | None = None
        self._programs: dict[BriefingId, Program] = {}
        self._outbox = Outbox()
        self._tasks = Tasks()
        self._leaving = False
        self._calm: asyncio.TimerHandle | None = None  # ends the alarm of a restart

    @classmethod
    async def start(
        cls, path: Path, setup: Setup, command: Sequence[str], *, clock: Callable[[], datetime] = utc_now
    ) -> "Supervisor":
        """Attach to the process that listens at `path`, a Unix socket, if one does; else start one.

        `command` is what a Python interpreter is told to run: `worker.main`. Raises OSError when the process cannot
        open its UDP port, or belongs to another server.
        """
        one = cls(path, setup, command, clock)
        found = await one._found() or await one._started()
        one._take(*found)
        one._tasks.start(one._watch(*found), name="media process")
        return one

    @property
    def port(self) -> int:
        """The UDP port; 0 while there is no process."""
        return self._remote.port if self._remote else 0

    @property
    def pid(self) -> int:
        """The number of the process; 0 while there is none."""
        return self._child.pid if self._child else 0

    @property
    def counters(self) -> Counters:
        """What the present process has refused and lost; see `MediaPlane`."""
        return replace(self._remote.counters, peers=len(self._remote.resources)) if self._remote else NOTHING

    @property
    def resources(self) -> Collection[Resource]:
        """Everything that has not ended; see `MediaPlane`."""
        return list(self._remote.resources.values()) if self._remote else []

    def lasts(self, media: MediaId) -> bool:
        """Whether a resource has not ended; see `MediaPlane`."""
        return self._remote is not None and media in self._remote.resources

    async def publish(
        self, briefing: BriefingId, source: EndpointCode, offer: str, *, content: bool = False, ticket: str = ""
    ) -> Answer:
        """Take a WHIP offer; see `MediaPlane`."""
        return await self._answered(messages.Publish(briefing, source, offer, content, ticket))

    async def subscribe(
        self, briefing: BriefingId, viewer: EndpointCode | None, offer: str, *, ticket: str = ""
    ) -> Answer:
        """Take a WHEP offer; see `MediaPlane`."""
        return await self._answered(messages.Subscribe(briefing, viewer, offer, ticket))

    async def patch(self, media: MediaId, fragment: str, *, if_match: str) -> Restarted | None:
        """Take candidates, or restart ICE; see `MediaPlane`."""
        return cast("Restarted | None", await self._call(messages.Patch(media, fragment, if_match)))

    async def close(self, media: MediaId) -> None:
        """End one resource; see `MediaPlane`."""
        await self._call(messages.Close(media))

    async def expel(self, briefing: BriefingId, site: EndpointCode) -> None:
        """End everything of one site; it has nothing in a process that is gone. See `MediaPlane`."""
        with suppress(MediaDown):
            await self._call(messages.Expel(briefing, site))

    async def close_briefing(self, briefing: BriefingId) -> None:
        """End every resource of one briefing; see `MediaPlane`."""
        self._programs.pop(briefing, None)
        with suppress(MediaDown):
            await self._call(messages.CloseBriefing(briefing))

    def route(self, briefing: BriefingId, program: Program) -> None:
        """Put a source on air, at once; a process that takes the place of this one is told as well."""
        self._programs[briefing] = program
        if self._remote is not None:
            self._remote.tell(messages.Route(briefing, program))

    def events(self) -> AsyncIterator[Sequence[MediaEvent]]:
        """Everything that happens, in order; ends after `stop` or `leave`."""
        return self._outbox.read()

    async def leave(self) -> None:
        """Hang up: the process goes on, and waits for the next server."""
        self._leaving = True
        if self._remote is not None:
            self._remote.close()
        await self._end()

    async def stop(self) -> None:
        """Say goodbye to every peer, and wait until the process has ended."""
        self._leaving = True
        if self._remote is not None and self._child is not None:
            self._remote.tell(messages.Stop())
            await _ended(self._child, within=_END_WITHIN)
            self._path.unlink(missing_ok=True)
        await self._end()

    async def _end(self) -> None:
        await self._tasks.close()
        if self._child is not None:
            self._child.forget()
        if self._calm is not None:
            self._calm.cancel()
        self._child = self._remote = None
        self._outbox.close()

    async def _answered(self, call: Call) -> Answer:
        return cast("Answer", await self._call(call))

    async def _call(self, call: Call) -> Answer | Restarted | None:
        if self._remote is None:
            raise MediaDown
        return await self._remote.call(call)

    async def _watch(self, process: Child, remote: Remote) -> None:
        """Serve this process, and each that takes its place, until `leave` or `stop`."""
        pause, clock = 0.0, asyncio.get_running_loop().time
        while True:
            began = clock()
            await self._attend(process, remote)
            if self._leaving:
                return
            self._mourn(remote)
            pause = 0.0 if clock() - began > _STEADY else _longer(pause)
            process, remote = await self._replaced(pause)
            self._take(process, remote)

    async def _attend(self, process: Child, remote: Remote) -> None:
        """Listen to a process until it is gone; one that falls silent, or hangs up, is ended."""
        pulse = _Pulse(remote, process)
        try:
            await remote.listen(self._outbox.put)
        finally:
            pulse.stop()
        if not self._leaving:
            await _ended(process, within=0)

    def _take(self, process: Child, remote: Remote) -> None:
        """Make a process ours, and tell it who is on air."""
        self._child, self._remote = process, remote
        alarms = (Alarm(RESTARTED, self._clock()),) if self.standing.alarms else ()
        for briefing, program in self._programs.items():
            remote.tell(messages.Route(briefing, program))
        self._stand(Standing(remote.since, alarms))
        if alarms:
            self._calm = asyncio.get_running_loop().call_later(REMEMBERED, self._stand, Standing(remote.since))

    def _mourn(self, remote: Remote) -> None:
        """Say what is lost with a process."""
        log.error("media_process_lost", resources=len(remote.resources))
        self._remote = self._child = None
        if self._calm is not None:
            self._calm.cancel()
        self._stand(Standing(None, (Alarm(DOWN, self._clock()),)))  # first: nobody has to wait for the journal
        for event in remote.obituaries():
            self._outbox.put(event)

    def _stand(self, standing: Standing) -> None:
        self.standing = standing
        self._outbox.put(StandingChanged(standing))

    async def _replaced(self, pause: float) -> tuple[Child, Remote]:
        """Start another process, at once if the last one worked, and try until it runs."""
        while True:
            await asyncio.sleep(pause)
            try:
                found = await self._started()
            except (OSError, MediaDown, TurnedAway, TimeoutError) as error:
                pause = _longer(pause)
                log.warning("media_process_not_started", error=repr(error), again_in=pause)
            else:
                log.warning("media_process_restarted")
                return found

    async def _started(self) -> tuple[Child, Remote]:
        """Start a process. Raises OSError, MediaDown, TurnedAway or TimeoutError; then it has been ended."""
        process = child.start(self._path, self._command)
        try:
            async with asyncio.timeout(_START_WITHIN):
                return process, await Remote.attach(*await child.connect(self._path), self._setup)
        except BaseException:
            process.kill()
            raise

    async def _found(self) -> tuple[Child, Remote] | None:
        """Attach to a process that an earlier server left; one that does not fit has ended when this returns None.

        Raises OSError when it belongs to another server.
        """
        try:
            reader, writer = await child.connect(self._path)
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        try:
            process = child.found(writer)
        except ProcessLookupError:
            writer.close()
            return None
        try:
            async with asyncio.timeout(_ATTACH_WITHIN):
                return process, await Remote.attach(reader, writer, self._setup)
        except TurnedAway:
            log.warning("media_process_replaced", reason="it is of another version or setup")
            await _ended(process, within=_END_WITHIN)
        except (MediaDown, TimeoutError):
            log.warning("media_process_replaced", reason="it does not answer")
            await _ended(process, within=0)
        return None


class _Pulse:
    """Ends a process whose signs of life stay away."""

    def __init__(self, remote: Remote, process: Child) -> None:
        self._remote = remote
        self._process = process
        self._beats = remote.beats
        self._missed = 0
        self._timer = asyncio.get_running_loop().call_later(BEAT, self._look)

    def stop(self) -> None:
        self._timer.cancel()

    def _look(self) -> None:
        """Count; a machine that stood still, or a server that did, costs one look and not many."""
        self._missed = self._missed + 1 if self._remote.beats == self._beats else 0
        self._beats = self._remote.beats
        if self._missed == _STUCK:
            log.error("media_process_stuck", seconds=_STUCK * BEAT)
            self._process.kill()
        self._timer = asyncio.get_running_loop().call_later(BEAT, self._look)


async def _ended(process: Child, *, within: float) -> None:
    """Wait for the end of a process; kill it after `within` seconds."""
    with suppress(TimeoutError):
        await asyncio.wait_for(process.exited.wait(), within)
    process.kill()
    await process.exited.wait()


def _longer(pause: float) -> float:
    return min(max(2 * pause, _FIRST_PAUSE), _LONGEST_PAUSE)
