"""The status: what operators see, and what one site may not see of another."""

from dataclasses import replace

import pytest

from server.core.events import (
    Attendance,
    BriefingKind,
    CheckIn,
    ContentGiven,
    ContentStarted,
    Delegate,
    EndpointCheckedIn,
    EndpointJoined,
    EndpointLeft,
    EndpointPutOnDeck,
    EndpointsMarkedLate,
    FloorRequested,
    LeftBecause,
    PublishingStarted,
    PublishingStopped,
    QueuePolicy,
    RecordingFailed,
    RecordingStarted,
    TurnHeld,
)
from server.core.ids import HUB, EndpointCode
from server.core.line import LineHealth, LineState, grade
from server.core.readiness import judge
from server.core.state import NOBODY, Phase
from server.core.status import (
    AgendaStatus,
    Alarm,
    ChairStatus,
    CheckInStatus,
    ContentStatus,
    Counts,
    EndpointStatus,
    FloorStatus,
    HubStatus,
    MediaStatus,
    Place,
    RecordingState,
    RecordingStatus,
    RequestStatus,
    ServiceStatus,
    Status,
    TurnStatus,
    describe,
    for_sites,
)
from tests.core.cast import CA_MAU, DESK, FIRST, HA_NOI, ID, SECOND, THANH_HOA, at, drafted, live, plan, speaking, then

PLACES = {
    HA_NOI: Place("Hà Nội", "Đồng bằng sông Hồng"),
    THANH_HOA: Place("Thanh Hóa", "Bắc Trung Bộ"),
    CA_MAU: Place("Cà Mau", "Đồng bằng sông Cửu Long"),
}
LINE = LineHealth(LineState.GOOD, at(99), 148_000, 0.0, 0.02, 10.0)
SERVICE = ServiceStatus(MediaStatus(at(-60)), (Alarm("media_restarted", at(-60)),))
CHECK_IN = CheckIn("Ông Minh", (Delegate("Bà Hoa"), Delegate("Ông Bình", attendance=Attendance.ABSENT)), 7)


def place_of(endpoint: EndpointCode) -> Place:
    return PLACES[endpoint]


def test_describe_tells_everything_about_a_running_briefing() -> None:
    briefing = then(
        speaking(HA_NOI, CA_MAU),
        EndpointsMarkedLate((THANH_HOA,)),
        EndpointJoined(HA_NOI, DESK),
        EndpointCheckedIn(HA_NOI, CHECK_IN, 1),
        PublishingStarted(HA_NOI, FIRST),
        PublishingStarted(HUB, SECOND),
        EndpointJoined(THANH_HOA, DESK),
        EndpointLeft(THANH_HOA, DESK, LeftBecause.CLOSED),
        EndpointPutOnDeck(CA_MAU),
        TurnHeld(HA_NOI, at(80), media=True),
        ContentGiven(HA_NOI),
        RecordingStarted(),
        when=at(50),
    )

    status = describe(
        briefing, at(100), place_of=place_of, health={HA_NOI: LINE, CA_MAU: LINE}, hub=LINE, service=SERVICE
    )

    assert status == Status(
        id=ID,
        seq=18,
        now=at(100),
        title="Giao ban tháng 11",
        kind=BriefingKind.REGULAR,
        state=Phase.LIVE,
        starts_at=at(0),
        ends_at=at(7200),
        opened_at=at(-1800),
        started_at=at(0),
        ended_at=None,
        counts=Counts(endpoints=3, present=1, checked_in=1, publishing=1, late=1, headcount=7),
        floor=FloorStatus(
            turn=TurnStatus(
                endpoint=HA_NOI,
                name="Hà Nội",
                speaker="Ông Minh",
                topic="Lũ lụt",
                started_at=at(30),
                held_until=at(80),
                number=1,
                paused=False,
                allotted=None,
                spent=20.0,  # its clock stands since it was held
                standing=True,
            ),
            queue=(
                RequestStatus(
                    endpoint=CA_MAU,
                    name="Cà Mau",
                    speaker="Ông Minh",
                    topic="Lũ lụt",
                    asked_at=at(20),
                    request=2,
                    asked_by="",
                    registered=False,
                    item=None,
                    placed=False,
                    spent=0.0,
                ),
            ),
            on_deck=(CA_MAU,),
            called=(2,),
            policy=QueuePolicy.ASKED,
            muted=False,
            undo=None,
            deck=(judge(CA_MAU, NOBODY, None),),  # what was measured belongs to media that is gone
        ),
        content=ContentStatus(HA_NOI, "Hà Nội", at(50), publishing=False),
        recording=RecordingStatus(at(50), RecordingState.RECORDING),
        chair=ChairStatus(None, "", None, attended=False, deputies=()),
        agenda=AgendaStatus(plan().agenda, None),
        hub=HubStatus(publishing=True, health=LINE),
        endpoints=(
            EndpointStatus(
                code=HA_NOI,
                name="Hà Nội",
                region="Đồng bằng sông Hồng",
                presence="present",
                late=False,
                last_seen=at(50),
                check_in=CheckInStatus(at(50), 1, "Ông Minh", 7, present=1, absent=1),
                publishing=True,
                stopped=None,
                health=LINE,
            ),
            EndpointStatus(
                code=THANH_HOA,
                name="Thanh Hóa",
                region="Bắc Trung Bộ",
                presence="lost",
                late=True,
                last_seen=at(50),
                check_in=None,
                publishing=False,
                stopped=None,
                health=None,
            ),
            EndpointStatus(
                code=CA_MAU,
                name="Cà Mau",
                region="Đồng bằng sông Cửu Long",
                presence="absent",
                late=False,
                last_seen=None,
                check_in=None,
                publishing=False,
                stopped=None,
                health=None,  # what was measured belongs to media that is gone
            ),
        ),
        media=SERVICE.media,
        alarms=SERVICE.alarms,
    )


def test_a_recording_that_fails_is_told_as_such() -> None:
    briefing = then(live(), RecordingStarted(), when=at(5))
    failed = then(briefing, RecordingFailed("disk_full"), when=at(9))

    status = describe(failed, at(10), place_of=place_of, health={}, hub=None, service=SERVICE)

    assert status.recording == RecordingStatus(at(5), RecordingState.FAILED)


def test_describe_of_a_draft_has_nobody_on_the_floor() -> None:
    status = describe(drafted(), at(-90000), place_of=place_of, health={}, hub=None, service=SERVICE)

    nobody = FloorStatus(None, (), (), QueuePolicy.ASKED, muted=False, undo=None)
    assert (status.state, status.floor, status.content) == (Phase.DRAFT, nobody, None)
    assert status.counts == Counts(endpoints=3, present=0, checked_in=0, publishing=0, late=0, headcount=0)


def test_the_hubs_content_is_shown_when_it_arrives() -> None:
    briefing = then(live(), ContentGiven(HUB), ContentStarted(HUB, FIRST), when=at(5))

    assert describe(
        briefing, at(9), place_of=lambda code: Place(code, ""), health={}, hub=None, service=SERVICE
    ).content == ContentStatus(HUB, "hub", at(5), publishing=True)


def test_a_site_that_only_published_and_stopped_is_lost_and_not_absent() -> None:
    briefing = then(live(), PublishingStarted(HA_NOI, FIRST), PublishingStopped(HA_NOI, FIRST, "lost"))

    site = describe(briefing, at(1), place_of=place_of, health={}, hub=None, service=SERVICE).endpoints[0]
    assert (site.presence, site.stopped) == ("lost", "lost")


def test_a_site_sees_neither_check_ins_nor_lines_of_others_nor_alarms() -> None:
    briefing = then(
        live(),
        EndpointCheckedIn(HA_NOI, CHECK_IN, 1),
        PublishingStarted(HA_NOI, FIRST),
        PublishingStarted(CA_MAU, SECOND),
        PublishingStopped(CA_MAU, SECOND, "flooded"),
        FloorRequested(HA_NOI, "Ông Minh", "Lũ lụt"),
    )
    status = describe(briefing, at(1), place_of=place_of, health={HA_NOI: LINE}, hub=LINE, service=SERVICE)

    assert status.floor.deck
    bare = tuple(replace(one, check_in=None, stopped=None, health=None) for one in status.endpoints)
    floor, hub = replace(status.floor, deck=()), HubStatus(publishing=False, health=None)
    assert for_sites(status) == replace(status, floor=floor, endpoints=bare, hub=hub, alarms=())


@pytest.mark.parametrize(
    ("loss", "round_trip", "picture", "state"),
    [
        (0.0, None, "full", LineState.GOOD),
        (0.0199, 0.299, "full", LineState.GOOD),
        (0.02, 0.0, "full", LineState.FAIR),
        (0.0, 0.3, "full", LineState.FAIR),
        (0.0, 0.0, "reduced", LineState.FAIR),
        (0.08, None, "reduced", LineState.POOR),
        (0.0, 0.8, "full", LineState.POOR),
        (0.0, 0.0, "still", LineState.POOR),
        (1.0, 5.0, "full", LineState.POOR),
    ],
)
def test_a_line_is_graded_by_its_worst_side(
    loss: float, round_trip: float | None, picture: str, state: LineState
) -> None:
    assert grade(loss, round_trip, picture) == state
