"""What the forwarding benchmark asks of a server, whoever wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from endpoints.sdp import Answer, Credentials


@dataclass(frozen=True, slots=True)
class Caller:
    """One client's half of a peer connection."""

    fingerprint: str
    candidate: str  # where it will call from, as a line of SDP: Janus believes nobody who has not said so before
    credentials: Credentials = field(default_factory=Credentials)


class Gateway(Protocol):
    """A running server with one room. Both calls return its half of the peer connection."""

    name: str
    pids: Sequence[int]  # of the processes that forward

    async def publish(self, caller: Caller) -> Answer:
        """Let somebody send the clip."""

    async def watch(self, caller: Caller) -> Answer:
        """Let somebody receive it."""
