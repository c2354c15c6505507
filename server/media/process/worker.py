"""The media process: a forwarding unit that obeys a server over a Unix socket, and can wait for the next one."""

import asyncio
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Final

import structlog
import uvloop

from server.core.errors import ProtocolError, UserError
from server.media.plane import Answer, Restarted
from server.media.process import messages
from server.media.process.messages import Hello, Message, Setup
from server.media.process.trunks import Trunks
from server.media.sfu.sfu import Sfu, utc_now
from server.media.sfu.tasks import Tasks

log = structlog.get_logger(__name__)

SOCKET: Final = 3
"""The file descriptor of the listening socket."""

BEAT: Final = 0.5
"""Seconds between two signs of life."""

_GREET_WITHIN = 5.0  # seconds
_FIRST_WITHIN = 30.0  # seconds a process lives that no server ever came to
_HANDOVER = 1.0  # seconds: that the last server was killed may not have been noticed when the next one comes

_METHODS: Final[Mapping[type[Message], Callable[..., Awaitable[Answer | Restarted | None]]]] = MappingProxyType(
    {
        messages.Publish: Sfu.publish,
        messages.Subscribe: Sfu.subscribe,
        messages.Patch: Sfu.patch,
        messages.Close: Sfu.close,
        messages.Expel: Sfu.expel,
        messages.CloseBriefing: Sfu.close_briefing,
    }
)
"""Which method a call is; its fields are the arguments."""


class Worker:
    """The process's life: from its socket to `ended`. It has one server at a time, or for a while none."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self._unit: tuple[Setup, Sfu] | None = None
        self._trunks: Trunks | None = None
        self._server: asyncio.StreamWriter | None = None
        self._arrived = asyncio.Event()  # a server is there
        self._left = asyncio.Event()  # none is
        self._left.set()
        self._over = asyncio.Event()  # the port is free again
        self._guests = Tasks()
        self._events = Tasks()
        self._alone = asyncio.get_running_loop().call_later(_FIRST_WITHIN, self.ended.set)

    async def run(self, listening: socket.socket) -> None:
        """Serve until `ended`; then say goodbye to every peer, and free the port before a server sees the end."""
        listener = await asyncio.start_unix_server(self._greet, sock=listening)
        await self.ended.wait()
        listener.close()
        self._alone.cancel()
        if self._trunks is not None:
            self._trunks.close()
        if self._unit is not None:
            await self._unit[1].stop()
        self._arrived.set()  # nobody has to be there for the last events
        await self._events.close()
        self._over.set()
        if self._server is not None:
            self._server.close()
        await self._guests.close()

    def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._guests.start(self._receive(reader, writer), name="server")

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one server through its whole visit."""
        try:
            unit = await self._unit_for(await _hello(reader))
            if isinstance(unit, tuple):
                await self._attend(*unit, reader, writer)
            else:
                await self._turn_away(writer, unit)
        except (ProtocolError, EOFError, ConnectionError, TimeoutError) as error:
            log.warning("media_server_refused", error=repr(error))
        finally:
            writer.close()

    async def _unit_for(self, hello: Hello) -> tuple[Setup, Sfu] | Message:
        """Return the unit, opened for the first server; or say what speaks against this one."""
        try:
            await asyncio.wait_for(self._left.wait(), _HANDOVER)
        except TimeoutError:
            return messages.Occupied()
        if hello.version != messages.version() or (self._unit is not None and self._unit[0] != hello.setup):
            return messages.Mismatched()
        if self._unit is None:
            try:
                self._unit = hello.setup, await self._opened(hello.setup)
            except OSError as error:
                return messages.Unable(error.errno or 0, error.strerror or str(error))
            self._events.start(self._tell_events(self._unit[1]), name="events")
            gc.freeze()  # what is there now stays: no collection has to look at it again
        return self._unit

    async def _opened(self, setup: Setup) -> Sfu:
        sfu = await Sfu.start(
            host=setup.host, port=setup.port, public_addresses=setup.addresses, settings=setup.sfu, clock=utc_now
        )
        if setup.places > 1:
            self._trunks = Trunks(sfu.connect, Path(setup.folder), setup.place)
            self._trunks.open()
        return sfu

    async def _turn_away(self, writer: asyncio.StreamWriter, unfit: Message) -> None:
        """Tell a server why not. Unless somebody else has this process, it ends: the connection breaks when it has."""
        _say(writer, unfit)
        if not isinstance(unfit, messages.Occupied):
            self.ended.set()
            await self._over.wait()

    async def _attend(self, setup: Setup, sfu: Sfu, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Do what a server says until it is gone; go on without it for a while."""
        self._alone.cancel()
        self._introduce(sfu, writer)
        self._server = writer
        self._left.clear()
        self._arrived.set()
        self._beat(sfu, writer)
        try:
            async for number, message in messages.received(reader):
                await self._obey(sfu, number, message, writer)
        finally:
            self._server = None
            self._arrived.clear()
            self._left.set()
            if not self.ended.is_set():
                log.warning("media_without_server", seconds=setup.linger)
                self._alone = asyncio.get_running_loop().call_later(setup.linger, self.ended.set)

    def _introduce(self, sfu: Sfu, writer: asyncio.StreamWriter) -> None:
        """Say what there is; no await stands between this and the events that change it."""
        resources = sfu.resources
        _say(writer, messages.Welcome(sfu.standing.since, sfu.port, len(resources)))
        for one in resources:
            _say(writer, one)

    async def _obey(self, sfu: Sfu, number: int, message: Message, writer: asyncio.StreamWriter) -> None:
        """Do one thing before the next is read: what the server says later holds for what it said earlier."""
        match message:
            case messages.Route():
                sfu.route(message.briefing, message.program)
            case messages.Stop():
                self.ended.set()
            case _ if type(message) in _METHODS:
                reply = await _called(sfu, message)
                if isinstance(reply, Answer):  # first, so that it is known even if nobody waits for the answer any more
                    _say(writer, sfu.described(reply.media))
                _say(writer, reply, number)
            case _:
                raise ProtocolError(f"a server said {type(message).__name__}")

    def _beat(self, sfu: Sfu, writer: asyncio.StreamWriter) -> None:
        """Give a sign of life as long as this server is there."""
        if self._server is writer:
            _say(writer, messages.Alive(sfu.counters))
            asyncio.get_running_loop().call_later(BEAT, self._beat, sfu, writer)

    async def _tell_events(self, sfu: Sfu) -> None:
        """Tell whichever server is there what happens; while none is, the unit keeps what matters."""
        async for happened in sfu.events():
            await self._arrived.wait()
            if (server := self._server) is not None:
                for event in happened:
                    _say(server, event)
                with suppress(ConnectionError):
                    await server.drain()


def _say(writer: asyncio.StreamWriter, message: Message, number: int = 0) -> None:
    """Say something to a server, unless it is gone."""
    if not writer.is_closing():
        writer.write(messages.encode(message, number))


async def _hello(reader: asyncio.StreamReader) -> Hello:
    async with asyncio.timeout(_GREET_WITHIN):
        _, hello = await messages.receive(reader)
    if not isinstance(hello, Hello):
        raise ProtocolError("no hello")
    return hello


async def _called(sfu: Sfu, call: Message) -> Message:
    """Make a call; a refusal is an answer, and a fault is logged here and told as one."""
    arguments = {one.name: getattr(call, one.name) for one in fields(call)}
    try:
        answer = await _METHODS[type(call)](sfu, **arguments)
    except UserError as refusal:
        return messages.Refused(refusal.code, refusal.detail)
    except Exception as error:
        log.exception("media_call_failed", call=type(call).__name__)
        return messages.Refused(messages.INTERNAL, repr(error))
    return answer or messages.Done()


async def _serve() -> None:
    worker = Worker()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, worker.ended.set)
    await worker.run(socket.socket(fileno=SOCKET))


def main() -> None:
    """Run until a server says stop, or none has been there for too long."""
    uvloop.run(_serve())
