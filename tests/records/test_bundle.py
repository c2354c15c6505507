"""A ZIP archive that is never written: every stretch of it, and what other programs make of it."""

import io
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.records.recordings.bundle import Bundle, Member, Stretch

AT = datetime(2026, 11, 22, 14, 30, 8, tzinfo=UTC)


def member(name: str, data: bytes, path: Path | None = None) -> Member:
    if path is not None:
        path.write_bytes(data)
    return Member(name, AT, len(data), zlib.crc32(data), path or data)


def read(stretch: Stretch) -> bytes:
    content = stretch.content if isinstance(stretch.content, bytes) else stretch.content.read_bytes()
    return content[stretch.begin : stretch.end]


def written(bundle: Bundle) -> bytes:
    return b"".join(map(read, bundle.between(0, bundle.octets)))


def test_an_archive_is_read_by_others(tmp_path: Path) -> None:
    members = [member("mục lục.vtt", b"WEBVTT\n"), member("0001-hub.mp4", bytes(70_000), tmp_path / "film")]
    data = written(Bundle(members))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["mục lục.vtt", "0001-hub.mp4"]
        assert archive.testzip() is None
        assert archive.read("mục lục.vtt") == b"WEBVTT\n"
        assert archive.infolist()[0].date_time == (2026, 11, 22, 14, 30, 8)


def test_its_length_is_known_before_it_is_read() -> None:
    bundle = Bundle([member("a", b"abc"), member("b", b"")])

    assert bundle.octets == len(written(bundle))


WHOLE = Bundle([member("a", b"abcdefgh"), member("b", b""), member("c", b"xyz")])


@given(st.integers(0, WHOLE.octets), st.integers(0, WHOLE.octets))
def test_any_stretch_is_that_of_the_whole(one: int, other: int) -> None:
    begin, end = sorted((one, other))

    assert b"".join(map(read, WHOLE.between(begin, end))) == written(WHOLE)[begin:end]


@pytest.mark.parametrize("octets", [5 << 30, 1])
def test_large_files_keep_their_size_and_place(octets: int) -> None:
    """Nothing is read: what stands in the directory is enough."""
    bundle = Bundle([Member("large", AT, octets, 0, Path("nowhere")), member("after", b"abc")])
    (after,) = (one for one in bundle.between(0, bundle.octets) if one.content == b"abc")
    ending = list(bundle.between(0, bundle.octets))[-1]

    assert octets.to_bytes(8, "little") in read(ending)
    assert (after.begin, after.end) == (0, 3)
