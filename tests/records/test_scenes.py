"""Where turns are in the files of a recording, which are in none, and what a player is told of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.core.events import (
    Event,
    RecordingFailed,
    RecordingFlaw,
    RecordingResumed,
    RecordingStarted,
    RecordingStopped,
    RecordingStoppedBecause,
    TurnEndedBecause,
)
from server.core.ids import HUB, EndpointCode
from server.core.tape import Part, Sealed, Slot
from server.records.recordings import scenes
from server.records.recordings.scenes import Piece, Span
from server.records.spoken import SpokenTurn
from tests.core.cast import CA_MAU, HA_NOI, at, told

STOPPED = RecordingStopped(RecordingStoppedBecause.CHAIR)


def part(number: int, source: EndpointCode, begin: float, end: float) -> Part:
    """A finished file of a source, in seconds of the meeting."""
    sealed = Sealed(round(1000 * (end - begin)), 1, "", 0)
    return Part(number, f"{number:04}-{source}.mp4", source, at(begin), "H264", sealed=sealed)


def turn(number: int, site: EndpointCode, begin: float, end: float | None) -> SpokenTurn:
    ended = None if end is None else at(end)
    name = {HA_NOI: "Hà Nội", CA_MAU: "Cà Mau"}[site]
    return SpokenTurn(number, site, name, "Bà <Hoa>", "", at(begin), ended, None, None, 0.0)


PARTS = (
    part(1, HUB, 0, 60),
    part(2, HA_NOI, 60.2, 100),
    part(3, HA_NOI, 101, 130),
    part(4, CA_MAU, 130.1, 160),
)


def test_a_turn_is_in_all_files_of_its_site_that_it_overlaps() -> None:
    found = scenes.pieces(PARTS, turn(1, HA_NOI, 60, 120), at(999))

    assert found == (Piece(PARTS[1], 0, 39_800), Piece(PARTS[2], 0, 19_000))
    assert [piece.is_whole for piece in found] == [True, False]
    assert found[1].began_at == at(101)


def test_a_turn_that_goes_on_is_there_until_now() -> None:
    assert scenes.pieces(PARTS, turn(2, CA_MAU, 130, None), at(140)) == (Piece(PARTS[3], 0, 9_900),)


def test_turns_one_after_another_in_one_file_are_parted() -> None:
    first, second = turn(1, HA_NOI, 101, 110), turn(2, HA_NOI, 110, 130)

    assert scenes.pieces(PARTS, first, at(999)) == (Piece(PARTS[2], 0, 9_000),)
    assert scenes.pieces(PARTS, second, at(999)) == (Piece(PARTS[2], 9_000, 29_000),)


def test_a_file_without_an_end_and_one_that_hardly_touches_show_nothing() -> None:
    unfinished = Part(5, "0005-96.mp4", CA_MAU, at(200), "H264")

    assert scenes.pieces((unfinished,), turn(3, CA_MAU, 200, 240), at(999)) == ()
    assert scenes.is_unfinished((unfinished,), turn(3, CA_MAU, 200, 240))
    assert scenes.is_unfinished((unfinished,), turn(4, CA_MAU, 190, None))
    assert not scenes.is_unfinished((unfinished,), turn(1, CA_MAU, 100, 140))
    assert not scenes.is_unfinished((*PARTS, unfinished), turn(1, HA_NOI, 200, None))
    assert scenes.pieces(PARTS, turn(3, CA_MAU, 120, 130.2), at(999)) == ()


def test_chapters_lie_where_the_turns_are_when_all_files_are_played() -> None:
    text = scenes.chapters(PARTS, [turn(1, HA_NOI, 60, 120), turn(2, CA_MAU, 300, 310)], at(999))

    assert text == "WEBVTT\n\n1\n00:01:00.000 --> 00:01:58.800\nHà Nội – Bà &lt;Hoa&gt;\n"


def test_what_was_presented_in_a_turn_is_found_whoever_presented_it() -> None:
    slides = replace(part(5, HUB, 50, 110), slot=Slot.CONTENT)
    more, one = (*PARTS, slides), turn(1, HA_NOI, 60, 120)

    assert scenes.presented(more, one, at(999)) == (Piece(slides, 10_000, 60_000),)
    assert scenes.pieces(more, one, at(999)) == scenes.pieces(PARTS, one, at(999))
    assert scenes.chapters(more, [one], at(999)) == scenes.chapters(PARTS, [one], at(999))
    assert scenes.playlist(more) == scenes.playlist(PARTS)


def test_a_turn_that_was_taken_back_at_once_is_no_chapter() -> None:
    undone = replace(turn(1, HA_NOI, 60, 64), reason=TurnEndedBecause.UNDONE)

    assert scenes.chapters(PARTS, [undone], at(999)) == "WEBVTT\n"


def test_a_playlist_names_every_file_and_its_length() -> None:
    assert scenes.playlist(PARTS[:1]) == "#EXTM3U\n#EXTINF:60.000,hub\n0001-hub.mp4\n"


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ([(0, RecordingStarted()), (60, STOPPED)], (Span(at(0), at(60)),)),
        (
            [(0, RecordingStarted()), (9, RecordingFailed("disk")), (20, RecordingResumed()), (60, STOPPED)],
            (Span(at(0), at(9)), Span(at(20), at(60))),
        ),
        ([(0, RecordingStarted()), (9, RecordingFailed("disk")), (20, STOPPED)], (Span(at(0), at(9)),)),
        ([], ()),
    ],
)
def test_spans_are_when_the_recorder_was_to_write_and_did(
    story: list[tuple[float, Event]], expected: tuple[Span, ...]
) -> None:
    assert scenes.spans(told(story)) == expected


def test_a_turn_in_no_file_is_named_if_it_was_to_be_recorded() -> None:
    turns = [turn(1, HA_NOI, 60, 130), turn(2, CA_MAU, 200, 260), turn(3, CA_MAU, 400, 460), turn(4, CA_MAU, 500, None)]

    assert scenes.missing(PARTS, turns, [Span(at(0), at(300))]) == (RecordingFlaw("turn 2", "not_recorded"),)


def test_a_turn_that_is_mostly_there_is_not_missing() -> None:
    assert scenes.missing(PARTS, [turn(1, HA_NOI, 60, 170)], [Span(at(0), at(300))]) == ()


def test_a_piece_begins_when_its_file_says_and_a_bit() -> None:
    assert Piece(PARTS[2], 9_000, 29_000).began_at == at(101) + timedelta(seconds=9)
