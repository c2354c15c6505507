from datetime import UTC, datetime, timedelta

from server.core import events as e
from server.core.ids import HUB, Actor, BriefingId, EndpointCode, RosterName
from server.core.journal import Entry, Head, seal
from server.records.record import Record, build
from server.web.pages.timeline import Bar, Mark, Span, Timeline, bars_of, marks_between, timeline_of

THANH_HOA, HA_NOI = EndpointCode("38"), EndpointCode("01")
EIGHT = datetime(2026, 11, 22, 1, tzinfo=UTC)
RELEASED = e.TurnEndedBecause.RELEASED


def at(seconds: float) -> datetime:
    return EIGHT + timedelta(seconds=seconds)


def recorded(*told: tuple[float, e.Event]) -> Record:
    plan = e.Plan("Giao ban", EIGHT, at(3600), RosterName("63"), (HA_NOI, THANH_HOA))
    head, entries = Head(), list[Entry]()
    planned: tuple[tuple[float, e.Event], ...] = ((-60, e.BriefingDrafted(plan)), (-60, e.BriefingScheduled()))
    for seconds, event in (*planned, *told):
        sealed = seal(BriefingId("b"), head, (event,), actor=Actor("user:lan"), at=at(seconds))
        head = Head(sealed[-1].seq, sealed[-1].hash)
        entries += sealed
    return build(entries, lambda code: f"<{code}>")


def heard(code: EndpointCode, start: float, stop: float, *, on_air: bool = True) -> tuple[float, e.Event]:
    return (stop, e.SpeechDetected(code, at(start), at(stop), on_air=on_air, loudest=20))


MEETING: tuple[tuple[float, e.Event], ...] = (
    (-30.0, e.BriefingOpened()),
    (0.0, e.BriefingStarted()),
    heard(HUB, 10, 50),
    (100.0, e.FloorGranted(THANH_HOA, "", "")),
    heard(THANH_HOA, 110, 150),
    heard(HA_NOI, 120, 130, on_air=False),
    (200.0, e.TurnEnded(THANH_HOA, at(100), at(200), RELEASED)),
    (300.0, e.FloorGranted(HA_NOI, "", "")),
    heard(HA_NOI, 300, 325),
    (350.0, e.TurnEnded(HA_NOI, at(300), at(350), RELEASED)),
    (500.0, e.BriefingClosed(e.ClosedBecause.CHAIR)),
)


def test_the_timeline_reaches_from_the_start_to_the_end() -> None:
    assert timeline_of(recorded(*MEETING)) == Timeline(
        granted=(Span(200, 200, "1. <38>"), Span(600, 100, "2. <01>")),
        heard=(Span(220, 80, "<38>"), Span(600, 50, "<01>")),
        hub=(Span(20, 80, "<hub>"),),
        marks=tuple(Mark(60 * minute * 2.0, at(60 * minute)) for minute in range(9)),
    )


def test_bars_are_to_the_scale_of_the_longest_turn() -> None:
    assert bars_of(recorded(*MEETING)) == {
        1: Bar(1000, (Span(100, 400, "<38>"),)),
        2: Bar(500, (Span(0, 250, "<01>"),)),
    }


def test_a_turn_in_the_lobby_begins_the_timeline() -> None:
    timeline = timeline_of(recorded(*MEETING[:1], (-20.0, e.FloorGranted(HA_NOI, "", "")), *MEETING[1:2], MEETING[-1]))
    assert timeline is not None
    assert timeline.granted[0].x == 0


def test_a_running_turn_reaches_to_the_latest_entry() -> None:
    running = recorded(*MEETING[:4], heard(THANH_HOA, 110, 150))
    assert bars_of(running) == {1: Bar(1000, (Span(200, 800, "<38>"),))}


def test_a_draft_has_no_timeline_and_no_bars() -> None:
    assert (timeline_of(recorded()), bars_of(recorded())) == (None, {})


def test_marks_are_round_and_few() -> None:
    assert marks_between(at(-10), at(3600)) == [at(600 * place) for place in range(7)]
    assert marks_between(at(30), at(90)) == [at(60)]
    assert len(marks_between(at(0), at(24 * 3600))) <= 11
