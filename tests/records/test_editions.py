"""Nobody changes what exports look like without noticing that old files would be called altered."""

from tests.records.editions import FILE, digests


def test_files_look_as_their_edition_always_did() -> None:
    assert FILE.read_text(encoding="ascii") == digests(), "raise EDITION in server/records/label.py, then `make docs`"
