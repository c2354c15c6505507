"""Line checks: what speaks against a line, how long a check counts, and what is decided over all of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from server.core import line_check
from server.core.events import (
    Device,
    Found,
    FoundLine,
    FoundPicture,
    FoundSound,
    GoDecided,
    LineCheckAsked,
    LineChecked,
    Measured,
    RehearsalBegan,
    Way,
)
from server.core.line import LineHealth, LineState
from server.core.line_check import CheckState, Fault, SiteCheck
from server.core.presence import NotInvited
from server.core.state import Briefing, Checked
from server.core.text import BrokenText
from tests.core.cast import CA_MAU, HA_NOI, STRANGER, THANH_HOA, at, drafted, live, opened, scheduled, then

PICTURE = FoundPicture(width=1280, height=720, brightness=110, contrast=50, motion=140)
SOUND = FoundSound(loudest=22, quietest=58, clipped=0, echo=4)
LINE = FoundLine(Way.DIRECT, upload=600_000, download=20_000_000, received=None, round_trip=25, jitter=4, loss_up=0)
WELL = Found(Device.WORKS, Device.WORKS, LINE, PICTURE, SOUND)
MEASURED = Measured(bitrate=600_000, loss=0, round_trip=24, frames=25, level=25)
NOON = at(-20 * 3600)


def checked(found: Found = WELL, **changes: Any) -> LineChecked:
    return replace(LineChecked(THANH_HOA, "Lê Văn Bình", "0912 345 678", found, MEASURED), **changes)


def after_check(briefing: Briefing | None = None, **changes: Any) -> Briefing:
    return then(briefing or scheduled(), checked(**changes), when=NOON)


def found_line(**changes: Any) -> Found:
    return replace(WELL, line=replace(LINE, **changes))


def found_picture(**changes: Any) -> Found:
    return replace(WELL, picture=replace(PICTURE, **changes))


def found_sound(**changes: Any) -> Found:
    return replace(WELL, sound=replace(SOUND, **changes))


@pytest.mark.parametrize(
    ("found", "measured", "faults"),
    [
        (WELL, MEASURED, ()),
        (found_line(way=Way.NONE), None, (Fault.NO_WAY,)),
        (WELL, None, (Fault.NOTHING_ARRIVES,)),
        (WELL, replace(MEASURED, bitrate=0), (Fault.NOTHING_ARRIVES,)),
        (replace(WELL, camera=Device.DENIED, picture=None), MEASURED, (Fault.CAMERA,)),
        (replace(WELL, microphone=Device.MISSING, sound=None), MEASURED, (Fault.MICROPHONE,)),
        (
            replace(found_line(way=Way.NONE), camera=Device.DENIED, microphone=Device.DENIED, picture=None, sound=None),
            None,
            (Fault.CAMERA, Fault.MICROPHONE),
        ),
        (replace(WELL, picture=None), MEASURED, (Fault.NO_PICTURE,)),
        (found_picture(width=0), MEASURED, (Fault.NO_PICTURE,)),
        (found_picture(brightness=9, contrast=3), MEASURED, (Fault.BLACK,)),
        (found_picture(brightness=9, contrast=20), MEASURED, ()),  # a dark room, but something is seen
        (found_picture(motion=0), MEASURED, (Fault.FROZEN,)),
        (found_picture(width=320, height=240), MEASURED, (Fault.SMALL,)),
        (WELL, replace(MEASURED, signals=("black",)), (Fault.BLACK,)),
        (WELL, replace(MEASURED, signals=("silent", "level_mismatch")), ()),
        (replace(WELL, sound=None), MEASURED, (Fault.SILENT,)),
        (found_sound(loudest=70, quietest=90), MEASURED, (Fault.SILENT,)),
        (found_sound(loudest=40, quietest=43), MEASURED, (Fault.SILENT,)),  # a hum is no speech
        (found_sound(loudest=50), MEASURED, (Fault.QUIET,)),
        (found_sound(clipped=12), MEASURED, (Fault.CLIPPED,)),
        (found_sound(echo=30), MEASURED, (Fault.ECHO,)),
        (found_sound(echo=None), MEASURED, ()),
        (found_line(upload=30_000), MEASURED, (Fault.UPLOAD,)),
        (replace(found_line(upload=30_000), camera=Device.MISSING, picture=None), MEASURED, (Fault.CAMERA,)),
        (WELL, replace(MEASURED, estimate=200_000), (Fault.UPLOAD,)),
        (found_line(download=100_000), MEASURED, (Fault.DOWNLOAD,)),
        (found_line(loss_up=20), MEASURED, (Fault.SOME_LOSS,)),
        (found_line(loss_down=80), MEASURED, (Fault.LOSS,)),
        (WELL, replace(MEASURED, loss=90), (Fault.LOSS,)),  # whichever side measured it
        (found_line(round_trip=300), MEASURED, (Fault.SOME_DELAY,)),
        (WELL, replace(MEASURED, round_trip=800), (Fault.DELAY,)),
        (found_line(jitter=60), MEASURED, (Fault.JITTER,)),
        (found_line(way=Way.RELAY_UDP), MEASURED, ()),
        (found_line(way=Way.RELAY_TLS), MEASURED, (Fault.STREAM,)),
    ],
)
def test_a_line_is_judged_by_what_the_site_found_and_what_the_server_measured(
    found: Found, measured: Measured | None, faults: tuple[Fault, ...]
) -> None:
    assert line_check.judge(found, measured) == faults


def test_faults_come_in_the_order_in_which_they_are_put_right() -> None:
    worst = replace(found_line(way=Way.RELAY_TCP, loss_up=500, download=0), picture=replace(PICTURE, motion=0))

    assert line_check.judge(worst, MEASURED) == (Fault.FROZEN, Fault.DOWNLOAD, Fault.LOSS, Fault.STREAM)


def test_a_check_is_written_down_as_it_was_made() -> None:
    assert line_check.check(scheduled(), NOON, checked=checked()) == (checked(),)
    with pytest.raises(NotInvited):
        line_check.check(scheduled(), NOON, checked=checked(endpoint=STRANGER))


@pytest.mark.parametrize("changes", [{"person": " "}, {"phone": ""}, {"person": "x" * 201}, {"phone": "1" * 41}])
def test_a_check_needs_somebody_who_is_responsible(changes: dict[str, Any]) -> None:
    with pytest.raises(line_check.PersonNeeded):
        line_check.check(scheduled(), NOON, checked=checked(**changes))
    with pytest.raises(BrokenText):
        line_check.check(scheduled(), NOON, checked=checked(person="\ud800"))


def test_lines_are_checked_from_publication_to_the_end() -> None:
    for briefing in (scheduled(), opened(), live()):
        assert line_check.check(briefing, NOON, checked=checked())
    with pytest.raises(line_check.NotCheckable):
        line_check.check(drafted(), NOON, checked=checked())
    with pytest.raises(line_check.NotCheckable):
        line_check.ask(drafted(), NOON, endpoints=(THANH_HOA,))
    with pytest.raises(line_check.NotCheckable):
        line_check.decide(drafted(), NOON, go=True, not_go=(), note="", name="Lan")


def test_two_checks_within_seconds_are_one_too_many() -> None:
    with pytest.raises(line_check.CheckedJustNow):
        line_check.check(after_check(), NOON + timedelta(seconds=4), checked=checked())
    assert line_check.check(after_check(), NOON + timedelta(seconds=5), checked=checked())


def test_the_board_shows_every_site_in_the_order_of_the_plan() -> None:
    briefing = after_check(after_check(), endpoint=CA_MAU, found=found_line(download=0))

    board = line_check.board(briefing, NOON)

    until = NOON + line_check.FRESH
    last = Checked(NOON, checked(endpoint=CA_MAU, found=found_line(download=0)))
    assert board == (
        SiteCheck(HA_NOI, CheckState.UNCHECKED),
        SiteCheck(THANH_HOA, CheckState.GO, last=Checked(NOON, checked()), until=until),
        SiteCheck(CA_MAU, CheckState.NO_GO, (Fault.DOWNLOAD,), last=last, until=until),
    )


def test_the_last_check_counts_whether_it_is_worse_or_better() -> None:
    worse = then(after_check(), checked(found_line(download=0)), when=NOON + timedelta(minutes=1))
    better = then(worse, checked(), when=NOON + timedelta(minutes=2))

    assert line_check.site_check(worse, THANH_HOA, NOON).state is CheckState.NO_GO
    assert line_check.site_check(better, THANH_HOA, NOON).state is CheckState.GO


def test_remarks_keep_nobody_from_go() -> None:
    one = line_check.site_check(after_check(found=found_sound(echo=60)), THANH_HOA, NOON)

    assert (one.state, one.faults, one.remarks) == (CheckState.GO, (), (Fault.ECHO,))


def test_a_check_is_stale_after_a_day_or_when_another_is_asked_for() -> None:
    asked = then(after_check(), LineCheckAsked(THANH_HOA), when=NOON + timedelta(minutes=1))
    again = then(asked, checked(), when=NOON + timedelta(minutes=2))

    def state(briefing: Briefing, hours: float) -> CheckState:
        return line_check.site_check(briefing, THANH_HOA, NOON + timedelta(hours=hours)).state

    assert [state(after_check(), hours) for hours in (23.9, 24)] == [CheckState.GO, CheckState.STALE]
    assert line_check.site_check(asked, THANH_HOA, NOON).asked_at == NOON + timedelta(minutes=1)
    assert [state(asked, 1), state(again, 1)] == [CheckState.STALE, CheckState.GO]
    assert line_check.site_check(again, THANH_HOA, NOON).asked_at is None


def test_a_rehearsal_asks_for_checks_of_its_own_hour_and_takes_the_decision_back() -> None:
    briefing = then(after_check(), GoDecided(go=True, not_go=(), note="", name="Lan"), when=NOON)
    soon, late = (
        then(briefing, RehearsalBegan(1, at(0)), when=NOON + timedelta(minutes=minutes)) for minutes in (59, 61)
    )

    assert line_check.site_check(soon, THANH_HOA, NOON).state is CheckState.GO
    assert line_check.site_check(late, THANH_HOA, NOON).state is CheckState.STALE
    assert (briefing.line_checks.decision is None, soon.line_checks.decision) == (False, None)


def test_sites_are_asked_one_by_one() -> None:
    events = line_check.ask(scheduled(), NOON, endpoints=(HA_NOI, CA_MAU))

    assert events == (LineCheckAsked(HA_NOI), LineCheckAsked(CA_MAU))
    with pytest.raises(NotInvited):
        line_check.ask(scheduled(), NOON, endpoints=(STRANGER,))


def test_a_decision_names_the_sites_that_are_not_go() -> None:
    events = line_check.decide(after_check(), NOON, go=True, not_go=(CA_MAU, HA_NOI), note=" Đã gọi ", name="Lan")

    assert events == (GoDecided(go=True, not_go=(HA_NOI, CA_MAU), note="Đã gọi", name="Lan"),)


def test_a_decision_over_another_board_than_was_shown_is_refused() -> None:
    with pytest.raises(line_check.BoardMoved):
        line_check.decide(after_check(), NOON, go=True, not_go=(HA_NOI,), note="", name="Lan")
    with pytest.raises(line_check.NoteTooLong):
        line_check.decide(scheduled(), NOON, go=False, not_go=(), note="x" * 501, name="Lan")


def test_what_the_server_measured_long_ago_stands_beside_nothing() -> None:
    health = LineHealth(LineState.GOOD, NOON, 600_000, 0.0214, 0.0236, 24.9, level=25)

    assert line_check.measured(health, NOON + timedelta(seconds=5)) == Measured(600_000, 21, 24, 25, level=25)
    assert line_check.measured(health, NOON + timedelta(seconds=6)) is None
    assert line_check.measured(None, NOON) is None
