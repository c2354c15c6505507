"""Whether a site that waits can be seen and heard when it is called, by its presence and one second of its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from server.core.ids import HUB, EndpointCode
from server.core.line import LineHealth
from server.core.state import Briefing, Site

LEAST_UPLINK = 300_000
"""What a line must carry, in bit/s, for a speaker to be seen: a small picture and the sound."""

SILENCE = 127
"""The level of digital silence, in -dBov (RFC 6464, section 3): no microphone in a room is that quiet."""

BAD_PICTURES = ("no_signal", "black", "frozen")
"""The signals that speak against a picture, worst first."""


class Check(StrEnum):
    """What one look found."""

    OK = "ok"
    BAD = "bad"
    UNKNOWN = "unknown"


class State(StrEnum):
    """What all of them say together."""

    CHECKING = "checking"  # nothing speaks against it, not everything for it
    READY = "ready"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether one site could speak now."""

    endpoint: EndpointCode
    state: State
    picture: Check
    sound: Check
    uplink: Check
    reason: str | None  # absent, no_media, no_signal, black, frozen, silent, uplink; None unless it is failing


def deck(briefing: Briefing, health: Mapping[EndpointCode, LineHealth]) -> tuple[Readiness, ...]:
    """Judge the sites that get ready to speak; the hub's room needs no look, it is seen and heard already.

    Where everybody is muted, silence is what was asked for.
    """
    return tuple(_of(briefing, health, endpoint) for endpoint in briefing.floor.on_deck if endpoint != HUB)


def failing(briefing: Briefing, health: Mapping[EndpointCode, LineHealth]) -> dict[EndpointCode, str]:
    """Return why each waiting site that cannot be seen and heard cannot."""
    sites = (_of(briefing, health, endpoint) for endpoint in briefing.floor.waiting if endpoint != HUB)
    return {site.endpoint: site.reason for site in sites if site.reason is not None}


def judge(endpoint: EndpointCode, site: Site, health: LineHealth | None) -> Readiness:
    """Judge one site. Only what is on deck opens its microphone: elsewhere nothing is known of the sound."""
    if not site.here or site.media is None:
        reason = "no_media" if site.here else "absent"
        return Readiness(endpoint, State.FAILING, Check.UNKNOWN, Check.UNKNOWN, Check.UNKNOWN, reason)
    if health is None:
        return Readiness(endpoint, State.CHECKING, Check.UNKNOWN, Check.UNKNOWN, Check.UNKNOWN, None)
    checks = (_picture(health), _sound(health), _uplink(health))
    if Check.BAD in checks:
        return Readiness(endpoint, State.FAILING, *checks, next(_reasons(health)))
    state = State.READY if set(checks) == {Check.OK} else State.CHECKING
    return Readiness(endpoint, state, *checks, None)


def _of(briefing: Briefing, health: Mapping[EndpointCode, LineHealth], endpoint: EndpointCode) -> Readiness:
    line = health.get(endpoint)
    if line is not None and briefing.floor.muted:
        line = replace(line, level=None, signals=tuple(signal for signal in line.signals if signal != "silent"))
    return judge(endpoint, briefing.site(endpoint), line)


def _picture(health: LineHealth) -> Check:
    if any(signal in health.signals for signal in BAD_PICTURES):
        return Check.BAD
    return Check.OK if health.frames > 0 else Check.UNKNOWN


def _sound(health: LineHealth) -> Check:
    if "silent" in health.signals:
        return Check.BAD
    return Check.OK if health.level is not None and health.level < SILENCE else Check.UNKNOWN


def _uplink(health: LineHealth) -> Check:
    """A line that was not found full carries what is asked of it. One second's loss says little; the estimate knows."""
    return Check.BAD if health.estimate is not None and health.estimate < LEAST_UPLINK else Check.OK


def _reasons(health: LineHealth) -> Iterator[str]:
    """Name what is bad, the picture first."""
    yield from (signal for signal in (*BAD_PICTURES, "silent") if signal in health.signals)
    yield "uplink"
