"""Presence: identity is the site; what is late, doubled or of an old connection changes nothing."""

from datetime import timedelta

import pytest

from server.core import presence
from server.core.events import (
    BriefingClosed,
    ClosedBecause,
    EndpointJoined,
    EndpointLeft,
    LeftBecause,
    PublishingStarted,
    PublishingStopped,
    TurnHeld,
    TurnResumed,
)
from server.core.ids import HUB, ConnectionId
from server.core.state import Briefing, Site
from tests.core.cast import (
    CA_MAU,
    DESK,
    FIRST,
    GRACE,
    HA_NOI,
    PHONE,
    SECOND,
    STRANGER,
    at,
    drafted,
    joined,
    live,
    opened,
    scheduled,
    speaking,
    then,
)

CLOSED = LeftBecause.CLOSED


def leave(briefing: Briefing, connection: ConnectionId = DESK, seconds: float = 60) -> Briefing:
    events = presence.leave(briefing, at(seconds), endpoint=HA_NOI, connection=connection, reason=CLOSED, grace=GRACE)
    return then(briefing, *events, when=at(seconds))


def publishing(briefing: Briefing) -> Briefing:
    return then(briefing, PublishingStarted(HA_NOI, FIRST), when=at(15))


def test_join_notes_the_connection_and_the_first_time() -> None:
    events = presence.join(opened(), at(-600), endpoint=HA_NOI, connection=DESK)

    assert events == (EndpointJoined(HA_NOI, DESK),)
    assert then(opened(), *events, when=at(-600)).site(HA_NOI) == Site((DESK,), at(-600), at(-600))


def test_join_again_does_not_overwrite_when_the_site_joined_first() -> None:
    back = then(leave(joined(live(), HA_NOI)), EndpointJoined(HA_NOI, PHONE), when=at(70))

    assert back.site(HA_NOI) == Site((PHONE,), joined_at=at(10), seen_at=at(70))


def test_join_of_a_connection_that_is_open_changes_nothing() -> None:
    assert presence.join(joined(live(), HA_NOI), at(11), endpoint=HA_NOI, connection=DESK) == ()


def test_join_from_too_many_devices_is_refused() -> None:
    full = then(live(), *(EndpointJoined(HA_NOI, ConnectionId(str(n))) for n in range(presence.MOST_CONNECTIONS)))

    with pytest.raises(presence.TooManyConnections):
        presence.join(full, at(11), endpoint=HA_NOI, connection=DESK)


def test_join_of_a_stranger_is_refused() -> None:
    with pytest.raises(presence.NotInvited):
        presence.join(live(), at(11), endpoint=STRANGER, connection=DESK)


@pytest.mark.parametrize("closed", [drafted(), scheduled(), then(live(), BriefingClosed(ClosedBecause.CHAIR))])
def test_join_is_refused_while_the_lobby_is_not_open(closed: Briefing) -> None:
    with pytest.raises(presence.NotOpen):
        presence.join(closed, at(11), endpoint=HA_NOI, connection=DESK)


def test_a_late_left_of_an_old_connection_does_not_undo_a_newer_join() -> None:
    reloaded = leave(then(joined(live(), HA_NOI), EndpointJoined(HA_NOI, PHONE), when=at(50)))

    assert presence.leave(reloaded, at(70), endpoint=HA_NOI, connection=DESK, reason=CLOSED, grace=GRACE) == ()
    assert reloaded.site(HA_NOI).here


def test_leave_of_a_site_that_never_came_is_nothing() -> None:
    assert presence.leave(live(), at(70), endpoint=HA_NOI, connection=DESK, reason=CLOSED, grace=GRACE) == ()


def test_leave_of_the_speakers_last_connection_holds_its_turn() -> None:
    before = joined(speaking(HA_NOI), HA_NOI)

    events = presence.leave(before, at(60), endpoint=HA_NOI, connection=DESK, reason=CLOSED, grace=GRACE)

    assert events == (EndpointLeft(HA_NOI, DESK, CLOSED), TurnHeld(HA_NOI, at(90), media=False))


def test_leave_of_one_of_two_devices_holds_nothing() -> None:
    before = then(joined(speaking(HA_NOI), HA_NOI), EndpointJoined(HA_NOI, PHONE))

    events = presence.leave(before, at(60), endpoint=HA_NOI, connection=DESK, reason=CLOSED, grace=GRACE)

    assert events == (EndpointLeft(HA_NOI, DESK, CLOSED),)


def test_leave_while_media_still_arrives_holds_nothing() -> None:
    before = publishing(joined(speaking(HA_NOI), HA_NOI))

    events = presence.leave(before, at(60), endpoint=HA_NOI, connection=DESK, reason=CLOSED, grace=GRACE)

    assert events == (EndpointLeft(HA_NOI, DESK, CLOSED),)


def test_leave_of_a_site_that_does_not_speak_holds_nothing() -> None:
    before = joined(speaking(CA_MAU), HA_NOI)

    events = presence.leave(before, at(60), endpoint=HA_NOI, connection=DESK, reason=CLOSED, grace=GRACE)

    assert events == (EndpointLeft(HA_NOI, DESK, CLOSED),)


def test_join_resumes_the_held_turn_of_a_speaker_that_had_no_media() -> None:
    gone = leave(joined(speaking(HA_NOI), HA_NOI))

    events = presence.join(gone, at(70), endpoint=HA_NOI, connection=PHONE)

    assert events == (EndpointJoined(HA_NOI, PHONE), TurnResumed(HA_NOI))
    turn = then(gone, *events, when=at(70)).floor.turn
    assert turn is not None
    assert (turn.started_at, turn.held_until, turn.waiting_since, turn.waited) == (
        at(30),
        None,
        None,
        timedelta(seconds=10),
    )


def test_join_alone_does_not_resume_a_turn_that_waits_for_media() -> None:
    gone = then(joined(speaking(HA_NOI), CA_MAU), TurnHeld(HA_NOI, at(90), media=True))

    assert presence.join(gone, at(70), endpoint=HA_NOI, connection=PHONE) == (EndpointJoined(HA_NOI, PHONE),)


def test_join_of_another_site_resumes_nothing() -> None:
    gone = leave(joined(speaking(HA_NOI), HA_NOI))

    assert presence.join(gone, at(70), endpoint=CA_MAU, connection=DESK) == (EndpointJoined(CA_MAU, DESK),)


def test_publishing_makes_a_site_present_without_a_connection() -> None:
    events = presence.publishing(live(), at(15), endpoint=HA_NOI, media=FIRST)

    assert events == (PublishingStarted(HA_NOI, FIRST),)
    assert then(live(), *events, when=at(15)).site(HA_NOI) == Site(seen_at=at(15), media=FIRST)


def test_publishing_resumes_a_held_turn() -> None:
    gone = then(speaking(HA_NOI), TurnHeld(HA_NOI, at(90), media=True))

    events = presence.publishing(gone, at(70), endpoint=HA_NOI, media=SECOND)

    assert events == (PublishingStarted(HA_NOI, SECOND), TurnResumed(HA_NOI))


def test_publishing_the_same_media_again_changes_nothing() -> None:
    assert presence.publishing(publishing(live()), at(16), endpoint=HA_NOI, media=FIRST) == ()


def test_publishing_of_a_stranger_or_before_the_lobby_opens_is_not_noted() -> None:
    assert presence.publishing(live(), at(15), endpoint=STRANGER, media=FIRST) == ()
    assert presence.publishing(scheduled(), at(15), endpoint=HA_NOI, media=FIRST) == ()


def test_the_hub_publishes_but_is_no_site() -> None:
    started = presence.publishing(live(), at(15), endpoint=HUB, media=FIRST)
    on = then(live(), *started)
    stopped = presence.stopped_publishing(on, at(20), endpoint=HUB, media=FIRST, reason="lost", grace=GRACE)

    assert (started, stopped) == ((PublishingStarted(HUB, FIRST),), (PublishingStopped(HUB, FIRST, "lost"),))
    assert [on.hub_media, then(on, *stopped).hub_media, dict(on.sites)] == [FIRST, None, {}]


def test_stopped_publishing_of_the_speaker_holds_its_turn_for_media() -> None:
    before = publishing(joined(speaking(HA_NOI), HA_NOI))

    events = presence.stopped_publishing(before, at(60), endpoint=HA_NOI, media=FIRST, reason="lost", grace=GRACE)

    assert events == (PublishingStopped(HA_NOI, FIRST, "lost"), TurnHeld(HA_NOI, at(90), media=True))


def test_a_late_stop_of_old_media_changes_nothing() -> None:
    replaced = then(publishing(speaking(HA_NOI)), PublishingStarted(HA_NOI, SECOND), when=at(50))

    assert presence.stopped_publishing(replaced, at(60), endpoint=HA_NOI, media=FIRST, reason="lost", grace=GRACE) == ()


def test_losing_the_connection_after_the_media_does_not_extend_the_grace() -> None:
    silent = then(
        joined(speaking(HA_NOI), HA_NOI),
        TurnHeld(HA_NOI, at(90), media=True),
        when=at(60),
    )

    assert leave(silent, seconds=80).floor == silent.floor


def test_recover_ends_every_connection_and_holds_the_turn() -> None:
    before = then(publishing(joined(speaking(HA_NOI), HA_NOI, CA_MAU)), PublishingStarted(HUB, SECOND))

    assert presence.recover(before, at(100), grace=GRACE) == (
        PublishingStopped(HUB, SECOND, "restart"),
        PublishingStopped(HA_NOI, FIRST, "restart"),
        EndpointLeft(HA_NOI, DESK, LeftBecause.RESTART),
        EndpointLeft(CA_MAU, DESK, LeftBecause.RESTART),
        TurnHeld(HA_NOI, at(130), media=True),
    )


def test_recover_leaves_media_that_outlived_the_service_and_the_turn_it_carries() -> None:
    before = then(publishing(joined(speaking(HA_NOI), HA_NOI)), PublishingStarted(HUB, SECOND))

    assert presence.recover(before, at(100), grace=GRACE, alive={FIRST}) == (
        PublishingStopped(HUB, SECOND, "restart"),
        EndpointLeft(HA_NOI, DESK, LeftBecause.RESTART),
    )


def test_recover_holds_a_turn_anew_that_was_held_when_the_service_went_away() -> None:
    before = leave(joined(speaking(HA_NOI), HA_NOI))

    assert presence.recover(before, at(500), grace=GRACE) == (TurnHeld(HA_NOI, at(530), media=False),)


def test_recover_while_the_hub_speaks_holds_nothing() -> None:
    events = presence.recover(joined(live(), HA_NOI), at(100), grace=GRACE)

    assert events == (EndpointLeft(HA_NOI, DESK, LeftBecause.RESTART),)


def test_recover_of_a_briefing_that_does_not_run_is_nothing() -> None:
    assert presence.recover(scheduled(), at(100), grace=GRACE) == ()
