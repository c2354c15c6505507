"""Exports: read back by the readers people use, and safe to open whatever people typed."""

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.events import ContentEnded, ContentEndedBecause, ContentGiven, ContentStarted, encode
from server.core.ids import HUB, EndpointCode
from server.records import exports
from server.records.exports import defused
from server.records.label import Format, Part
from server.records.record import Record, build
from tests.core.cast import CA_MAU, FIRST, HA_NOI, at, told
from tests.records.story import WHOLE, beginning, granted, heard, label, name

RECORD = build(told(WHOLE), name)
EMPTY = build(told(beginning()[:1]), name)
HEAD = RECORD.head


def as_json(record: Record) -> bytes:
    return exports.as_json(record, label(record, Format.JSON))


def as_csv(record: Record, part: Part = Part.TURNS) -> bytes:
    return exports.as_csv(record, label(record, Format.CSV, part))


def as_rttm(record: Record) -> bytes:
    return exports.as_rttm(record, label(record, Format.RTTM))


def table(content: bytes) -> list[list[str]]:
    assert content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def rttm(content: bytes) -> list[tuple[str, float, float, str]]:
    """Read SPEAKER lines: (file, start, duration, speaker)."""
    fields = [line.split() for line in content.decode().splitlines() if not line.startswith(";;")]
    assert all(len(one) == 10 and one[0] == "SPEAKER" and one[2] == "1" for one in fields)
    return [(one[1], float(one[3]), float(one[4]), one[7]) for one in fields]


def titled(speaker: str, topic: str) -> Record:
    return build(told([*beginning(), *granted(HA_NOI, 60, speaker, topic)]), name)


def test_json_is_the_whole_record() -> None:
    written = json.loads(as_json(RECORD))

    assert written == {"export": label(RECORD, Format.JSON).text, **encode(RECORD)}
    assert written["head"] == {"seq": HEAD.seq, "hash": HEAD.hash}
    assert written["turns"][0] == {
        "number": 1,
        "endpoint": "01",
        "name": "Hà Nội",
        "speaker": "Ông Minh",
        "topic": "Lũ lụt",
        "granted_at": "2026-11-23T01:31:00.000000Z",
        "ended_at": "2026-11-23T01:32:00.000000Z",
        "seconds": 60.0,
        "reason": "released",
        "heard_seconds": 47.75,
        "waited_seconds": 0.0,
        "allotted": None,
        "out_of_order": False,
        "recalled": False,
        "why": "",
    }


def test_csv_of_turns_has_whole_seconds_and_ends_with_the_journals_head() -> None:
    assert table(as_csv(RECORD)) == [
        [
            *["number", "endpoint", "name", "speaker", "topic"],
            *["granted_at", "ended_at", "seconds", "reason", "heard_seconds"],
            *["waited_seconds", "allotted", "out_of_order", "recalled", "why"],
        ],
        [
            *["1", "01", "Hà Nội", "Ông Minh", "Lũ lụt"],
            *["2026-11-23T01:31:00.000000Z", "2026-11-23T01:32:00.000000Z", "60", "released", "48"],
            *["0", "", "false", "false", ""],
        ],
        [
            *["2", "38", "Thanh Hóa", "Bà Lan", "Hạn hán"],
            *["2026-11-23T01:33:20.000000Z", "2026-11-23T01:35:00.000000Z", "100", "closed", "10"],
            *["0", "", "false", "false", ""],
        ],
        ["# journal head", str(HEAD.seq), HEAD.hash, label(RECORD, Format.CSV, Part.TURNS).text, *[""] * 11],
    ]


def test_csv_of_speech_says_what_was_on_air_and_in_which_turn() -> None:
    rows = table(as_csv(RECORD, Part.SPEECH))

    assert rows[0] == ["endpoint", "name", "started_at", "ended_at", "seconds", "on_air", "loudest", "turn", "speaker"]
    assert [(row[0], row[4], row[5], row[7]) for row in rows[1:-1]] == [
        ("hub", "34", "true", ""),
        ("01", "39", "true", "1"),
        ("01", "9", "true", "1"),
        ("01", "1", "false", ""),
        ("38", "10", "true", "2"),
    ]


def test_csv_of_disagreements_says_who_was_silent_and_when() -> None:
    columns, *rows, _ = table(as_csv(RECORD, Part.DISAGREEMENTS))

    assert columns == ["kind", "endpoint", "name", "turn", "speaker", "started_at", "ended_at", "seconds"]
    assert [(row[0], row[1], row[3], row[4], row[7]) for row in rows] == [
        ("silent_holder", "38", "2", "Bà Lan", "90"),
    ]


def test_csv_of_attendance_has_a_row_for_the_absent_too() -> None:
    columns, *rows, _ = table(as_csv(RECORD, Part.ATTENDANCE))

    assert columns == [
        *["endpoint", "name", "first_joined_at", "last_left_at", "connected_seconds", "late"],
        *["checked_in_at", "revision"],
        *["local_chair", "headcount", "times_joined", "delegates_present", "delegates"],
        *["delegates_announced", "announced"],
    ]
    assert rows == [
        [
            *["01", "Hà Nội", "2026-11-23T01:30:02.000000Z", "2026-11-23T01:35:00.000000Z", "298", "false"],
            *["2026-11-23T01:30:04.000000Z", "2", "Ông Minh", "13", "1", "1"],
            "Ông Minh (Phó Chủ tịch, Trưởng ban, present); Bà Hoa (absent, ốm)",
            *["0", ""],
        ],
        [
            *["38", "Thanh Hóa", "2026-11-23T01:30:05.000000Z", "2026-11-23T01:35:00.000000Z", "255", "true"],
            *["2026-11-23T01:30:06.000000Z", "1", "Bà Lan", "3", "2", "0", "", "0", ""],
        ],
        ["96", "Cà Mau", "", "", "0", "true", "", "0", "", "", "0", "0", "", "0", ""],
    ]


def test_a_turn_that_still_runs_leaves_its_end_empty() -> None:
    assert table(as_csv(titled("Ông Minh", "Lũ lụt")))[1][6:10] == ["", "", "", "0"]


@pytest.mark.parametrize("part", Part)
def test_csv_of_an_empty_record_is_its_columns_and_the_head(part: Part) -> None:
    empty = replace(EMPTY, attendance=())

    columns, footer = table(as_csv(empty, part))

    assert len(columns) == len(footer)
    assert footer[:3] == ["# journal head", "1", EMPTY.head.hash]


@given(st.text(), st.text())
def test_csv_gives_back_any_text_and_no_cell_is_a_formula(speaker: str, topic: str) -> None:
    speaker, topic = (text.encode(errors="replace").decode() for text in (speaker, topic))

    _, row, _ = table(as_csv(titled(speaker, topic)))

    assert row[3:5] == [defused(speaker), defused(topic)]
    assert all(text in cell for text, cell in zip((speaker, topic), row[3:5], strict=True))
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+84 912 345 678", "'+84 912 345 678"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("Lũ lụt = thiệt hại", "Lũ lụt = thiệt hại"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_run_is_defused(text: str, safe: str) -> None:
    assert defused(text) == safe


def test_a_hostile_name_of_a_delegate_is_defused_in_its_cell() -> None:
    one = RECORD.attendance[0]
    hostile = replace(one, local_chair="=1+1", delegates=(replace(one.delegates[0], name="=cmd|' /C calc'!A0"),))

    row = table(as_csv(replace(RECORD, attendance=(hostile,)), Part.ATTENDANCE))[1]

    assert (row[8], row[12]) == ("'=1+1", "'=cmd|' /C calc'!A0 (Phó Chủ tịch, Trưởng ban, present)")


def test_rttm_holds_the_speech_that_others_could_hear() -> None:
    assert rttm(as_rttm(RECORD)) == [
        ("gb-2026-11", 1807.0, 33.5, "hub_Điểm_cầu_trung_tâm"),
        ("gb-2026-11", 1861.25, 38.75, "01_Hà_Nội"),
        ("gb-2026-11", 1910.0, 9.0, "01_Hà_Nội"),
        ("gb-2026-11", 1999.95, 10.05, "38_Thanh_Hóa"),
    ]


def test_rttm_names_the_head_and_its_origin_in_comments_of_one_word() -> None:
    comments = as_rttm(RECORD).decode().splitlines()[:3]

    assert comments == [
        f";;{label(RECORD, Format.RTTM).text}",
        f";;journal-head={HEAD.seq}:{HEAD.hash}",
        ";;origin=2026-11-23T01:00:00.000000Z",
    ]


def test_rttm_of_a_briefing_that_never_opened_is_its_comments() -> None:
    assert as_rttm(EMPTY).decode().splitlines()[1:] == [
        f";;journal-head=1:{EMPTY.head.hash}",
        ";;origin=never-opened",
    ]


@given(st.text())
def test_rttm_keeps_its_fields_whatever_a_site_is_called(called: str) -> None:
    def hostile(endpoint: EndpointCode) -> str:
        return called.encode(errors="replace").decode() if endpoint == CA_MAU else name(endpoint)

    record = build(told([*beginning(), heard(CA_MAU, 10, 12.3456), heard(HUB, 20, 21)]), hostile)

    (_, start, duration, speaker), (*_, hub) = rttm(as_rttm(record))
    assert (start, duration, hub) == (1810.0, 2.346, "hub_Điểm_cầu_trung_tâm")
    assert speaker == "_".join(["96", *hostile(CA_MAU).split()])
    assert at(10) == record.speech[0].started_at


def test_csv_of_what_was_presented_names_who_and_how_long() -> None:
    story = [
        *beginning(),
        (10, ContentGiven(HUB)),
        (12, ContentStarted(HUB, FIRST)),
        (40, ContentEnded(HUB, at(10), at(40), ContentEndedBecause.TAKEN)),
    ]
    columns, row, _ = table(as_csv(build(told(story), name), Part.PRESENTED))

    assert dict(zip(columns, row, strict=True)) == {
        "number": "1",
        "endpoint": "hub",
        "name": "Điểm cầu trung tâm",
        "given_at": "2026-11-23T01:30:10.000000Z",
        "ended_at": "2026-11-23T01:30:40.000000Z",
        "seconds": "30",
        "reason": "taken",
        "shown_seconds": "28",
    }
