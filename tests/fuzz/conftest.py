"""The forwarding unit of the media plane's tests."""

from tests.media.conftest import sfu

__all__ = ["sfu"]
