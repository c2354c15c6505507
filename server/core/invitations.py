"""Invitations: who is sent one, what sites may answer and until when, and who is reminded of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from server.core.checkin import require_delegates
from server.core.errors import Conflict, Invalid
from server.core.events import (
    Answer,
    AnsweredBy,
    Attendance,
    Delegate,
    Event,
    InvitationAnswered,
    InvitationsNudged,
    InvitationsSent,
    Plan,
)
from server.core.ids import EndpointCode
from server.core.presence import NotInvited
from server.core.state import Briefing, Invited, Phase
from server.core.text import require_whole

SENDING = frozenset({Phase.SCHEDULED, Phase.REHEARSAL, Phase.OPEN})
"""The phases in which sites are invited: a late one may still come to the lobby."""

ANSWERABLE = frozenset({Phase.SCHEDULED, Phase.REHEARSAL})
"""The phases in which they answer."""

LONGEST_REASON = 1000
NUDGE_AGAIN_AFTER = timedelta(hours=1)


class NotPublished(Conflict):
    """Invitations are sent for a briefing that is published and has not begun; look at its present state."""

    code = "not_published"


class NobodyToInvite(Conflict):
    """Every endpoint has been sent its invitation; choose those that are to get it again."""

    code = "nobody_to_invite"


class AnswersClosed(Conflict):
    """Answers are taken until the lobby opens; from then on the endpoint checks in on its page."""

    code = "answers_closed"


class BriefingMoved(Conflict):
    """The briefing has another time since this was written; read the invitation again, then answer."""

    code = "briefing_moved"


class LaterAnswerKnown(Conflict):
    """A later answer of this endpoint is known already; that one stays."""

    code = "later_answer_known"


class DeclineNeedsReason(Invalid):
    """Whoever declines says why; write the reason."""

    code = "decline_needs_reason"


class ReasonTooLong(Invalid):
    """A reason has at most 1000 characters; shorten it."""

    code = "reason_too_long"


class NobodyMissing(Conflict):
    """Every endpoint that was invited has answered; there is nobody to remind."""

    code = "nobody_missing"


class NudgedLately(Conflict):
    """They were reminded less than an hour ago; confirm that they are to be reminded again."""

    code = "nudged_lately"


class Standing(StrEnum):
    """Where a site's invitation is."""

    NOT_SENT = "not_sent"
    WAITING = "waiting"  # it has not answered
    MOVED = "moved"  # it has answered to a time that is no more
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


def standing(briefing: Briefing, endpoint: EndpointCode) -> Standing:
    """Return where a site's invitation is."""
    invited = briefing.invitations.of(endpoint)
    if invited.answer is None:
        return Standing.WAITING if invited.sent_at else Standing.NOT_SENT
    return Standing(invited.answer.answer.value) if briefing.invitations.stands(endpoint) else Standing.MOVED


def not_sent(briefing: Briefing) -> tuple[EndpointCode, ...]:
    """Return the sites that were sent no invitation."""
    return tuple(code for code in briefing.planned.endpoints if briefing.invitations.of(code).sent_at is None)


def missing(briefing: Briefing) -> tuple[EndpointCode, ...]:
    """Return the sites that were invited and have not answered, or not to the present time."""
    invitations = briefing.invitations
    return tuple(
        code for code in briefing.planned.endpoints if invitations.of(code).sent_at and not invitations.stands(code)
    )


def send(briefing: Briefing, _now: datetime, *, endpoints: Collection[EndpointCode]) -> tuple[Event, ...]:
    """Send these sites their invitation, or send it again. Raises NotPublished, NotInvited or NobodyToInvite."""
    if briefing.phase not in SENDING:
        raise NotPublished(f"it is {briefing.phase}")
    planned = briefing.planned.endpoints
    if strangers := sorted(set(endpoints) - set(planned)):
        raise NotInvited(", ".join(strangers))
    if not endpoints:
        raise NobodyToInvite
    return (InvitationsSent(tuple(code for code in planned if code in set(endpoints))),)


def to_added(briefing: Briefing, plan: Plan) -> tuple[Event, ...]:
    """Return the invitation of the sites that a changed plan adds, once any site was invited."""
    if not briefing.invitations.begun:
        return ()
    before = frozenset(briefing.planned.endpoints) if plan.roster == briefing.planned.roster else frozenset()
    added = tuple(code for code in plan.endpoints if code not in before)
    return (InvitationsSent(added),) if added else ()


def announced(briefing: Briefing, endpoint: EndpointCode) -> tuple[Delegate, ...]:
    """Return the delegates whom a site has named as coming, in its order, be it to a time that is no more."""
    given = briefing.invitations.of(endpoint).answer
    if given is None or given.answer is Answer.DECLINED:
        return ()
    return tuple(one for one in given.delegates if one.attendance is not Attendance.ABSENT)


def answer(briefing: Briefing, now: datetime, *, wanted: InvitationAnswered) -> tuple[Event, ...]:
    """Take a site's answer; it may change its mind until the lobby opens, and the same again changes nothing.

    Raises NotInvited, AnswersClosed, BriefingMoved for an answer to a time that is no more, DeclineNeedsReason,
    LaterAnswerKnown for a mail that was overtaken, and what `require_delegates` raises.
    """
    if wanted.endpoint not in briefing.planned.endpoints:
        raise NotInvited(wanted.endpoint)
    if briefing.phase not in ANSWERABLE:
        raise AnswersClosed(f"it is {briefing.phase}")
    if wanted.sequence < briefing.invitations.moved:
        raise BriefingMoved
    _check(wanted)
    invited = briefing.invitations.of(wanted.endpoint)
    given = replace(wanted, sequence=min(wanted.sequence, briefing.invitations.sequence))
    if given.how is AnsweredBy.MAIL:
        given = _after(invited, given, now)
    return () if invited.answer is not None and _says(given) == _says(invited.answer) else (given,)


def answer_whole(briefing: Briefing, now: datetime, *, wanted: InvitationAnswered) -> tuple[Event, ...]:
    """Take what a site says of its whole series for one of the dates: () where that date is not meant.

    That is one that takes no answers any more, has another time since, or was answered by itself.
    """
    given = briefing.invitations.of(wanted.endpoint).answer
    if given is not None and not given.whole and briefing.invitations.stands(wanted.endpoint):
        return ()
    try:
        return answer(briefing, now, wanted=replace(wanted, whole=True))
    except (NotInvited, AnswersClosed, BriefingMoved, LaterAnswerKnown):
        return ()


def nudge(briefing: Briefing, now: datetime, *, again: bool = False) -> tuple[Event, ...]:
    """Remind every site that has not answered; `again`: although they were reminded within the hour.

    Raises NotPublished, NobodyMissing or NudgedLately.
    """
    if briefing.phase not in ANSWERABLE:
        raise NotPublished(f"it is {briefing.phase}")
    wanted = missing(briefing)
    if not wanted:
        raise NobodyMissing
    last = briefing.invitations.nudged_at
    if last is not None and now < last + NUDGE_AGAIN_AFTER and not again:
        raise NudgedLately
    return (InvitationsNudged(wanted),)


def _check(wanted: InvitationAnswered) -> None:
    """Raise a refusal for an answer no site can mean; mails may decline without a word."""
    require_delegates(wanted.delegates)
    require_whole(wanted.reason, wanted.sender)
    if len(wanted.reason) > LONGEST_REASON:
        raise ReasonTooLong
    if wanted.answer is Answer.DECLINED and wanted.how is AnsweredBy.PAGE and not wanted.reason.strip():
        raise DeclineNeedsReason


def _after(invited: Invited, given: InvitationAnswered, now: datetime) -> InvitationAnswered:
    """Return a mail's answer where it stands in the order of RFC 5546, section 2.1.5: by SEQUENCE, then by DTSTAMP.

    What the page knows of delegates a mail cannot say; a stamp of the future counts as of now. Raises
    LaterAnswerKnown.
    """
    stamped_at = min(given.stamped_at or now, now)
    before = invited.answer
    if before is None:
        return replace(given, stamped_at=stamped_at)
    known = (before.sequence, before.stamped_at or invited.answered_at or now)
    if (given.sequence, stamped_at) < known:
        raise LaterAnswerKnown(given.endpoint)
    kept = () if given.answer is Answer.DECLINED else before.delegates
    return replace(given, stamped_at=stamped_at, delegates=kept)


def _says(given: InvitationAnswered) -> tuple[object, ...]:
    return (given.answer, given.sequence, given.reason, given.delegates)
