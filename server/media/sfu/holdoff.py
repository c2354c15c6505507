"""Who was cut because it flooded, and when it may come back."""

from server.core.ids import BriefingId, EndpointCode
from server.media.errors import HOLD_OFF, HeldOff

Party = tuple[BriefingId, EndpointCode | str]
"""A site or the hub, whatever device it comes with; of an observer the ticket that let it in."""


class HoldOffs:
    """Those who may not come back yet. Times in seconds."""

    def __init__(self) -> None:
        self._until: dict[Party, float] = {}

    def __len__(self) -> int:
        return len(self._until)

    def cut(self, party: Party, now: float) -> None:
        """Keep somebody out for a while."""
        self._until = {other: until for other, until in self._until.items() if until > now}
        self._until[party] = now + HOLD_OFF

    def require(self, party: Party, now: float) -> None:
        """Let everybody else in. Raises HeldOff."""
        if self._until.get(party, now) > now:
            raise HeldOff
