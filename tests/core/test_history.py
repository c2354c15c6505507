"""The past: every second of it is what the journal held by then, folded."""

from datetime import datetime, timedelta
from itertools import pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core import history
from server.core.events import FloorRequested, RequestWithdrawn
from server.core.history import AsOf, History, OutsideJournal
from server.core.journal import Entry
from server.core.state import fold
from tests.core.cast import CA_MAU, HA_NOI, ID, LAN, at, fresh, told
from tests.records.story import WHOLE, beginning

STORY = told(WHOLE)
END = at(300)


def written_by(moment: datetime, entries: list[Entry]) -> list[Entry]:
    """Return the entries up to the first that is later."""
    return list(takewhile(lambda entry: entry.at <= moment, entries))


def read(entries: list[Entry]) -> History:
    return History.unread(ID).read_on(entries)


@pytest.mark.parametrize("stride", [1, 3, 128])
def test_every_second_of_a_story_is_what_had_been_written_by_then(stride: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "STRIDE", stride)
    past = read(STORY)

    for second in range(-1800, 301):
        assert past.at(at(second), now=END).briefing == fold(fresh(), written_by(at(second), STORY))


def test_every_entry_shows_the_briefing_as_it_left_it() -> None:
    past = read(STORY)

    assert [past.after(seq).briefing.head.seq for seq in range(1, past.seq + 1)] == list(range(1, len(STORY) + 1))
    assert past.after(len(STORY)).briefing == fold(fresh(), STORY)


@given(st.lists(st.integers(-60, 60), max_size=40), st.lists(st.integers(0, 40), max_size=3), st.integers(-70, 2000))
def test_journal_read_in_pieces_with_a_clock_that_was_set_back_shows_no_gap(
    steps: list[int], cuts: list[int], second: int
) -> None:
    """Whatever the clock did: what was written stays written, so a moment shows the longest journal it may."""
    seconds = [float(sum(steps[: place + 1])) for place in range(len(steps))]
    hands = (FloorRequested(HA_NOI, "", ""), RequestWithdrawn(HA_NOI))
    entries = told([*beginning(), *((when, hands[place % 2]) for place, when in enumerate(seconds))])
    pieces = [0, *sorted(cuts), len(entries)]
    past = History.unread(ID)
    for first, last in pairwise(pieces):
        past = past.read_on(entries[first:last])

    shown = past.at(at(second), now=at(3000))

    written = written_by(at(second), entries)
    assert past == read(entries)
    assert (shown.as_of.seq, shown.briefing) == (len(written), fold(fresh(), written))
    assert past.after(shown.as_of.seq).briefing == shown.briefing


def test_a_moment_names_its_last_entry_and_the_moments_around_it() -> None:
    past = read(told([*beginning(), (5, FloorRequested(HA_NOI, "", "")), (5, FloorRequested(CA_MAU, "", ""))]))

    last = AsOf(6, at(5), LAN, "FloorRequested", previous=at(0), next=None)
    assert past.at(at(5), now=END).as_of == last
    assert past.after(5).as_of == AsOf(5, at(5), LAN, "FloorRequested", previous=at(0), next=None)
    assert past.at(at(9), now=END).as_of == AsOf(6, at(5), LAN, "FloorRequested", previous=at(5), next=None)
    assert past.at(at(4), now=END).as_of == AsOf(4, at(0), LAN, "BriefingStarted", previous=at(0), next=at(5))
    assert past.after(1).as_of.previous is None


@pytest.mark.parametrize("moment", [at(-86400) - timedelta(microseconds=1), END + timedelta(microseconds=1)])
def test_moment_before_the_first_entry_or_to_come_is_refused(moment: datetime) -> None:
    with pytest.raises(OutsideJournal):
        read(STORY).at(moment, now=END)


@pytest.mark.parametrize("seq", [-1, 0, len(STORY) + 1])
def test_entry_that_is_not_there_is_refused(seq: int) -> None:
    with pytest.raises(OutsideJournal):
        read(STORY).after(seq)


def test_journal_of_which_nothing_was_read_has_no_moment() -> None:
    with pytest.raises(OutsideJournal):
        History.unread(ID).at(at(0), now=END)
