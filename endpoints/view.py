"""What a site or the scripted chair needs to know of the status document."""

from dataclasses import dataclass
from typing import Any

RUNNING = frozenset({"open", "live"})
HUB = "hub"
OVER = frozenset({"closed", "cancelled"})


@dataclass(frozen=True, slots=True)
class View:
    """The briefing at one moment."""

    state: str = ""
    speaking: str | None = None  # the code of the floor's holder
    queue: tuple[str, ...] = ()
    on_deck: tuple[str, ...] = ()
    sites: int = 0
    present: int = 0
    publishing: int = 0
    checked_in: int = 0
    media_since: str | None = None  # when the media plane came up; None: it is down
    sending: frozenset[str] = frozenset()  # whose media arrives at the server: codes, and "hub"
    agenda: tuple[str, ...] = ()  # the kinds of the items
    agenda_at: int | None = None
    chaired: bool = False  # a person holds the chair's lease

    @property
    def running(self) -> bool:
        """Whether sites may join, check in and send media."""
        return self.state in RUNNING


def view_of(status: dict[str, Any]) -> View:
    """Read a status document."""
    floor, counts, agenda = status["floor"], status["counts"], status["agenda"]
    return View(
        state=status["state"],
        speaking=floor["turn"]["endpoint"] if floor["turn"] else None,
        queue=tuple(request["endpoint"] for request in floor["queue"]),
        on_deck=tuple(floor["on_deck"]),
        sites=counts["endpoints"],
        present=counts["present"],
        publishing=counts["publishing"],
        checked_in=counts["checked_in"],
        media_since=status["media"]["since"],
        sending=_sending(status),
        agenda=tuple(item["kind"] for item in agenda["items"]),
        agenda_at=agenda["current"],
        chaired=status["chair"]["attended"],
    )


def _sending(status: dict[str, Any]) -> frozenset[str]:
    sites = frozenset(one["code"] for one in status["endpoints"] if one["publishing"])
    return sites | {HUB} if status["hub"]["publishing"] else sites
