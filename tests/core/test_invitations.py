"""Invitations: sent, answered until the lobby opens, reminded of, and numbered as calendars need it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.core import briefing as lifecycle
from server.core import invitations
from server.core.checkin import NamelessPerson
from server.core.errors import UserError
from server.core.events import (
    Answer,
    AnsweredBy,
    Attendance,
    BriefingCancelled,
    BriefingEdited,
    BriefingOpened,
    Delegate,
    Event,
    InvitationAnswered,
    InvitationsNudged,
    InvitationsSent,
)
from server.core.ids import EndpointCode
from server.core.invitations import (
    AnswersClosed,
    BriefingMoved,
    DeclineNeedsReason,
    LaterAnswerKnown,
    NobodyMissing,
    NobodyToInvite,
    NotPublished,
    NudgedLately,
    ReasonTooLong,
    Standing,
)
from server.core.presence import NotInvited
from server.core.state import Briefing
from tests.core.cast import CA_MAU, HA_NOI, STRANGER, THANH_HOA, at, drafted, opened, plan, scheduled, then

BEFORE = at(-70000)
LATER = {"starts_at": at(86400), "ends_at": at(86400 + 7200)}
CHAIR = Delegate("Nguyễn Văn An", ("Chủ tịch", "Trưởng ban"))
SUBSTITUTE = Delegate("Lê Thị Bình", ("Phó Chủ tịch",), Attendance.SUBSTITUTE, "Nguyễn Văn An")


def invited(*endpoints: EndpointCode) -> Briefing:
    return then(scheduled(), InvitationsSent(endpoints or (HA_NOI, THANH_HOA)), when=BEFORE)


def given(answer: Answer = Answer.ACCEPTED, **changes: Any) -> InvitationAnswered:
    fields: dict[str, Any] = {"endpoint": THANH_HOA, "answer": answer, "how": AnsweredBy.PAGE, "sequence": 0}
    return InvitationAnswered(**{**fields, **changes})


def by_mail(answer: Answer = Answer.ACCEPTED, *, stamped_at: datetime | None, **changes: Any) -> InvitationAnswered:
    return given(answer, how=AnsweredBy.MAIL, stamped_at=stamped_at, sender="ubnd@thanhhoa.example.vn", **changes)


def standings(briefing: Briefing) -> list[Standing]:
    return [invitations.standing(briefing, code) for code in briefing.planned.endpoints]


def test_send_invites_in_the_plans_order() -> None:
    events = invitations.send(scheduled(), BEFORE, endpoints=[THANH_HOA, HA_NOI])

    assert events == (InvitationsSent((HA_NOI, THANH_HOA)),)
    assert standings(then(scheduled(), *events)) == [Standing.WAITING, Standing.WAITING, Standing.NOT_SENT]


@pytest.mark.parametrize(
    ("briefing", "endpoints", "refusal"),
    [
        (drafted(), [HA_NOI], NotPublished),
        (then(opened(), BriefingCancelled("")), [HA_NOI], NotPublished),
        (scheduled(), [HA_NOI, STRANGER], NotInvited),
        (scheduled(), [], NobodyToInvite),
    ],
)
def test_send_where_it_makes_no_sense_is_refused(
    briefing: Briefing, endpoints: list[EndpointCode], refusal: type[UserError]
) -> None:
    with pytest.raises(refusal):
        invitations.send(briefing, BEFORE, endpoints=endpoints)


def test_edit_that_adds_a_site_invites_it_once_others_are_invited() -> None:
    wider = plan(endpoints=(HA_NOI, THANH_HOA, CA_MAU, EndpointCode("97")))

    assert lifecycle.edit(scheduled(), BEFORE, plan=wider) == (BriefingEdited(wider),)
    assert lifecycle.edit(invited(), BEFORE, plan=wider) == (
        BriefingEdited(wider),
        InvitationsSent((EndpointCode("97"),)),
    )


def test_site_that_is_dropped_and_comes_back_is_invited_anew() -> None:
    gone = then(then(invited(), given()), BriefingEdited(plan(endpoints=(HA_NOI, CA_MAU))))
    assert gone.invitations.of(THANH_HOA).sent_at is None

    events = lifecycle.edit(gone, BEFORE, plan=plan())

    assert events == (BriefingEdited(plan()), InvitationsSent((THANH_HOA,)))
    assert invitations.standing(then(gone, *events), THANH_HOA) is Standing.WAITING


@pytest.mark.parametrize(
    ("changes", "sequence", "moved"),
    [
        ({"title": "Khác"}, 1, 0),
        ({"place": "Phòng 2"}, 1, 0),
        ({"agenda": (), "dress": "Lễ phục"}, 0, 0),
        (LATER, 1, 1),
        ({"endpoints": (HA_NOI,)}, 1, 0),
        ({"endpoints": (HA_NOI, THANH_HOA, CA_MAU, EndpointCode("97"))}, 0, 0),
    ],
)
def test_sequence_rises_with_what_those_invited_must_be_told(
    changes: dict[str, Any], sequence: int, moved: int
) -> None:
    after = then(invited(), BriefingEdited(plan(**changes))).invitations

    assert (after.sequence, after.moved) == (sequence, moved)
    draft = then(drafted(), BriefingEdited(plan(**changes))).invitations
    assert (draft.sequence, draft.changed_at) == (0, None)


def test_answer_with_delegates_in_their_order_is_kept_and_the_same_again_is_no_event() -> None:
    wanted = given(delegates=(SUBSTITUTE, CHAIR))
    [event] = invitations.answer(invited(), BEFORE, wanted=wanted)
    assert event == wanted
    after = then(invited(), event)

    assert invitations.standing(after, THANH_HOA) is Standing.ACCEPTED
    assert invitations.answer(after, BEFORE, wanted=wanted) == ()
    assert invitations.answer(after, BEFORE, wanted=given(delegates=(CHAIR, SUBSTITUTE))) != ()


def test_site_may_answer_without_having_been_sent_a_mail() -> None:
    after = then(scheduled(), *invitations.answer(scheduled(), BEFORE, wanted=given()))

    assert (invitations.standing(after, THANH_HOA), invitations.missing(after)) == (Standing.ACCEPTED, ())


@pytest.mark.parametrize(
    ("briefing", "wanted", "refusal"),
    [
        (opened(), given(), AnswersClosed),
        (drafted(), given(), AnswersClosed),
        (scheduled(), given(endpoint=STRANGER), NotInvited),
        (scheduled(), given(Answer.DECLINED, reason=" "), DeclineNeedsReason),
        (scheduled(), given(reason="x" * 1001), ReasonTooLong),
        (scheduled(), given(delegates=(Delegate(" "),)), NamelessPerson),
        (then(invited(), BriefingEdited(plan(**LATER))), given(), BriefingMoved),
    ],
)
def test_answer_that_cannot_be_taken_is_refused(
    briefing: Briefing, wanted: InvitationAnswered, refusal: type[UserError]
) -> None:
    with pytest.raises(refusal):
        invitations.answer(briefing, BEFORE, wanted=wanted)


def test_decline_needs_no_reason_by_mail_and_by_hand() -> None:
    for how in (AnsweredBy.MAIL, AnsweredBy.HAND):
        assert invitations.answer(invited(), BEFORE, wanted=given(Answer.DECLINED, how=how))


def test_answer_to_a_time_that_is_no_more_does_not_stand_and_is_asked_for_again() -> None:
    answered = then(invited(), given(), given(endpoint=HA_NOI))
    renamed = then(answered, BriefingEdited(plan(title="Khác")))
    assert standings(renamed)[:2] == [Standing.ACCEPTED] * 2

    moved = then(renamed, BriefingEdited(plan(title="Khác", **LATER)))

    assert standings(moved)[:2] == [Standing.MOVED] * 2
    assert invitations.missing(moved) == (HA_NOI, THANH_HOA)
    assert invitations.standing(then(moved, given(sequence=2)), THANH_HOA) is Standing.ACCEPTED


def mailed(*steps: tuple[int, InvitationAnswered]) -> Briefing:
    """Let mails arrive, each at a second, where they are taken."""
    briefing = invited()
    for second, wanted in steps:
        now = BEFORE + timedelta(seconds=second)
        briefing = then(briefing, *invitations.answer(briefing, now, wanted=wanted), when=now)
    return briefing


def test_mail_that_was_overtaken_changes_nothing() -> None:
    """RFC 5546, section 2.1.5: by SEQUENCE, then by DTSTAMP, in whatever order they arrive."""
    late = by_mail(Answer.DECLINED, stamped_at=BEFORE + timedelta(seconds=50))
    after = mailed((60, late))

    with pytest.raises(LaterAnswerKnown):
        invitations.answer(after, at(0), wanted=by_mail(stamped_at=BEFORE + timedelta(seconds=40)))
    assert invitations.answer(after, at(0), wanted=late) == ()
    assert invitations.answer(after, at(0), wanted=by_mail(stamped_at=BEFORE + timedelta(seconds=51)))


def test_mail_older_than_what_the_page_said_changes_nothing() -> None:
    after = mailed((60, given(Answer.DECLINED, reason="bão")))

    with pytest.raises(LaterAnswerKnown):
        invitations.answer(after, at(0), wanted=by_mail(stamped_at=BEFORE + timedelta(seconds=59)))


def test_mail_from_a_clock_that_is_fast_does_not_keep_later_ones_out() -> None:
    after = mailed((60, by_mail(stamped_at=at(86400 * 365), sequence=9)))
    answer = after.invitations.of(THANH_HOA).answer
    assert answer is not None
    assert (answer.stamped_at, answer.sequence) == (BEFORE + timedelta(seconds=60), 0)

    later = by_mail(Answer.DECLINED, stamped_at=BEFORE + timedelta(seconds=70))

    assert invitations.answer(after, BEFORE + timedelta(seconds=80), wanted=later) == (later,)


def test_mail_keeps_the_delegates_that_the_page_named_unless_it_declines() -> None:
    known = mailed((10, given(Answer.TENTATIVE, delegates=(CHAIR,))))
    now = BEFORE + timedelta(seconds=30)

    accepted, declined = (
        invitations.answer(known, now, wanted=by_mail(answer, stamped_at=BEFORE + timedelta(seconds=20)))
        for answer in (Answer.ACCEPTED, Answer.DECLINED)
    )

    assert [event.delegates for event in (*accepted, *declined) if isinstance(event, InvitationAnswered)] == [
        (CHAIR,),
        (),
    ]


def test_nudge_reminds_those_missing_and_within_the_hour_only_when_it_is_confirmed() -> None:
    waiting = then(invited(), given())
    events = invitations.nudge(waiting, BEFORE)
    assert events == (InvitationsNudged((HA_NOI,)),)
    nudged = then(waiting, *events, when=BEFORE)

    soon = BEFORE + timedelta(minutes=59)
    with pytest.raises(NudgedLately):
        invitations.nudge(nudged, soon)
    assert invitations.nudge(nudged, soon, again=True) == events
    assert invitations.nudge(nudged, BEFORE + timedelta(hours=1)) == events


def test_nudge_of_nobody_or_after_the_opening_is_refused() -> None:
    with pytest.raises(NobodyMissing):
        invitations.nudge(scheduled(), BEFORE)
    with pytest.raises(NotPublished):
        invitations.nudge(then(invited(), BriefingOpened()), BEFORE)


def test_cancelling_raises_the_sequence_of_what_was_published_alone() -> None:
    cancelled: tuple[Event, ...] = (BriefingCancelled("bão"),)

    assert then(scheduled(), *cancelled).invitations.sequence == 1
    assert replace(then(drafted(), *cancelled).invitations) == drafted().invitations
