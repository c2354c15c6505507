from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoints import stream
from endpoints.stream import Event, Garbled, Parser

TEXT = (
    b"retry: 1000\n\n"
    b'event: status\ndata: {"state": "live"}\n\n'
    b": still here\n\n"
    b"event: journal\nid: 7\ndata: one\ndata: two\n\n"
    b"data:bare\r\n\r\n"
)
EVENTS = [
    Event("status", None, b'{"state": "live"}'),
    Event("journal", "7", b"one\ntwo"),
    Event("message", None, b"bare"),
]


def test_events_are_read_with_their_names_and_ids() -> None:
    assert list(Parser().feed(TEXT)) == EVENTS


@given(st.lists(st.integers(0, len(TEXT)), max_size=6))
def test_it_does_not_matter_where_the_network_cuts(cuts: list[int]) -> None:
    parser = Parser()
    places = [0, *sorted(cuts), len(TEXT)]

    chunks = [TEXT[start:end] for start, end in pairwise(places)]

    assert [event for chunk in chunks for event in parser.feed(chunk)] == EVENTS


def test_an_event_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LARGEST", 100)

    with pytest.raises(Garbled, match="without an end"):
        list(Parser().feed(b"data: " + b"x" * 200))
