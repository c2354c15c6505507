"""Who was there, across reconnects, devices and restarts."""

import pytest

from server.core.events import (
    Answer,
    AnsweredBy,
    Attendance,
    CheckIn,
    Delegate,
    EndpointCheckedIn,
    EndpointJoined,
    EndpointLeft,
    InvitationAnswered,
    LeftBecause,
    PublishingStarted,
    PublishingStopped,
)
from server.core.ids import HUB
from server.records.attendance import Attended, Interval, attendance
from tests.core.cast import CA_MAU, DESK, FIRST, HA_NOI, PHONE, SECOND, THANH_HOA, at, told
from tests.records.story import HOA, MINH, WHOLE, Step, beginning, name

CLOSED = LeftBecause.CLOSED


def intervals(*steps: Step) -> tuple[tuple[Interval, ...], float]:
    """Return Hà Nội's intervals and connected seconds."""
    one = attendance(told([*beginning(), *steps]), name)[0]
    return one.intervals, one.connected_seconds


def test_attendance_names_every_site_of_the_plan_also_the_absent() -> None:
    assert attendance(told(WHOLE), name) == (
        Attended(
            endpoint=HA_NOI,
            name="Hà Nội",
            first_joined_at=at(2),
            last_left_at=at(300),
            intervals=(Interval(at(2), at(300)),),
            connected_seconds=298.0,
            late=False,
            checked_in_at=at(4),
            revision=2,
            local_chair="Ông Minh",
            headcount=13,
            delegates=(MINH, HOA),
        ),
        Attended(
            endpoint=THANH_HOA,
            name="Thanh Hóa",
            first_joined_at=at(5),
            last_left_at=at(300),
            intervals=(Interval(at(5), at(110)), Interval(at(150), at(300))),
            connected_seconds=255.0,
            late=True,
            checked_in_at=at(6),
            revision=1,
            local_chair="Bà Lan",
            headcount=3,
            delegates=(),
        ),
        Attended(
            endpoint=CA_MAU,
            name="Cà Mau",
            first_joined_at=None,
            last_left_at=None,
            intervals=(),
            connected_seconds=0.0,
            late=True,
            checked_in_at=None,
            revision=0,
            local_chair=None,
            headcount=None,
            delegates=(),
        ),
    )


def test_a_second_device_does_not_begin_another_interval() -> None:
    steps: list[Step] = [
        (10, EndpointJoined(HA_NOI, DESK)),
        (20, EndpointJoined(HA_NOI, PHONE)),
        (30, EndpointLeft(HA_NOI, DESK, CLOSED)),
        (40, EndpointLeft(HA_NOI, PHONE, CLOSED)),
    ]

    assert intervals(*steps) == ((Interval(at(10), at(40)),), 30.0)


def test_a_site_that_only_publishes_is_there_too() -> None:
    steps: list[Step] = [
        (10, PublishingStarted(HA_NOI, FIRST)),
        (20, PublishingStarted(HA_NOI, SECOND)),
        (25, PublishingStarted(HUB, FIRST)),
        (50, PublishingStopped(HA_NOI, SECOND, "lost")),
    ]

    assert intervals(*steps) == ((Interval(at(10), at(50)),), 40.0)


def test_a_site_that_is_there_still_has_an_open_interval_that_counts_so_far() -> None:
    steps: list[Step] = [
        (10, EndpointJoined(HA_NOI, DESK)),
        (20, EndpointLeft(HA_NOI, DESK, CLOSED)),
        (30, EndpointJoined(HA_NOI, PHONE)),
        (45, EndpointJoined(CA_MAU, DESK)),
    ]
    one = attendance(told([*beginning(), *steps]), name)[0]

    assert (one.intervals, one.connected_seconds) == ((Interval(at(10), at(20)), Interval(at(30), None)), 25.0)
    assert (one.first_joined_at, one.last_left_at) == (at(10), None)


def test_without_a_journal_there_is_no_attendance() -> None:
    with pytest.raises(LookupError):
        attendance([], name)


def test_announced_delegates_stand_beside_those_who_came() -> None:
    thu = Delegate("Bà Thu")
    absent = Delegate("Vũ Văn Em", (), Attendance.ABSENT, "ốm")
    announced = (MINH, thu, Delegate("Bà Lan"), absent)
    steps: list[Step] = [
        (1, InvitationAnswered(HA_NOI, Answer.ACCEPTED, AnsweredBy.PAGE, 0, delegates=announced)),
        (2, InvitationAnswered(THANH_HOA, Answer.DECLINED, AnsweredBy.HAND, 0, "bão", delegates=(thu,))),
        (3, InvitationAnswered(CA_MAU, Answer.TENTATIVE, AnsweredBy.PAGE, 0, delegates=(thu,))),
        (10, EndpointCheckedIn(HA_NOI, CheckIn("BÀ  LAN", (Delegate(MINH.name), Delegate("Ai đó")), 3), 1)),
    ]

    found = attendance(told([*beginning(), *steps]), name)

    assert [(one.announced, one.not_named) for one in found] == [
        ((MINH, thu, Delegate("Bà Lan")), (thu,)),
        ((), ()),
        ((thu,), (thu,)),
    ]
