"""What the composer makes by itself."""

from pathlib import Path

import pytest

from server.app import secret_of
from server.settings import Settings


def test_secret_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")

    made, again = secret_of(settings), secret_of(settings)

    assert made == again
    assert len(made) >= 32
    assert [(path.name, path.stat().st_mode & 0o777) for path in settings.data_dir.iterdir()] == [("secret", 0o600)]


@pytest.mark.parametrize("content", ["", "\n", "short"])
def test_secret_that_was_cut_off_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_text(content)

    with pytest.raises(ValueError, match="too short"):
        secret_of(Settings(data_dir=tmp_path))
