"""The recording: begun and ended by the chair or the end, its troubles told once, deleted after the end and once."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from server.core import briefing as life
from server.core import recording
from server.core.errors import UserError
from server.core.events import (
    BriefingClosed,
    ClosedBecause,
    Event,
    RecordingChecked,
    RecordingDeleted,
    RecordingDeletedBecause,
    RecordingFailed,
    RecordingResumed,
    RecordingStarted,
    RecordingStopped,
    RecordingStoppedBecause,
)
from server.core.presence import NotOpen
from server.core.state import Briefing, Recording
from tests.core.cast import at, live, opened, scheduled, then

Decision = Callable[[Briefing, datetime], tuple[Event, ...]]

FOUND = RecordingChecked(parts=2, milliseconds=61_000, octets=1_000_000, manifest="0" * 64)
PERSON, POLICY = RecordingDeletedBecause.PERSON, RecordingDeletedBecause.POLICY


def recorded(briefing: Briefing | None = None) -> Briefing:
    """Record since second 40."""
    return then(briefing or live(), RecordingStarted(), when=at(40))


def closed(briefing: Briefing | None = None) -> Briefing:
    """End a briefing that was recorded."""
    ended = (RecordingStopped(RecordingStoppedBecause.CLOSED), BriefingClosed(ClosedBecause.CHAIR))
    return then(briefing or recorded(), *ended, when=at(90))


@pytest.mark.parametrize("briefing", [opened(), live()], ids=["open", "live"])
def test_recording_begins_in_the_lobby_and_in_the_meeting(briefing: Briefing) -> None:
    events = recording.start(briefing, at(40))

    assert events == (RecordingStarted(),)
    assert then(briefing, *events, when=at(40)).recording == Recording(since=at(40))


@pytest.mark.parametrize("briefing", [scheduled(), closed()], ids=["scheduled", "closed"])
def test_recording_does_not_begin_before_the_lobby_or_after_the_end(briefing: Briefing) -> None:
    with pytest.raises(NotOpen):
        recording.start(briefing, at(40))


def test_recording_begun_twice_is_begun_once() -> None:
    assert recording.start(recorded(), at(50)) == ()


def test_the_chair_ends_recording_and_may_begin_again() -> None:
    events = recording.stop(recorded(), at(60))

    after = then(recorded(), *events, when=at(60))
    assert events == (RecordingStopped(RecordingStoppedBecause.CHAIR),)
    assert not recording.runs(after)
    assert recording.start(after, at(70)) == (RecordingStarted(),)


@pytest.mark.parametrize("briefing", [live(), closed()], ids=["never", "over"])
def test_what_does_not_run_is_not_ended(briefing: Briefing) -> None:
    with pytest.raises(recording.NotRecording):
        recording.stop(briefing, at(60))


@pytest.mark.parametrize("decide", [life.close, life.cancel], ids=["close", "cancel"])
def test_the_end_of_a_briefing_ends_recording_first(decide: Decision) -> None:
    briefing = recorded(opened() if decide is life.cancel else live())

    *_, stopped, ended = decide(briefing, at(90))

    assert stopped == RecordingStopped(RecordingStoppedBecause.CLOSED)
    assert not recording.runs(then(briefing, stopped, ended, when=at(90)))


def test_a_failure_is_told_once_and_its_end_once() -> None:
    failed = then(recorded(), *recording.fare(recorded(), at(50), failure="disk_full"), when=at(50))

    assert failed.recording == Recording(since=at(40), failure="disk_full", failed_at=at(50))
    assert recording.fare(failed, at(51), failure="lost") == ()
    assert recording.fare(failed, at(60), failure=None) == (RecordingResumed(),)
    assert then(failed, RecordingResumed(), when=at(60)).recording == Recording(since=at(40))


def test_a_failure_is_an_event_with_its_reason() -> None:
    assert recording.fare(recorded(), at(50), failure="lost") == (RecordingFailed("lost"),)


@pytest.mark.parametrize("briefing", [live(), closed(), recorded()], ids=["never", "over", "well"])
def test_what_runs_well_or_not_at_all_has_nothing_to_tell(briefing: Briefing) -> None:
    assert recording.fare(briefing, at(50), failure=None if recording.runs(briefing) else "lost") == ()


def test_a_recording_is_checked_once_and_after_the_end() -> None:
    assert recording.check(recorded(), at(50), found=FOUND) == ()
    assert recording.check(closed(), at(100), found=FOUND) == (FOUND,)
    assert recording.check(then(closed(), FOUND, when=at(100)), at(110), found=FOUND) == ()


def test_a_recording_is_deleted_once_and_stays_in_the_journal() -> None:
    events = recording.delete(closed(), at(200), reason=PERSON, note="  theo yêu cầu ")

    after = then(closed(), *events, when=at(200))
    assert events == (RecordingDeleted(PERSON, "theo yêu cầu"),)
    assert after.recording == Recording(deleted=RecordingDeleted(PERSON, "theo yêu cầu"), deleted_at=at(200))
    assert recording.delete(after, at(210), reason=POLICY) == ()
    with pytest.raises(recording.NoRecording):
        recording.kept(after)


@pytest.mark.parametrize(
    ("briefing", "reason", "note", "refusal"),
    [
        (recorded(), POLICY, "", recording.StillHeld),
        (live(), PERSON, "nhầm", recording.NoRecording),
        (closed(), PERSON, "  ", recording.Unexplained),
    ],
    ids=["runs", "none", "no-reason"],
)
def test_deleting_is_refused(
    briefing: Briefing, reason: RecordingDeletedBecause, note: str, refusal: type[UserError]
) -> None:
    with pytest.raises(refusal):
        recording.delete(briefing, at(200), reason=reason, note=note)


def test_policy_needs_no_words() -> None:
    delete = partial(recording.delete, reason=POLICY)

    assert delete(closed(), at(200)) == (RecordingDeleted(POLICY),)


def test_a_recording_that_is_there_is_found() -> None:
    assert recording.kept(closed()) == Recording()


def test_events_of_a_recording_that_no_start_precedes_still_fold() -> None:
    """A journal is folded whatever is in it: what it says is what was."""
    stories: list[tuple[Event, Recording]] = [
        (RecordingStopped(RecordingStoppedBecause.CHAIR), Recording()),
        (RecordingResumed(), Recording()),
        (FOUND, Recording(checked=FOUND)),
    ]

    assert [then(live(), event, when=at(9)).recording for event, _ in stories] == [after for _, after in stories]
