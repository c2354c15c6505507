"""What people type: any characters that every store, journal and export can keep."""

from server.core.errors import Invalid


class BrokenText(Invalid):
    """A text has characters that cannot be kept; type it again."""

    code = "broken_text"


def require_whole(*texts: str) -> None:
    """Raise BrokenText for the NUL character, which PostgreSQL refuses, and for half a surrogate pair."""
    for text in texts:
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise BrokenText
