"""The chair: who acts as it, and how it passes on."""

from dataclasses import dataclass
from enum import StrEnum

from server.core.ids import Actor


class TookBecause(StrEnum):
    """How somebody became the acting chair."""

    FREE = "free"  # nobody held the lease
    LAPSED = "lapsed"  # whoever was had not been heard of for the length of the lease
    HANDED_OVER = "handed_over"  # whoever was gave it to them


class ChairLeftBecause(StrEnum):
    """Why there is no acting chair any more."""

    LEFT = "left"  # they gave it up
    LAPSED = "lapsed"  # their page was not heard of for the length of the lease


@dataclass(frozen=True, slots=True)
class ChairTaken:
    """Somebody acts as the chair from now on."""

    chair: Actor
    name: str
    attended: bool  # a page holds the lease; else it is good for single moves, and anybody may take over
    reason: TookBecause
    previous: Actor | None = None


@dataclass(frozen=True, slots=True)
class ChairLeft:
    """Nobody acts as the chair."""

    chair: Actor
    reason: ChairLeftBecause
