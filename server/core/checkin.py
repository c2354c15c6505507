"""Check-in: what a site attests about itself; repeating it amends, and every version stays in the journal."""

from collections.abc import Sequence
from datetime import datetime

from server.core.errors import Invalid
from server.core.events import Attendance, CheckIn, Delegate, EndpointCheckedIn, Event
from server.core.ids import EndpointCode
from server.core.presence import require_site
from server.core.state import Briefing
from server.core.text import require_whole

MOST_PEOPLE = 2000
MOST_DELEGATES = 300
MOST_POSITIONS = 10
LONGEST_NAME = 200


class AbsurdHeadcount(Invalid):
    """The headcount is between the number of delegates present and 2000; count again."""

    code = "absurd_headcount"


class NamelessPerson(Invalid):
    """The local chair and every delegate need a name of at most 200 characters; fill it in."""

    code = "nameless_person"


class TooManyDelegates(Invalid):
    """A site names at most 300 delegates with at most 10 positions each; count the others in the headcount."""

    code = "too_many_delegates"


def check_in(briefing: Briefing, _now: datetime, *, endpoint: EndpointCode, check_in: CheckIn) -> tuple[Event, ...]:
    """Note what a site attests; the same again changes nothing."""
    require_site(briefing, endpoint)
    check(check_in)
    site = briefing.site(endpoint)
    if site.check_in == check_in:
        return ()
    return (EndpointCheckedIn(endpoint, check_in, site.revision + 1),)


def check(check_in: CheckIn) -> None:
    """Raise a refusal for a check-in no site can mean."""
    require_delegates(check_in.delegates)
    if not _is_name(check_in.local_chair):
        raise NamelessPerson
    require_whole(check_in.local_chair)
    if not max(1, present(check_in)) <= check_in.headcount <= MOST_PEOPLE:
        raise AbsurdHeadcount(f"{check_in.headcount}, with {present(check_in)} delegates present")


def require_delegates(delegates: Sequence[Delegate]) -> None:
    """Raise TooManyDelegates, NamelessPerson, Invalid or BrokenText for delegates no site can name."""
    if len(delegates) > MOST_DELEGATES or any(len(one.positions) > MOST_POSITIONS for one in delegates):
        raise TooManyDelegates(f"{len(delegates)} delegates")
    if not all(_is_name(one.name) for one in delegates):
        raise NamelessPerson
    if any(len(text) > LONGEST_NAME for one in delegates for text in (*one.positions, one.reason)):
        raise Invalid("a position or a reason is longer than 200 characters")
    require_whole(*(text for one in delegates for text in (one.name, *one.positions, one.reason)))


def present(check_in: CheckIn) -> int:
    """Count the named delegates that are in the room."""
    return sum(one.attendance is not Attendance.ABSENT for one in check_in.delegates)


def _is_name(text: str) -> bool:
    return bool(text.strip()) and len(text) <= LONGEST_NAME
