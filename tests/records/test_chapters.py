"""WebVTT chapters: one cue a turn, timed from the start of the meeting."""

from server.core.events import BriefingOpened
from server.records.chapters import as_vtt
from server.records.label import Format
from server.records.record import Record, build
from tests.core.cast import HA_NOI, told
from tests.records.story import WHOLE, beginning, granted, heard, label, name


def cues(record: Record) -> list[str]:
    """Return the blocks of the file after its head and notes."""
    content = as_vtt(record, label(record, Format.VTT)).decode()
    assert content.startswith("WEBVTT\n\nNOTE giaoban:")
    return [block for block in content.strip().split("\n\n")[1:] if not block.startswith("NOTE")]


def test_every_turn_is_a_chapter_timed_from_the_start_of_the_meeting() -> None:
    record = build(told(WHOLE), name)

    assert cues(record) == [
        "1\n00:01:00.000 --> 00:02:00.000\nHà Nội – Ông Minh – Lũ lụt",
        "2\n00:03:20.000 --> 00:05:00.000\nThanh Hóa – Bà Lan – Hạn hán",
    ]
    assert "NOTE time 0 is the start of the meeting: 2026-11-23T01:30:00.000000Z" in as_vtt(
        record, label(record, Format.VTT)
    ).decode().split("\n")


def test_a_running_turn_ends_with_the_journal() -> None:
    record = build(told([*beginning(), *granted(HA_NOI, 3660), heard(HA_NOI, 3661, 3669.2)]), name)

    assert cues(record) == ["1\n01:01:00.000 --> 01:01:10.000\nHà Nội – Ông Minh – Lũ lụt"]


def test_what_people_typed_cannot_end_a_cue_or_begin_a_tag() -> None:
    record = build(
        told([*beginning(), *granted(HA_NOI, 60, "A\n\n2\n00:00 --> 00:01", "<b>&"), heard(HA_NOI, 61, 62)]), name
    )

    assert cues(record) == ["1\n00:01:00.000 --> 00:01:02.800\nHà Nội – A 2 00:00 --&gt; 00:01 – &lt;b&gt;&amp;"]


def test_a_meeting_that_never_began_has_no_chapters() -> None:
    record = build(told([*beginning()[:2], (0, BriefingOpened())]), name)

    assert cues(record) == []
