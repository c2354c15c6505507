"""The record as a whole: the briefing, the journal's head, and its three tables."""

import pytest

from server.core.events import BriefingOpened
from server.core.journal import Head
from server.core.state import Phase
from server.records.agenda import agenda
from server.records.attendance import attendance
from server.records.disagreements import disagreements
from server.records.presented import presented
from server.records.record import Held, Record, build
from server.records.spoken import spoken
from tests.core.cast import ID, at, plan, told
from tests.records.story import WHOLE, beginning, name


def test_build_puts_the_record_together() -> None:
    entries = told(WHOLE)
    turns, speech = spoken(entries, name)

    assert build(entries, name) == Record(
        briefing=Held(
            id=ID,
            title="Giao ban tháng 11",
            state=Phase.CLOSED,
            roster=plan().roster,
            starts_at=at(0),
            ends_at=at(7200),
            opened_at=at(-1800),
            started_at=at(0),
            ended_at=at(300),
        ),
        head=Head(len(WHOLE), entries[-1].hash),
        as_of=at(300),
        agenda=agenda(entries, name),
        turns=turns,
        speech=speech,
        disagreements=disagreements(entries, turns, speech, name),
        presented=presented(entries, name),
        attendance=attendance(entries, name),
    )


def test_a_briefing_that_was_only_drafted_has_an_empty_record() -> None:
    record = build(told(beginning()[:1]), name)

    assert (record.briefing.state, record.briefing.opened_at, record.turns, record.speech) == (
        Phase.DRAFT,
        None,
        (),
        (),
    )
    assert [one.intervals for one in record.attendance] == [(), (), ()]


def test_a_journal_without_a_briefing_has_no_record() -> None:
    with pytest.raises(LookupError):
        build([], name)
    with pytest.raises(LookupError):
        build(told([(0, BriefingOpened())]), name)
