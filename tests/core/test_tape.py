"""The list of a recording's files: written line by line, read back, and torn or foreign lines told apart."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.errors import ProtocolError
from server.core.ids import HUB
from server.core.tape import Part, Sealed, Slot, begun, ended, milliseconds, of, parts
from tests.core.cast import HA_NOI, at

FIRST = Part(1, "0001-hub.webm", HUB, at(10), "VP8", 640, 360)
SECOND = Part(2, "0002-01.mp4", HA_NOI, at(40.5), "H264", 1280, 720, has_hub=True)
END = Sealed(milliseconds=30_500, octets=4_000_000, sha256="ab" * 32, crc32=4_034_705_168)


def sealed(part: Part, end: Sealed = END) -> Part:
    return Part(
        part.number, part.file, part.source, part.began_at, part.codec, part.width, part.height, part.has_hub, end
    )


def test_a_list_is_read_as_it_was_written() -> None:
    text = begun(FIRST) + ended(1, END) + begun(SECOND)

    assert parts(text) == (sealed(FIRST), SECOND)


def test_a_part_ends_after_its_length() -> None:
    assert sealed(FIRST).ended_at == at(40.5)
    assert SECOND.ended_at == SECOND.began_at


def test_what_is_presented_is_told_from_the_stage() -> None:
    slides = replace(SECOND, number=3, file="0003-01-content.mp4", slot=Slot.CONTENT)
    found = parts(begun(FIRST) + begun(slides))

    assert found == (FIRST, slides)
    assert [of(slot, found) for slot in Slot] == [(FIRST,), (slides,)]


def test_a_list_of_before_anything_but_the_stage_was_recorded_is_read() -> None:
    assert parts(begun(FIRST).replace('"slot":"stage",', "")) == (FIRST,)


def test_lengths_add_up_over_the_parts_that_ended() -> None:
    assert milliseconds((sealed(FIRST), SECOND, sealed(SECOND))) == 61_000


def test_a_part_may_be_mended_later() -> None:
    mended = Sealed(29_000, 3_900_000, "cd" * 32, 5, mended=True)

    assert parts(begun(FIRST) + begun(SECOND) + ended(2, END) + ended(1, mended))[0] == sealed(FIRST, mended)


@pytest.mark.parametrize("kept", range(1, len(ended(1, END))))
def test_a_torn_last_line_is_no_line(kept: int) -> None:
    assert parts(begun(FIRST) + ended(1, END)[:-kept]) == (FIRST,)


def test_an_empty_list_has_no_parts() -> None:
    assert parts("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "nothing\n",
        "[]\n",
        '{"file":"a"}\n',
        ended(1, END),
        begun(FIRST).replace("0001", "../0001"),
        begun(FIRST).replace("0001-hub.webm", ".hidden"),
        begun(FIRST).replace("0001-hub.webm", ""),
        begun(FIRST).replace("2026", "once"),
        begun(FIRST).replace('"stage"', '"balcony"'),
        begun(FIRST) + '{"part":1,"octets":1}\n',
    ],
)
def test_a_line_that_no_recorder_wrote_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        parts(text)


@given(st.text())
def test_any_text_is_a_list_or_refused(text: str) -> None:
    try:
        parts(text)
    except ProtocolError:
        return
