"""One media process as the server sees it: calls over its socket, and a mirror of what it said last."""

import asyncio
import errno
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from types import MappingProxyType
from typing import Final

import structlog

from server.core.errors import ProtocolError, UserError
from server.core.ids import MediaId
from server.media import errors
from server.media.errors import MediaDown
from server.media.plane import (
    Answer,
    Counters,
    Gone,
    MediaEvent,
    Published,
    Resource,
    Restarted,
    Unpublished,
    Unsubscribed,
)
from server.media.process import messages
from server.media.process.messages import Call, Message, Setup, Welcome

log = structlog.get_logger(__name__)

_REFUSALS: Final[Mapping[str, type[UserError]]] = MappingProxyType(
    {one.code: one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, UserError)}
)
"""The refusals of the media plane by their codes."""

NOTHING: Final = Counters(peers=0, strangers=0, forged=0, refused=0, unsent=0, helpers_lost=0)


class TurnedAway(Exception):
    """The process is of another version or setup, and ends."""


class Remote:
    """A process that has taken us on, for as long as the connection lasts. Make one with `attach`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, welcome: Welcome) -> None:
        """Use `attach`."""
        self.since = welcome.since
        self.port = welcome.port
        self.counters = NOTHING
        self.resources: dict[MediaId, Resource] = {}
        self.beats = 0  # signs of life so far
        self._reader = reader
        self._writer = writer
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Message]] = {}

    @classmethod
    async def attach(cls, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, setup: Setup) -> "Remote":
        """Introduce ourselves to a process, and take over what it has.

        Raises TurnedAway, OSError when it cannot open its port or has another server, MediaDown when it ends meanwhile.
        """
        writer.write(messages.encode(messages.Hello(messages.version(), setup)))
        try:
            welcome = _welcome((await messages.receive(reader))[1])
            remote = cls(reader, writer, welcome)
            for _ in range(welcome.resources):
                remote._mirror((await messages.receive(reader))[1])
        except (EOFError, ConnectionError, ProtocolError) as error:
            writer.close()
            raise MediaDown from error
        except BaseException:
            writer.close()
            raise
        return remote

    async def listen(self, put: Callable[[MediaEvent], None]) -> None:
        """Take what the process says, and `put` its events, until it is gone; then nothing is waited for any more."""
        try:
            async for number, message in messages.received(self._reader):
                self._mirror(message)
                if isinstance(message, MediaEvent):
                    put(message)
                elif (waiting := self._waiting.get(number)) is not None and not waiting.done():
                    waiting.set_result(message)
        except ProtocolError:
            log.exception("media_process_spoke_nonsense")
        finally:
            self.close()

    async def call(self, call: Call) -> Answer | Restarted | None:
        """Make a call and wait for its answer. Raises the refusal it meets, or MediaDown when the process ends."""
        if self._writer.is_closing():
            raise MediaDown
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        self.tell(call, number)
        try:
            return _result(await self._waiting[number])
        finally:
            del self._waiting[number]

    def tell(self, message: Message, number: int = 0) -> None:
        """Say something at once: it is on its way when this returns. A process that is gone is told nothing."""
        if not self._writer.is_closing():
            self._writer.write(messages.encode(message, number))

    def close(self) -> None:
        """Hang up; the process goes on without us."""
        self._writer.close()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(MediaDown())

    def obituaries(self) -> list[MediaEvent]:
        """Return the ends that a process did not live to tell."""
        return [_lost(one) for one in self.resources.values()]

    def _mirror(self, message: Message) -> None:
        """Note what a message says of the state of things."""
        match message:
            case messages.Alive():
                self.counters = message.counters
                self.beats += 1
            case Resource():
                self.resources[message.media] = message
            case Published() if message.media in self.resources:
                self.resources[message.media] = replace(self.resources[message.media], arrives=True)
            case Unpublished() | Unsubscribed():
                self.resources.pop(message.media, None)


def _welcome(reply: Message) -> Welcome:
    """Return a welcome; raise what any other reply means."""
    match reply:
        case Welcome():
            return reply
        case messages.Unable():
            raise OSError(reply.number, reply.reason)
        case messages.Occupied():
            raise OSError(errno.EBUSY, "another server has the media process of this data directory")
        case _:
            raise TurnedAway


def _result(reply: Message) -> Answer | Restarted | None:
    """Turn an answer into what the call returns or raises."""
    match reply:
        case Answer() | Restarted():
            return reply
        case messages.Refused(code=code, detail=detail) if code in _REFUSALS:
            raise _REFUSALS[code](detail)
        case messages.Refused(detail=detail):
            raise RuntimeError(f"the media process failed: {detail}")
        case _:
            return None


def _lost(one: Resource) -> MediaEvent:
    if one.publishes and one.party is not None:
        return Unpublished(one.briefing, one.party, one.media, Gone.LOST, one.content)
    return Unsubscribed(one.briefing, one.party, one.media, Gone.LOST)
