"""Verification: every altered byte of every export is found and located, and so is what is none."""

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Iterable
from dataclasses import replace

import docx
import pytest
from _pytest.mark import ParameterSet
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.events import ContentEnded, ContentEndedBecause, ContentGiven
from server.core.ids import HUB, BriefingId
from server.core.journal import Entry, Head, Row, row_of, seal
from server.records.checking import Check, Outcome, check
from server.records.differences import MOST_PARTS, unpacked
from server.records.documents.profile import Profile, load
from server.records.files import House, record_in, write
from server.records.label import EDITION, Document, Form, Format, Label, Part, labels_in
from tests.core.cast import HA_NOI, ID, LAN, at, told
from tests.records.editions import called
from tests.records.story import NAMES, WHOLE, beginning, granted

HOUSE = House(load(), "Asia/Ho_Chi_Minh", lambda _roster: {str(code): called for code, called in NAMES.items()})
STORY = sorted(
    [*WHOLE, (8, ContentGiven(HUB)), (40, ContentEnded(HUB, at(8), at(40), ContentEndedBecause.TAKEN))],
    key=lambda step: step[0],
)
JOURNAL = told(STORY)
TEXTS = [
    *(HOUSE.form(format_, language) for format_ in (Format.JSON, Format.RTTM, Format.VTT) for language in ("vi", "en")),
    *(HOUSE.form(Format.CSV, "vi", part=part) for part in Part),
]
PACKED = [
    *(HOUSE.form(Format.XLSX, language) for language in ("vi", "en")),
    *(
        HOUSE.form(Format.DOCX, "vi", document=document, profile=profile)
        for document in Document
        for profile in ("state", "party")
    ),
]


def soaked(forms: list[Form]) -> list[ParameterSet]:
    """Leave more of the same to `make soak`."""
    return [pytest.param(form, marks=pytest.mark.soak) for form in forms]


MASKS = (0x01, 0x80, 0xFF, 0x2A)


def exported(form: Form, journal: list[Entry] | None = None) -> bytes:
    return write(record_in(journal or JOURNAL, form.language, HOUSE), form, HOUSE)


def checked(content: bytes, *, rows: Iterable[Row] | None = None, house: House = HOUSE) -> Check:
    stored = list(rows) if rows is not None else [row_of(entry) for entry in JOURNAL]
    return check(content, stored, Head(JOURNAL[-1].seq, JOURNAL[-1].hash), house)


def spoilt(content: bytes, place: int, mask: int = 0x01) -> bytes:
    changed = bytearray(content)
    changed[place] ^= mask
    return bytes(changed)


@pytest.mark.parametrize("form", [*TEXTS, *PACKED], ids=called)
def test_an_export_is_genuine_in_every_form(form: Form) -> None:
    found = checked(exported(form))

    assert (found.verdict.outcome, found.flaw) == (Outcome.GENUINE, None)
    assert found.verdict.label == Label(ID, Head(JOURNAL[-1].seq, JOURNAL[-1].hash), form)


@pytest.mark.parametrize("form", [*TEXTS, *PACKED], ids=called)
def test_an_export_stays_genuine_when_the_journal_goes_on(form: Form) -> None:
    early = exported(form, JOURNAL[:-3])

    found = checked(early).verdict

    assert found.outcome is Outcome.GENUINE
    assert found.label
    assert found.label.head.seq == len(JOURNAL) - 3


@pytest.mark.parametrize("form", [*TEXTS[:8:2], *soaked([*TEXTS[1:8:2], *TEXTS[8:]])], ids=called)
def test_an_altered_byte_of_a_text_is_found_on_its_line(form: Form) -> None:
    content = exported(form)
    step = max(1, len(content) // 150)
    for number, place in enumerate(range(0, len(content), step)):
        verdict = checked(spoilt(content, place, MASKS[number % 4])).verdict

        assert verdict.outcome is Outcome.ALTERED, place
        line = content[:place].count(b"\n") + 1
        said = [one.place for one in verdict.differences]
        assert any(one.startswith(f"line {line}, column ") for one in said), (place, said)


@pytest.mark.parametrize("form", [TEXTS[2], *soaked([TEXTS[4], TEXTS[6]])], ids=called)
def test_every_single_byte_of_a_small_text_is_watched(form: Form) -> None:
    content = exported(form)

    outcomes = {checked(spoilt(content, place)).verdict.outcome for place in range(len(content))}

    assert outcomes == {Outcome.ALTERED}


@pytest.mark.parametrize("form", [PACKED[0], PACKED[-1], *soaked(PACKED[1:-1])], ids=called)
def test_an_altered_byte_of_an_office_file_is_found_in_its_part(form: Form) -> None:
    content = exported(form)
    step = len(content) // 60
    for number, place in enumerate(range(0, len(content), step)):
        verdict = checked(spoilt(content, place, MASKS[number % 4])).verdict

        assert verdict.outcome is Outcome.ALTERED, place
        assert verdict.differences, place


def test_an_altered_word_of_a_paper_is_found_in_its_paragraph() -> None:
    content = exported(HOUSE.form(Format.DOCX, "vi", document=Document.MINUTES))
    forged = content.replace("1 phút 40 giây".encode(), "9 phút 40 giây".encode())

    (one,) = checked(forged).verdict.differences

    assert (one.part, one.place.split()[0]) == ("word/document.xml", "paragraph")
    assert ("Bà Lan: Hạn hán (1 phút 40" in one.expected, "Bà Lan: Hạn hán (9 phút 40" in one.found) == (True, True)


def test_a_change_deep_in_a_long_paragraph_is_seen() -> None:
    entries = told([*beginning(), *granted(HA_NOI, 60, "Ông Minh", "lũ " * 200 + "HẾT")])
    content = exported(HOUSE.form(Format.DOCX, "vi", document=Document.MINUTES), entries)

    head = Head(entries[-1].seq, entries[-1].hash)
    forged = content.replace("HẾT".encode(), "HẸT".encode())
    (one,) = check(forged, [row_of(entry) for entry in entries], head, HOUSE).verdict.differences

    assert (one.expected[0], "HẾT" in one.expected, "HẸT" in one.found) == ("…", True, True)


def test_an_altered_number_of_a_workbook_is_found_in_its_cell() -> None:
    content = exported(HOUSE.form(Format.XLSX, "vi"))
    forged = content.replace(b" Lan</t>", b" Hoa</t>")

    told_of = checked(forged).verdict.differences

    assert [(one.place, one.expected, one.found) for one in told_of] == [
        ("Điểm danh!I3", "Bà Lan", "Bà Hoa"),
        ("Lượt phát biểu!D3", "Bà Lan", "Bà Hoa"),
        ("Không khớp!D2", "Bà Lan", "Bà Hoa"),
    ]


def test_a_forged_line_is_shown_beside_what_it_should_be() -> None:
    content = exported(HOUSE.form(Format.CSV, "vi", part=Part.TURNS))
    forged = content.replace("Hạn hán".encode(), "Cháy rừng".encode())

    (one,) = checked(forged).verdict.differences

    assert (one.place, "Hạn hán" in one.expected, "Cháy rừng" in one.found) == ("line 3, column 23", True, True)


def test_a_line_taken_out_is_found() -> None:
    first, second, *rest = exported(HOUSE.form(Format.CSV, "vi")).splitlines(keepends=True)

    verdict = checked(b"".join([first, *rest])).verdict

    assert (verdict.outcome, verdict.differences[0].place.split(",")[0]) == (Outcome.ALTERED, "line 2")
    assert verdict.differences[0].expected in second.decode()


@pytest.mark.parametrize("form", TEXTS[:7:2], ids=called)
def test_a_last_line_that_an_editor_added_or_took_away_is_found(form: Form) -> None:
    content = exported(form)
    lines = content.count(b"\n")

    more, less = checked(content + b"\n").verdict, checked(content.rstrip(b"\r\n")).verdict

    assert [(one.outcome, len(one.differences)) for one in (more, less)] == [(Outcome.ALTERED, 1)] * 2
    assert more.differences[0].place == f"line {lines + 2}, column 1"
    assert less.differences[0].place.startswith(("line ", "byte "))


@pytest.mark.parametrize("keep", [0, 1, 30, 1000, 20_000])
def test_a_cut_off_office_file_is_not_genuine(keep: int) -> None:
    content = exported(PACKED[0])

    assert checked(content[:keep]).verdict.outcome is not Outcome.GENUINE


def test_an_office_file_that_was_saved_again_is_compared_by_its_words() -> None:
    content = exported(HOUSE.form(Format.DOCX, "vi", document=Document.MINUTES))
    sheet = docx.Document(io.BytesIO(content))
    next(line for line in sheet.paragraphs if line.text.startswith("Chủ trì")).add_run("Ông Trần Quang Minh")
    saved = io.BytesIO()
    sheet.save(saved)

    verdict = checked(saved.getvalue()).verdict

    assert verdict.outcome is Outcome.ALTERED
    assert [one.found for one in verdict.differences if one.place.startswith("paragraph")] == [
        "Chủ trì: …………………………Ông Trần Quang Minh"
    ]


def test_an_altered_journal_vouches_only_for_what_stands_before_its_flaw() -> None:
    rows = [row_of(entry) for entry in JOURNAL]
    rows[-2] = replace(rows[-2], data=rows[-2].data.replace("Bà Lan", "Bà Hoa"))
    form = HOUSE.form(Format.JSON, "vi")

    late, early = checked(exported(form), rows=rows), checked(exported(form, JOURNAL[:-3]), rows=rows)

    assert (late.verdict.outcome, late.flaw and late.flaw.seq) == (Outcome.JOURNAL_ALTERED, len(rows) - 1)
    assert (early.verdict.outcome, early.flaw and early.flaw.seq) == (Outcome.GENUINE, len(rows) - 1)


def test_any_altered_byte_of_a_journal_is_found() -> None:
    form = HOUSE.form(Format.RTTM, "vi")
    content = exported(form)
    for number, entry in enumerate(JOURNAL):
        rows = [row_of(one) for one in JOURNAL]
        place = number % len(rows[number].data)
        data = rows[number].data
        rows[number] = replace(rows[number], data=data[:place] + chr(ord(data[place]) ^ 1) + data[place + 1 :])

        found = checked(content, rows=rows)

        assert found.flaw is not None
        assert (found.flaw.seq, found.verdict.outcome) == (entry.seq, Outcome.JOURNAL_ALTERED)


def test_a_file_of_another_briefing_says_so() -> None:
    other: list[Entry] = []
    for entry in JOURNAL:
        head = Head(other[-1].seq, other[-1].hash) if other else Head()
        other += seal(BriefingId("another"), head, [entry.event], actor=LAN, at=entry.at)

    assert checked(exported(TEXTS[0], other)).verdict.outcome is Outcome.OTHER_BRIEFING


def test_a_file_of_a_rewritten_journal_says_so() -> None:
    rewritten = told([*STORY[:-4], (250, ContentGiven(HUB)), *STORY[-4:]])

    assert checked(exported(PACKED[0], rewritten)).verdict.outcome is Outcome.OTHER_JOURNAL


def test_a_file_of_another_edition_says_so() -> None:
    content = exported(PACKED[0]).replace(f"giaoban:{EDITION};".encode(), b"giaoban:7;")

    assert checked(content).verdict.outcome is Outcome.OTHER_EDITION


def test_a_paper_whose_layout_has_been_changed_since_says_so() -> None:
    def moved(profile: Profile) -> Profile:
        return Profile.model_validate(
            {**profile.model_dump(), "letterhead": {**profile.letterhead.model_dump(), "place": "Huế"}}
        )

    elsewhere = replace(HOUSE, profiles={name: moved(profile) for name, profile in HOUSE.profiles.items()})

    content = exported(HOUSE.form(Format.DOCX, "vi"))

    assert checked(content, house=elsewhere).verdict.outcome is Outcome.OTHER_LAYOUT


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", b"\x00" * 1000, b"PK\x05\x06" + bytes(18), b"a,b\r\n"])
def test_anything_else_is_unknown(content: bytes) -> None:
    assert checked(content).verdict.outcome is Outcome.UNKNOWN


def test_a_label_put_into_a_speakers_topic_deceives_nobody() -> None:
    content = exported(TEXTS[0])
    (label, *_) = labels_in(content)
    hidden = content.replace("Lũ lụt".encode(), label.text.encode())

    assert checked(hidden).verdict.outcome is Outcome.ALTERED


@pytest.mark.parametrize("part", [Part.TURNS, Part.ATTENDANCE])
def test_labels_that_people_type_do_not_hide_the_files_own(part: Part) -> None:
    typed = Label(BriefingId("another"), Head(7, "ab" * 32), Form(Format.JSON, "vi")).text
    entries = told(
        [
            *beginning(),
            *(
                step
                for number in range(6)
                for step in granted(HA_NOI, 60 + 10 * number, "Ông Minh", f"{number} {typed}")
            ),
        ]
    )
    rows, head = [row_of(entry) for entry in entries], Head(entries[-1].seq, entries[-1].hash)

    outcomes = {
        check(exported(form, entries), rows, head, HOUSE).verdict.outcome
        for form in (HOUSE.form(Format.CSV, "vi", part=part), HOUSE.form(Format.XLSX, "vi"), *TEXTS[:6])
    }

    assert outcomes == {Outcome.GENUINE}


@pytest.mark.parametrize("zone", [b"", b"zone=Asia;", b"zone=Nowhere/At_all;"])
@pytest.mark.parametrize("format_", [Format.DOCX, Format.XLSX])
def test_a_file_that_names_another_time_of_day_is_not_vouched_for(format_: Format, zone: bytes) -> None:
    elsewhere = replace(HOUSE, zone="America/New_York")
    form = elsewhere.form(format_, "vi")
    content = write(record_in(JOURNAL, form.language, elsewhere), form, elsewhere)

    for named in (content, content.replace(b"zone=America/New_York;", zone)):
        assert checked(named).verdict.outcome is Outcome.OTHER_LAYOUT


@given(st.binary(max_size=300))
def test_any_bytes_can_be_checked(content: bytes) -> None:
    assert checked(content).verdict.outcome is Outcome.UNKNOWN
    assert checked(b"PK\x03\x04" + content).verdict.outcome is Outcome.UNKNOWN


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 58_000), cut=st.integers(0, 400), put=st.binary(max_size=40))
def test_an_office_file_spoilt_in_any_way_is_compared_as_far_as_it_can_be_read(
    place: int, cut: int, put: bytes
) -> None:
    whole = exported(HOUSE.form(Format.DOCX, "vi", document=Document.MINUTES))
    spoiled = whole[:place] + put + whole[place + cut :]

    verdict = checked(spoiled).verdict

    assert (verdict.outcome is Outcome.GENUINE) == (spoiled == whole)
    assert verdict.outcome is not Outcome.ALTERED or verdict.differences


def test_an_archive_that_unpacks_to_far_more_than_it_is_is_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"word/{number}.xml", bytes(30 * 1024 * 1024))

    assert unpacked(packed.getvalue()) == {}


def test_a_part_that_lies_about_its_size_is_not_unpacked_beyond_it() -> None:
    packed = io.BytesIO()
    size = 48 * 1024 * 1024
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", bytes(size))
    lying = packed.getvalue().replace(struct.pack("<I", size), struct.pack("<I", 10))

    tracemalloc.start()
    try:
        assert len(unpacked(lying).get("docProps/core.xml", b"")) <= 10
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


def packed_with(form: Form, parts: dict[str, bytes]) -> bytes:
    """Pack an export anew, with some of its parts replaced."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**unpacked(exported(form)), **parts}.items():
            archive.writestr(name, content)
    return packed.getvalue()


MUCH = 400_000


@pytest.mark.parametrize(
    ("form", "name", "opened"),
    [
        (HOUSE.form(Format.DOCX, "vi"), "word/document.xml", b"<w:p "),
        (HOUSE.form(Format.DOCX, "vi"), "word/document.xml", b"<w:t "),
        (HOUSE.form(Format.XLSX, "vi"), "xl/worksheets/sheet1.xml", b'<c r="A1">'),
        (HOUSE.form(Format.XLSX, "vi"), "xl/worksheets/sheet1.xml", b'<c r="A1"'),
        (HOUSE.form(Format.XLSX, "vi"), "xl/worksheets/sheet1.xml", b"<"),
    ],
)
def test_tags_that_are_never_closed_are_read_once(form: Form, name: str, opened: bytes) -> None:
    forged = packed_with(form, {name: opened * MUCH})

    before = time.process_time()
    verdict = checked(forged).verdict

    assert (verdict.outcome, {one.part for one in verdict.differences}) == (Outcome.ALTERED, {name})
    assert time.process_time() - before < 20, "hours, when every tag is looked for an end of its own"


def test_an_archive_of_ever_so_many_parts_is_not_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(MOST_PARTS + 1):
            archive.writestr(f"{number}", b"")

    assert unpacked(packed.getvalue()) == {}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_packed_as_no_office_program_does_is_not_unpacked(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("docProps/core.xml", b"x")

    assert unpacked(packed.getvalue()) == {}


def test_a_damaged_hash_of_other_characters_is_no_error() -> None:
    content = exported(HOUSE.form(Format.VTT, "vi"))
    place = content.index(b"head=") + len(b"head=31:")

    broken = content[:place] + b"\xe2\x82" * 32 + content[place + 64 :]

    assert checked(broken).verdict.outcome is Outcome.UNKNOWN


def test_a_row_before_the_first_makes_the_whole_journal_unsound() -> None:
    rows = [row_of(entry) for entry in JOURNAL]
    rows[0] = replace(rows[0], seq=-5, kind="Nonsense")

    found = checked(exported(TEXTS[0]), rows=rows)

    assert (found.verdict.outcome, found.flaw and found.flaw.seq) == (Outcome.JOURNAL_ALTERED, -5)
