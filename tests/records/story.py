"""A briefing to keep a record of, told as (seconds after the start, event)."""

from typing import Any

from server.core.events import (
    Attendance,
    BriefingClosed,
    BriefingDrafted,
    BriefingOpened,
    BriefingScheduled,
    BriefingStarted,
    CheckIn,
    ClosedBecause,
    Delegate,
    EndpointCheckedIn,
    EndpointJoined,
    EndpointLeft,
    EndpointsMarkedLate,
    Event,
    FloorGranted,
    FloorRequested,
    LeftBecause,
    PublishingStarted,
    PublishingStopped,
    SpeechDetected,
    TurnEnded,
    TurnEndedBecause,
)
from server.core.ids import HUB, EndpointCode
from server.records.label import Form, Format, Label
from server.records.record import Record
from tests.core.cast import CA_MAU, DESK, FIRST, HA_NOI, PHONE, THANH_HOA, at, plan

NAMES = {HA_NOI: "Hà Nội", THANH_HOA: "Thanh Hóa", CA_MAU: "Cà Mau", HUB: "Điểm cầu trung tâm"}
Step = tuple[float, Event]

MINH = Delegate("Ông Minh", ("Phó Chủ tịch", "Trưởng ban"))
HOA = Delegate("Bà Hoa", (), Attendance.ABSENT, "ốm")


def name(endpoint: EndpointCode) -> str:
    return NAMES[endpoint]


def label(record: Record, format_: Format, part: str = "") -> Label:
    return Label(record.briefing.id, record.head, Form(format_, "vi", part))


def beginning(**changes: Any) -> list[Step]:
    return [
        (-86400, BriefingDrafted(plan(**changes))),
        (-80000, BriefingScheduled()),
        (-1800, BriefingOpened()),
        (0, BriefingStarted()),
    ]


def granted(endpoint: EndpointCode, seconds: float, speaker: str = "Ông Minh", topic: str = "Lũ lụt") -> list[Step]:
    return [
        (seconds - 5, FloorRequested(endpoint, speaker, topic)),
        (seconds, FloorGranted(endpoint, speaker, topic)),
    ]


def ended(
    endpoint: EndpointCode, start: float, end: float, reason: TurnEndedBecause = TurnEndedBecause.RELEASED
) -> Step:
    return end, TurnEnded(endpoint, at(start), at(end), reason, "Ông Minh", "Lũ lụt")


def heard(endpoint: EndpointCode, start: float, end: float, *, on_air: bool = True, loudest: int = 30) -> Step:
    """Detected, and so told, when the hang-over was past."""
    return end + 0.8, SpeechDetected(endpoint, at(start), at(end), on_air, loudest)


WHOLE: list[Step] = [
    *beginning(),
    (1, EndpointsMarkedLate((THANH_HOA, CA_MAU))),
    (2, EndpointJoined(HA_NOI, DESK)),
    (3, PublishingStarted(HA_NOI, FIRST)),
    (4, EndpointCheckedIn(HA_NOI, CheckIn("Ông Minh", (MINH, HOA), 12), 1)),
    (5, EndpointJoined(THANH_HOA, DESK)),
    (6, EndpointCheckedIn(THANH_HOA, CheckIn("Bà Lan", (), 3), 1)),
    heard(HUB, 7, 40.5),
    *granted(HA_NOI, 60),
    heard(HA_NOI, 61.25, 91.25),
    heard(HA_NOI, 91.25, 100, loudest=22),
    (101, EndpointLeft(HA_NOI, DESK, LeftBecause.CLOSED)),
    (102, EndpointCheckedIn(HA_NOI, CheckIn("Ông Minh", (MINH, HOA), 13), 2)),
    (110, EndpointLeft(THANH_HOA, DESK, LeftBecause.CLOSED)),
    heard(HA_NOI, 110, 119),
    ended(HA_NOI, 60, 120),
    heard(HA_NOI, 130, 131, on_air=False),
    (150, EndpointJoined(THANH_HOA, PHONE)),
    *granted(THANH_HOA, 200, "Bà Lan", "Hạn hán"),
    heard(THANH_HOA, 199.95, 210),
    (300, PublishingStopped(HA_NOI, FIRST, "closed")),
    (300, EndpointLeft(THANH_HOA, PHONE, LeftBecause.CLOSED)),
    (300, TurnEnded(THANH_HOA, at(200), at(300), TurnEndedBecause.CLOSED, "Bà Lan", "Hạn hán")),
    (300, BriefingClosed(ClosedBecause.CHAIR)),
]
