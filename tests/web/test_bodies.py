"""What is read from bytes: exactly the fields that are asked for, or a refusal; never anything else."""

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field

from server.core.people import Role
from server.web.bodies import Body, Line, Moment, Text, read
from server.web.errors import FieldError, InvalidBody, MalformedJson


class Inner(Body):
    """A part."""

    name: Line
    positions: list[Text] = Field(default_factory=list, max_length=3)


class Outer(Body):
    """A whole."""

    WITH_LINES = frozenset({"notes"})

    title: Line
    count: int = Field(0, ge=0, le=100)
    at: Moment | None = None
    role: Literal[Role.CHAIR, Role.HUB] = Role.CHAIR
    sites: Literal["all"] | list[Line] = "all"
    parts: list[Inner] = Field(default_factory=list)
    notes: Text = ""


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(sorted(Outer.model_fields)), inner),
    max_leaves=20,
)


@given(st.binary() | values.map(lambda value: json.dumps(value).encode()))
@example(b"[" * 200_000)
@example(b'{"a":' * 30_000)
@example(b"9" * 10_000)
@example(b'{"title": "\\ud800"}')
@example(b'{"title": "x", "count": NaN}')
@example(b'{"title": "x", "count": 1e999}')
@example(b'{"title": "x", "at": "0001-01-01T00:00:00+14:00"}')
@example(b'{"title": "x", "at": "9999-12-31T23:59:59-14:00"}')
@example(b'{"title": "x", "at": 1e18}')
@example(b"\xef\xbb\xbf{}")
@example(b"null")
def test_bytes_become_a_body_or_a_refusal(content: bytes) -> None:
    try:
        body = read(content, Outer)
    except (InvalidBody, MalformedJson):
        return

    assert Outer.model_validate_json(body.model_dump_json()) == body


@given(st.text(max_size=300))
def test_accepted_text_is_composed_trimmed_and_can_be_shown(text: str) -> None:
    try:
        body = read(json.dumps({"title": text}).encode(), Outer)
    except InvalidBody:
        return

    assert body.title == unicodedata.normalize("NFC", text).strip()
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in body.title)


def test_a_text_of_several_lines_keeps_them() -> None:
    assert read(b'{"title": "x", "notes": " one\\n\\ntwo\\n"}', Outer).notes == "one\n\ntwo"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "one\ntwo"}, "title"),
        ({"title": "x", "notes": "one\r\ntwo"}, "notes"),
        ({"title": "x", "notes": "one\ttwo"}, "notes"),
        ({"title": "x", "notes": "one\n\u202etwo"}, "notes"),
        ({"title": "x", "parts": [{"name": "one\ntwo"}]}, "parts.0.name"),
    ],
)
def test_no_other_text_has_lines_and_no_text_other_control_characters(body: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidBody) as refused:
        read(json.dumps(body).encode(), Outer)

    assert [one.field for one in refused.value.errors] == [field]


def test_decomposed_text_is_the_same_name() -> None:
    assert read('{"title": "Hòa"}'.encode(), Outer) == read('{"title": "Ho\u0300a"}'.encode(), Outer)


def test_moment_is_kept_in_utc() -> None:
    body = read(b'{"title": "x", "at": "2026-11-22T08:30:00+07:00"}', Outer)

    assert body.at == datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("document", "errors"),
    [
        ({}, [FieldError("title", "This is needed.")]),
        ({"title": ""}, [FieldError("title", "At least 1 characters.")]),
        ({"title": "x" * 301}, [FieldError("title", "At most 300 characters.")]),
        ({"title": 1}, [FieldError("title", "A text is needed.")]),
        ({"title": "x", "count": "1"}, [FieldError("count", "A whole number is needed.")]),
        ({"title": "x", "count": True}, [FieldError("count", "A whole number is needed.")]),
        ({"title": "x", "count": 1.5}, [FieldError("count", "A whole number is needed.")]),
        ({"title": "x", "count": 101}, [FieldError("count", "At most 100.")]),
        ({"title": "x", "count": 2**53}, [FieldError("count", "This number is too large.")]),
        ({"title": "x", "more": 1}, [FieldError("more", "There is no such field.")]),
        ({"title": "x", "parts": {}}, [FieldError("parts", "A list is needed.")]),
        ({"title": "x", "parts": [1]}, [FieldError("parts.0", "An object is needed.")]),
        ({"title": "x", "parts": [{"name": ""}]}, [FieldError("parts.0.name", "At least 1 characters.")]),
        ({"title": "a\u0000b"}, [FieldError("title", "This text has characters that cannot be shown.")]),
        ({"title": "a\nb"}, [FieldError("title", "This text has characters that cannot be shown.")]),
        ({"title": "a\u202eb"}, [FieldError("title", "This text has characters that cannot be shown.")]),
        (
            {"title": "x", "parts": [{"name": "x", "positions": ["", "\uffff"]}]},
            [FieldError("parts.0.positions.1", "This text has characters that cannot be shown.")],
        ),
        (
            {"title": "x", "parts": [{"name": "x", "positions": ["a", "b", "c", "d"]}]},
            [FieldError("parts.0.positions", "At most 3 in this list.")],
        ),
        (
            {"title": "x", "at": "2026-11-22T08:30:00"},
            [FieldError("at", "A date and a time with its offset are needed: 2026-11-22T08:30:00+07:00.")],
        ),
        (
            {"title": "x", "at": "tomorrow"},
            [FieldError("at", "A date and a time with its offset are needed: 2026-11-22T08:30:00+07:00.")],
        ),
        ({"title": "x", "role": "site"}, [FieldError("role", "Only chair, hub can stand here.")]),
        (
            {"title": "x", "sites": "some"},
            [FieldError("sites", "Only all can stand here."), FieldError("sites", "A list is needed.")],
        ),
        ({"title": "x", "at": "1999-12-31T23:59:59Z"}, [FieldError("at", "The year must be between 2000 and 2199.")]),
    ],
)
def test_refusal_names_each_field_and_what_it_takes(document: dict[str, Any], errors: list[FieldError]) -> None:
    with pytest.raises(InvalidBody) as refusal:
        read(json.dumps(document).encode(), Outer)

    assert list(refusal.value.errors) == errors


def test_refusal_speaks_the_callers_language() -> None:
    with pytest.raises(InvalidBody) as refusal:
        read(b'{"count": 101, "at": "1999-12-31T23:59:59Z"}', Outer, "vi")

    assert list(refusal.value.errors) == [
        FieldError("title", "Bắt buộc."),
        FieldError("count", "Nhiều nhất 100."),
        FieldError("at", "Năm phải từ 2000 đến 2199."),
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"{'title': 1}", b'{"title": "a", "title": "b"}', b"\xff", b'{"title": NaN}', b'{"a":1}x', b"[" * 25],
)
def test_malformed_json_is_refused_as_such(content: bytes) -> None:
    with pytest.raises(MalformedJson):
        read(content, Outer)
