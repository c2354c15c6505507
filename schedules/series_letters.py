"""The mails about several dates of a series: one invites to all that were published together, one calls dates off."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schedules import calendar
from schedules.calendar import Guest, Meeting, meeting_of, title_of
from schedules.invitations import CANCEL, REQUEST, Words, when, words_of
from schedules.letters import Scheduling
from schedules.occasion import NO_LINKS, Companion, Letter, Links, Occasion
from server.core.contacts import Contact, ContactRole
from server.core.events import BriefingCancelled, InvitationsSent, Plan
from server.core.ids import BriefingId, EndpointCode
from server.core.plan import STATE_SECRETS
from server.core.state import ENDED, Briefing, Phase

INVITATIONS = "invitations"
CANCELLATIONS = "cancellations"
"""What the two are called in the keys of mails."""


def invite(occasion: Occasion, event: InvitationsSent) -> Iterator[Letter]:
    """Invite each site to all dates of the event that it is still invited to, with one METHOD:REQUEST."""
    if occasion.after.id != event.together[0]:
        return
    chosen = [one for one in _told(occasion, event.together) if _stands(occasion, one.briefing)]
    for code in _endpoints(chosen):
        own = [one for one in chosen if _invited(one.briefing, code)]
        for contact in occasion.contacts_of(code, ContactRole.LIAISON):
            yield _invitation(occasion, contact, own)


def call_off(occasion: Occasion, event: BriefingCancelled) -> Iterator[Letter]:
    """Tell each invited site of all dates that were cancelled together, with one METHOD:CANCEL."""
    if occasion.after.id != event.together[0]:
        return
    chosen = [one for one in _told(occasion, event.together) if one.briefing.planned.ends_at > occasion.now]
    for code in _endpoints(chosen):
        own = [one.briefing for one in chosen if _invited(one.briefing, code)]
        for contact in occasion.contacts_of(code, ContactRole.LIAISON):
            yield _cancellation(occasion, contact, own, event.reason)


def _told(occasion: Occasion, together: Sequence[BriefingId]) -> list[Companion]:
    """Return the dates of an event that are on the roster of its first: elsewhere the same code is another site."""
    roster = occasion.after.planned.roster
    return [one for one in occasion.company if one.briefing.id in together and one.briefing.planned.roster == roster]


def _stands(occasion: Occasion, briefing: Briefing) -> bool:
    return briefing.phase not in ENDED and briefing.planned.ends_at > occasion.now


def _endpoints(chosen: Sequence[Companion]) -> list[EndpointCode]:
    """Return the sites that are invited to any of these dates, in the order of the plans."""
    codes = dict.fromkeys(code for one in chosen for code in one.briefing.planned.endpoints)
    return [code for code in codes if any(_invited(one.briefing, code) for one in chosen)]


def _invited(briefing: Briefing, code: EndpointCode) -> bool:
    return code in briefing.planned.endpoints and briefing.invitations.of(code).sent_at is not None


def _invitation(occasion: Occasion, contact: Contact, own: Sequence[Companion]) -> Letter:
    words, code = words_of(contact), contact.endpoint
    asked = [(_meeting(occasion, one.briefing), one.links.get(code, NO_LINKS)) for one in own]
    content = calendar.request_all(
        [(meeting, links.join) for meeting, links in asked],
        _guest(occasion, contact),
        office=occasion.office,
        zone=occasion.zone,
    )
    dates = [_date(words, occasion, meeting.plan, links) for meeting, links in asked]
    paragraphs = [
        "\n".join((words.each, *dates)),
        f"{words.answers}\n{asked[0][1].reply}",
        words.keep.format(site=occasion.name_of(code)),
    ]
    return _letter(occasion, contact, [meeting for meeting, _ in asked], paragraphs, Scheduling(REQUEST, content))


def _cancellation(occasion: Occasion, contact: Contact, own: Sequence[Briefing], reason: str) -> Letter:
    words, meetings = words_of(contact), [_meeting(occasion, one) for one in own]
    content = calendar.cancel_all(
        meetings,
        _guest(occasion, contact),
        office=occasion.office,
        zone=occasion.zone,
        nothing_left=all(one.briefing.phase is Phase.CANCELLED for one in occasion.company),
    )
    secret = any(meeting.plan.classification in STATE_SECRETS for meeting in meetings)
    paragraphs = [
        "\n".join(_date(words, occasion, meeting.plan, NO_LINKS) for meeting in meetings),
        *([words.because.format(reason=reason)] if reason and not secret else []),
    ]
    return _letter(occasion, contact, meetings, paragraphs, Scheduling(CANCEL, content))


def _letter(
    occasion: Occasion,
    contact: Contact,
    meetings: Sequence[Meeting],
    paragraphs: Sequence[str],
    scheduling: Scheduling,
) -> Letter:
    words, office, first = words_of(contact), occasion.office.name, meetings[0].plan
    purpose = INVITATIONS if scheduling.method == REQUEST else CANCELLATIONS
    site, count = occasion.name_of(contact.endpoint), len(meetings)
    text = [
        words.greeting.format(person=contact.name or site, site=site),
        words.some[f"{purpose} opening"].format(office=office, site=site, count=count),
        *paragraphs,
        words.closing.format(office=office),
    ]
    subject = words.some[purpose].format(title=title_of(first), count=count, time=when(words, occasion, first))
    until = max(meeting.plan.ends_at for meeting in meetings)
    return Letter(purpose, contact, subject, "\n\n".join(text) + "\n", scheduling, until)


def _date(words: Words, occasion: Occasion, plan: Plan, links: Links) -> str:
    """Say what one of the dates is, when, where, and how to join."""
    place = plan.place if plan.classification not in STATE_SECRETS else ""
    said = [f"- {when(words, occasion, plan)}: {title_of(plan)}", place and f"{words.place}: {place}", links.join]
    return "\n  ".join(filter(None, said))


def _meeting(occasion: Occasion, briefing: Briefing) -> Meeting:
    meeting = meeting_of(briefing)
    if meeting is None:
        raise LookupError(f"briefing {briefing.id} was never published")
    return replace(meeting, changed_at=occasion.entry.at)


def _guest(occasion: Occasion, contact: Contact) -> Guest:
    return Guest(contact.name or occasion.name_of(contact.endpoint), contact.email)
