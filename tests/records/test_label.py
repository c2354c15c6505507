"""The label of an export: one word that stands in any file and is read back from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.ids import BriefingId
from server.core.journal import Head
from server.records.label import Document, Form, Format, Label, Part, labels_in

HEAD = Head(57, "0123456789abcdef" * 4)
FORMS = [
    Form(Format.JSON, "vi"),
    Form(Format.CSV, "en", Part.TURNS),
    Form(Format.XLSX, "vi", zone="Asia/Ho_Chi_Minh"),
    Form(Format.DOCX, "vi", Document.MINUTES, "tinh-uy.0123456789ab", "Etc/GMT+7"),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.format)
@pytest.mark.parametrize(
    ("before", "after"), [(b"", b""), (b'"', b'",\r\n'), (b">", b"</dc:identifier>"), (b";;", b"\n")]
)
def test_a_label_is_read_back_from_within_a_file(form: Form, before: bytes, after: bytes) -> None:
    label = Label(BriefingId("gb-2026-11"), HEAD, form)

    assert label.text.isascii()
    assert not set(label.text) & set(' ,"<>&\n')
    assert list(labels_in(before + label.text.encode() + after)) == [label]


@pytest.mark.parametrize(
    "text",
    [
        "giaoban:1;format=json;language=vi;head=57:" + HEAD.hash,  # of no briefing
        "giaoban:1;briefing=a;format=exe;language=vi;head=57:" + HEAD.hash,
        "giaoban:1;briefing=a;format=json;language=vi;colour=red;head=57:" + HEAD.hash,
        "giaoban:1;briefing=a;format=json;language=vi;head=57:" + HEAD.hash[:-1],
        "giaoban:1;briefing=a;format=json;language=vi",
    ],
)
def test_what_is_no_label_is_passed_over(text: str) -> None:
    assert list(labels_in(text.encode())) == []


@given(st.binary(max_size=200))
def test_any_bytes_can_be_searched(content: bytes) -> None:
    assert list(labels_in(content)) == []
