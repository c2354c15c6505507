"""Programs of the system that tests drive: found, or said to be missing."""

import os
import shutil
from typing import NoReturn

import pytest


def program(name: str) -> str:
    """Return the path of a program, else skip the test; where CI is set a missing one fails it."""
    return shutil.which(name) or absent(name)


def absent(name: str) -> NoReturn:
    """Skip the test that needs this program; where CI is set it fails."""
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not installed")
    pytest.skip(f"{name} is not installed")
