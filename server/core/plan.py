"""The rules of a plan: what can be held, what sites can be given, and what this service may be told."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from server.core import expected, queue
from server.core.deadlines import FIRST_YEAR, LAST_YEAR
from server.core.errors import Invalid
from server.core.events import BriefingKind, Classification, ItemKind, Official, Period, Person, Plan, Technician
from server.core.floor import LONGEST_TURN, AbsurdTime
from server.core.ids import HUB
from server.core.text import require_whole

LONGEST = timedelta(hours=24)
MOST_ENDPOINTS = 5000
MOST_AGENDA_ITEMS = 100
MOST_SPEAKERS = 500
MOST_OFFICIALS = 20
MOST_TECHNICIANS = 20
LONGEST_LINE = 300
"""Characters of a name, a position, a contact, a place, a document's reference, what to wear, and a title."""

LONGEST_NUMBER = 50
LONGEST_NOTES = 4000

STATE_SECRETS = frozenset({Classification.CONFIDENTIAL, Classification.SECRET, Classification.TOP_SECRET})
"""What only a service that is certified for it may be told."""


class NoEndpoints(Invalid):
    """A briefing needs at least one endpoint; choose the sites that take part."""

    code = "no_endpoints"


class BadTimes(Invalid):
    """A briefing ends after it starts, within 24 hours; correct the times."""

    code = "bad_times"


class AlreadyOver(Invalid):
    """The end of this briefing has passed; move it to a time to come first."""

    code = "already_over"


class TooMuch(Invalid):
    """A briefing has at most 5000 endpoints and 100 agenda items, with 500 registered speakers; shorten the list."""

    code = "too_much"


class TooManyPeople(Invalid):
    """A briefing has at most 20 presiding officials and 20 technicians; shorten the list."""

    code = "too_many_people"


class PlanTextTooLong(Invalid):
    """A line of the plan has at most 300 characters, its number 50, and its notes 4000; shorten it."""

    code = "plan_text_too_long"


class UnknownSpeaker(Invalid):
    """A registered speaker belongs to an endpoint of this briefing, or to the hub; correct the agenda."""

    code = "unknown_speaker"


class NameNeeded(Invalid):
    """Everybody with a part in the briefing needs a name, and a technician a contact; fill them in."""

    code = "name_needed"


class OneLead(Invalid):
    """Exactly one of the presiding officials leads; choose who."""

    code = "one_lead"


class BadPeriod(Invalid):
    """A reporting period ends on its first day or later, and its years are 2000 to 2199; correct the dates."""

    code = "bad_period"


class DiscussionPlanned(Invalid):
    """A quick notification goes one way: take discussions, and speakers of endpoints, off the agenda."""

    code = "discussion_planned"


class NotCertified(Invalid):
    """This service is not certified for state secrets (Mật and above); hold this briefing on a system that is."""

    code = "not_certified"


def check(plan: Plan, *, certified: bool = False) -> None:
    """Raise a refusal for a plan that cannot be held, or must not be told to a service that is not certified."""
    require_certified(plan, certified=certified)
    if not timedelta(0) < plan.ends_at - plan.starts_at <= LONGEST:
        raise BadTimes(f"{plan.starts_at:%d/%m/%Y %H:%M} to {plan.ends_at:%d/%m/%Y %H:%M} UTC")
    if len(plan.endpoints) > MOST_ENDPOINTS or len(plan.agenda) > MOST_AGENDA_ITEMS:
        raise TooMuch
    if len(set(plan.endpoints)) != len(plan.endpoints):
        raise Invalid("an endpoint is named twice")
    if HUB in plan.endpoints:
        raise Invalid("the hub takes part anyway; it is no endpoint")
    _check_texts(plan)
    _check_people(plan)
    require_period(plan.period)
    _check_speakers(plan)
    _check_one_way(plan)
    expected.check(plan.expected)


def check_published(plan: Plan, now: datetime, *, ends_anew: bool) -> None:
    """Raise a refusal for a plan that sites cannot be given; `ends_anew`: its end was not published before."""
    if not plan.endpoints:
        raise NoEndpoints
    if ends_anew and plan.ends_at <= now:
        raise AlreadyOver


def require_certified(plan: Plan, *, certified: bool) -> None:
    """Raise NotCertified for a state secret that this service may not be told."""
    if plan.classification in STATE_SECRETS and not certified:
        raise NotCertified


def _check_texts(plan: Plan) -> None:
    lines = tuple(_lines(plan))
    longest = max(len(line) for line in lines)
    if longest > LONGEST_LINE or len(plan.number) > LONGEST_NUMBER or len(plan.notes) > LONGEST_NOTES:
        raise PlanTextTooLong
    require_whole(*lines, plan.number, plan.notes)


def _lines(plan: Plan) -> Iterator[str]:
    """Yield every text of one line, but those of registered speakers."""
    yield from (plan.title, plan.place, plan.dress)
    for item in plan.agenda:
        yield from (item.title, item.document, item.id)
    for official in plan.presiding:
        yield from (official.name, official.position)
    for person in _named(plan):
        yield from (person.name, person.position)
    for technician in plan.technicians:
        yield from (technician.name, technician.contact)


def _named(plan: Plan) -> tuple[Person, ...]:
    return tuple(person for person in (plan.moderator, plan.secretary) if person is not None)


def _check_people(plan: Plan) -> None:
    """Raise a refusal for people without a name, too many of them, and not one lead."""
    if len(plan.presiding) > MOST_OFFICIALS or len(plan.technicians) > MOST_TECHNICIANS:
        raise TooManyPeople
    people: tuple[Official | Person | Technician, ...] = (*plan.presiding, *_named(plan), *plan.technicians)
    if not all(text.strip() for text in (*(one.name for one in people), *(one.contact for one in plan.technicians))):
        raise NameNeeded
    if plan.presiding and sum(official.leads for official in plan.presiding) != 1:
        raise OneLead


def require_period(period: Period | None) -> None:
    """Raise BadPeriod for days that are none of ours, or the wrong way round."""
    if period and not (
        period.first <= period.last and FIRST_YEAR <= period.first.year <= period.last.year <= LAST_YEAR
    ):
        raise BadPeriod(f"{period.first:%d/%m/%Y} to {period.last:%d/%m/%Y}")


def _check_speakers(plan: Plan) -> None:
    """Raise a refusal for registered speakers who cannot speak, and for turns of no length."""
    speakers = [speaker for item in plan.agenda for speaker in item.speakers]
    if len(speakers) > MOST_SPEAKERS:
        raise TooMuch
    queue.require_text(*(text for one in speakers for text in (one.speaker, one.topic)))
    if any(one.endpoint != HUB and one.endpoint not in plan.endpoints for one in speakers):
        raise UnknownSpeaker
    if any(one.endpoint == HUB and not one.speaker.strip() for one in speakers):
        raise queue.SpeakerNeeded
    if plan.turn_minutes is not None and not 0 < plan.turn_minutes <= LONGEST_TURN // 60:
        raise AbsurdTime(f"{plan.turn_minutes} minutes")


def _check_one_way(plan: Plan) -> None:
    """Raise DiscussionPlanned for a quick notification in which sites are to speak."""
    if plan.kind is not BriefingKind.QUICK_NOTIFICATION:
        return
    for item in plan.agenda:
        at_sites = any(one.endpoint != HUB for one in item.speakers)
        if item.kind is ItemKind.DISCUSSION or item.endpoint is not None or at_sites:
            raise DiscussionPlanned(item.title)
