"""The line check: what speaks against a site's line, and go or no-go for each site and for all of them.

The numbers come from the site's own page, and what the server measured itself stands beside them; the verdict is made
here, from both, by one rule for everybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from server.core.errors import Conflict, Invalid
from server.core.events import Device, Event, Found, GoDecided, LineCheckAsked, LineChecked, Measured, Way
from server.core.ids import EndpointCode
from server.core.line import LineHealth
from server.core.presence import NotInvited
from server.core.readiness import LEAST_UPLINK
from server.core.state import RUNNING, Briefing, Checked, Phase
from server.core.text import require_whole

FRESH = timedelta(hours=24)
"""How long a check counts."""

PAUSE = timedelta(seconds=5)
"""The least time between two checks of one site."""

RECENT = timedelta(seconds=5)
"""How old a second of a line may be to stand beside a check."""

CHECKABLE = RUNNING | {Phase.SCHEDULED}
"""The phases in which lines are checked."""

LONGEST_NAME, LONGEST_PHONE, LONGEST_NOTE = 200, 40, 500


class Fault(StrEnum):
    """What speaks against a line; in the order in which it is to be put right."""

    NO_WAY = "no_way"  # sound and pictures find no way to the server
    CAMERA = "camera"  # it does not open
    MICROPHONE = "microphone"
    NOTHING_ARRIVES = "nothing_arrives"  # the site sends, and the server receives nothing
    NO_PICTURE = "no_picture"
    BLACK = "black"
    FROZEN = "frozen"
    SILENT = "silent"
    UPLOAD = "upload"
    DOWNLOAD = "download"
    LOSS = "loss"
    DELAY = "delay"
    SMALL = "small"  # the picture
    QUIET = "quiet"
    CLIPPED = "clipped"
    ECHO = "echo"
    SOME_LOSS = "some_loss"
    SOME_DELAY = "some_delay"
    JITTER = "jitter"
    STREAM = "stream"  # by a relay that speaks TCP


REMARKS = frozenset(
    {
        Fault.SMALL,
        Fault.QUIET,
        Fault.CLIPPED,
        Fault.ECHO,
        Fault.SOME_LOSS,
        Fault.SOME_DELAY,
        Fault.JITTER,
        Fault.STREAM,
    }
)
"""What is worth mending, and keeps no site from taking part. An echo is one: a page that hears its own loudspeaker
cannot tell how much of it others would hear."""

DARK, FLAT = 20, 8  # of luma 0..255: black is no brighter, and no livelier
LEAST_WIDTH, LEAST_HEIGHT = 640, 360  # pixels
INAUDIBLE, FAINT = 60, 45  # -dBov at the loudest, of somebody who speaks
LIVELY = 6  # dB between the loudest and the quietest: speech rises and falls, hum does not
OVERDRIVEN = 10  # per mille of samples at full scale
ECHOING = 30  # per cent of likeness
LEAST_SENT = 40_000  # bit/s: less than sound and the smallest picture take
LEAST_SOUND = 12_000  # bit/s: less than sound alone takes
LEAST_DOWNLOAD = 500_000  # bit/s: a small picture of the stage and its sound, with some to spare
MUCH_LOSS, LOSSY = 80, 20  # per mille; as `line.grade` has it
LONG_DELAY, SLOW = 800, 300  # milliseconds of round trip
UNSTEADY = 60  # milliseconds of jitter


class CheckState(StrEnum):
    """Where one site stands on the board."""

    GO = "go"
    NO_GO = "no_go"
    STALE = "stale"  # it was checked, but too long ago, or it was asked to check again
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class SiteCheck:
    """One site on the board."""

    endpoint: EndpointCode
    state: CheckState
    faults: tuple[Fault, ...] = ()  # what keeps it from go, of the last check
    remarks: tuple[Fault, ...] = ()
    last: Checked | None = None
    until: datetime | None = None  # when the check does not count any more
    asked_at: datetime | None = None  # when it was asked to check again, if it has not since


class NotCheckable(Conflict):
    """Lines are checked from the publication of a briefing to its end; look at its present state."""

    code = "not_checkable"


class CheckedJustNow(Conflict):
    """This line was checked just now; wait five seconds, then check again."""

    code = "checked_just_now"


class PersonNeeded(Invalid):
    """Somebody is responsible for each line: give a name of at most 200 characters and a telephone number of 40."""

    code = "person_needed"


class NoteTooLong(Invalid):
    """The note of a decision has at most 500 characters; shorten it."""

    code = "decision_note_too_long"


class BoardMoved(Conflict):
    """The board has changed since you looked: the sites that are not go are others now; look again, and decide."""

    code = "board_moved"


def check(briefing: Briefing, now: datetime, *, checked: LineChecked) -> tuple[Event, ...]:
    """Write a site's check down. Raises NotInvited, NotCheckable, PersonNeeded or CheckedJustNow."""
    require_checkable(briefing, checked.endpoint)
    if not (0 < len(checked.person.strip()) <= LONGEST_NAME and 0 < len(checked.phone.strip()) <= LONGEST_PHONE):
        raise PersonNeeded
    require_whole(checked.person, checked.phone)
    last = briefing.line_checks.latest.get(checked.endpoint)
    if last is not None and now - last.at < PAUSE:
        raise CheckedJustNow
    return (checked,)


def require_checkable(briefing: Briefing, endpoint: EndpointCode) -> None:
    """Raise NotInvited for a site that is not on the list, and NotCheckable while no line is checked."""
    require_listed(briefing, endpoint)
    if briefing.phase not in CHECKABLE:
        raise NotCheckable(f"it is {briefing.phase}")


def require_listed(briefing: Briefing, endpoint: EndpointCode) -> None:
    """Raise NotInvited for a site that is not on the list."""
    if endpoint not in briefing.planned.endpoints:
        raise NotInvited(endpoint)


def measured(health: LineHealth | None, now: datetime) -> Measured | None:
    """Return what the server measured of a line, from its last second; None where that is long ago."""
    if health is None or now - health.at > RECENT:
        return None
    return Measured(
        bitrate=health.bitrate,
        loss=round(health.loss * 1000),
        round_trip=None if health.round_trip is None else round(health.round_trip * 1000),
        frames=round(health.frames),
        signals=health.signals,
        level=health.level,
        estimate=health.estimate,
    )


def ask(briefing: Briefing, _now: datetime, *, endpoints: tuple[EndpointCode, ...]) -> tuple[Event, ...]:
    """Ask sites to check their lines again. Raises NotCheckable, or NotInvited for a site that is not on the list."""
    for endpoint in endpoints:
        require_checkable(briefing, endpoint)
    return tuple(LineCheckAsked(endpoint) for endpoint in endpoints)


def decide(
    briefing: Briefing, now: datetime, *, go: bool, not_go: tuple[EndpointCode, ...], note: str, name: str
) -> tuple[Event, ...]:
    """Decide over all lines, with the sites that the operator was shown as not go.

    Raises NotCheckable, NoteTooLong, or BoardMoved when those sites are others by now.
    """
    if briefing.phase not in CHECKABLE:
        raise NotCheckable(f"it is {briefing.phase}")
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong
    require_whole(note)
    present = tuple(one.endpoint for one in board(briefing, now) if one.state is not CheckState.GO)
    if set(not_go) != set(present):
        raise BoardMoved
    return (GoDecided(go, present, note.strip(), name),)


def board(briefing: Briefing, now: datetime) -> tuple[SiteCheck, ...]:
    """Say for every site of the plan, in its order, where it stands."""
    return tuple(site_check(briefing, endpoint, now) for endpoint in briefing.planned.endpoints)


def site_check(briefing: Briefing, endpoint: EndpointCode, now: datetime) -> SiteCheck:
    """Say where one site stands. The last check counts, whether it is better than the one before or worse."""
    checks = briefing.line_checks
    last, needed = checks.latest.get(endpoint), checks.needed_since(endpoint)
    asked_at = checks.asked.get(endpoint)
    if last is None:
        return SiteCheck(endpoint, CheckState.UNCHECKED, asked_at=asked_at)
    found = judge(last.event.found, last.event.measured)
    faults = tuple(one for one in found if one not in REMARKS)
    remarks = tuple(one for one in found if one in REMARKS)
    until = last.at + FRESH
    is_stale = now >= until or (needed is not None and last.at < needed)
    state = CheckState.STALE if is_stale else CheckState.NO_GO if faults else CheckState.GO
    is_asked = asked_at is not None and last.at < asked_at
    return SiteCheck(endpoint, state, faults, remarks, last, until, asked_at if is_asked else None)


def judge(found: Found, measured: Measured | None) -> tuple[Fault, ...]:
    """Return what speaks against a line, in the order in which it is to be put right."""
    told = {*_devices(found), *_picture(found, measured), *_sound(found), *_line(found, measured)}
    return tuple(fault for fault in Fault if fault in told)


def _devices(found: Found) -> Iterator[Fault]:
    if found.camera is not Device.WORKS:
        yield Fault.CAMERA
    if found.microphone is not Device.WORKS:
        yield Fault.MICROPHONE


_SIGNALS: Mapping[str, Fault] = MappingProxyType(
    {"no_signal": Fault.NO_PICTURE, "black": Fault.BLACK, "frozen": Fault.FROZEN, "clipping": Fault.CLIPPED}
)
"""What the media plane says of a picture and its sound. Of silence it knows less than the site: microphones are shut
until somebody checks, and its word may be from before."""


def _picture(found: Found, measured: Measured | None) -> Iterator[Fault]:
    if found.camera is not Device.WORKS:
        return
    seen = found.picture
    if seen is None or not (seen.width and seen.height):
        yield Fault.NO_PICTURE
        return
    if seen.brightness <= DARK and seen.contrast <= FLAT:
        yield Fault.BLACK
    if seen.motion == 0:
        yield Fault.FROZEN
    if seen.width < LEAST_WIDTH or seen.height < LEAST_HEIGHT:
        yield Fault.SMALL
    yield from (_SIGNALS[signal] for signal in (measured.signals if measured else ()) if signal in _SIGNALS)


def _sound(found: Found) -> Iterator[Fault]:
    heard = found.sound
    if found.microphone is not Device.WORKS:
        return
    if heard is None or heard.loudest >= INAUDIBLE or heard.quietest - heard.loudest < LIVELY:
        yield Fault.SILENT
    elif heard.loudest >= FAINT:
        yield Fault.QUIET
    if heard is not None and heard.clipped >= OVERDRIVEN:
        yield Fault.CLIPPED
    if heard is not None and heard.echo is not None and heard.echo >= ECHOING:
        yield Fault.ECHO


def _line(found: Found, measured: Measured | None) -> Iterator[Fault]:
    line, sends = found.line, Device.WORKS in {found.camera, found.microphone}
    least = LEAST_SENT if found.camera is Device.WORKS else LEAST_SOUND
    if not sends:
        pass  # nothing was to be sent: the devices come first
    elif line.way is Way.NONE:
        yield Fault.NO_WAY
    elif measured is None or not measured.bitrate:
        yield Fault.NOTHING_ARRIVES
    elif line.upload < least or (measured.estimate is not None and measured.estimate < LEAST_UPLINK):
        yield Fault.UPLOAD
    if line.download < LEAST_DOWNLOAD:
        yield Fault.DOWNLOAD
    if line.way in {Way.RELAY_TCP, Way.RELAY_TLS}:
        yield Fault.STREAM
    yield from _quality(found, measured)


def _quality(found: Found, measured: Measured | None) -> Iterator[Fault]:
    """Take the worse of what both sides measured."""
    line = found.line
    loss = max(line.loss_up or 0, line.loss_down or 0, measured.loss if measured else 0)
    delay = max(line.round_trip or 0, (measured.round_trip or 0) if measured else 0)
    if loss >= LOSSY:
        yield Fault.LOSS if loss >= MUCH_LOSS else Fault.SOME_LOSS
    if delay >= SLOW:
        yield Fault.DELAY if delay >= LONG_DELAY else Fault.SOME_DELAY
    if (line.jitter or 0) >= UNSTEADY:
        yield Fault.JITTER
