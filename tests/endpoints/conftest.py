"""Clips are made once for all tests of a run."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def clips_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")
