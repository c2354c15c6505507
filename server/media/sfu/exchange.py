"""All trunks of one unit: what is published in others, and who must be told what is published here."""

import socket
from collections.abc import Callable, Collection, Container

from server.core.ids import BriefingId, EndpointCode
from server.media.sfu.link import PacketLoop
from server.media.sfu.publisher import Publisher
from server.media.sfu.relay import Relay
from server.media.sfu.trunk import Trunk


class Exchange:
    """The trunks, as one."""

    def __init__(self, *, loop: PacketLoop, on_changed: Callable[[BriefingId], None]) -> None:
        """`on_changed` is told of a briefing that has other publishers in other units now."""
        self._loop = loop
        self._on_changed = on_changed
        self._trunks: list[Trunk] = []
        self._dropped = 0  # by trunks that have ended

    @property
    def dropped(self) -> int:
        """Packets that another unit did not take."""
        return self._dropped + sum(trunk.dropped for trunk in self._trunks)

    def connect(self, connected: socket.socket, on_ended: Callable[[], None]) -> Trunk:
        """Take over a socket to another unit; `on_ended` is called once when it is of no use any more."""

        def ended(trunk: Trunk) -> None:
            self._trunks.remove(trunk)
            self._dropped += trunk.dropped
            on_ended()

        trunk = Trunk(connected, loop=self._loop, on_changed=self._on_changed, on_ended=ended)
        self._trunks.append(trunk)
        return trunk

    def relays(self, briefing: BriefingId, *, content: bool) -> dict[EndpointCode, Relay]:
        """Find what other units publish of one kind in a briefing; of one source the newest counts."""
        all_ = (relay for trunk in self._trunks for relay in trunk.relays)
        there = [relay for relay in all_ if relay.briefing == briefing and relay.content == content]
        return {relay.source: relay for relay in sorted(there, key=lambda relay: relay.since)}

    def refresh(
        self, briefing: BriefingId, publishing: Collection[Publisher], shown: Container[Publisher], now: float
    ) -> None:
        """Tell every unit what is published here, and let cross what is shown."""
        for trunk in self._trunks:
            trunk.refresh(briefing, publishing, shown, now)

    def remind(self, now: float) -> None:
        """Ask again for the keyframes that have not come."""
        for trunk in self._trunks:
            trunk.remind(now)

    def close(self) -> None:
        """Hang up everywhere."""
        for trunk in tuple(self._trunks):
            trunk.close()
