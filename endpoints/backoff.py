"""The waits of a loop that tries again: doubled up to a limit, with jitter so that sites do not return all at once."""

import random

FIRST = 0.5  # seconds
LONGEST = 10.0  # seconds


class Backoff:
    """The waits of one loop."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._next = FIRST

    def wait(self, *, at_least: float = 0.0) -> float:
        """Return the next wait in seconds: between half of it and all of it, never less than the server asked for."""
        wait = self._next
        self._next = min(LONGEST, wait * 2)
        return max(at_least, wait * self._chance.uniform(0.5, 1.0))

    def reset(self) -> None:
        """Begin again with the shortest wait: it worked."""
        self._next = FIRST
