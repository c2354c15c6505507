"""`deploy/giaoban.env.example` documents every setting, in the settings' own words."""

from pathlib import Path

from server.settings import Settings
from tests.deploy.environment import EXAMPLE, documented


def test_the_example_says_what_the_settings_say() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == documented(Settings), "run `make docs`"


def test_the_example_with_every_line_taken_in_changes_nothing(tmp_path: Path) -> None:
    taken_in = tmp_path / "giaoban.env"
    taken_in.write_text(EXAMPLE.read_text(encoding="utf-8").replace("\n#GIAOBAN_", "\nGIAOBAN_"), encoding="utf-8")

    assert read(taken_in) == Settings.model_construct()


def test_a_line_taken_in_and_changed_is_heard(tmp_path: Path) -> None:
    changed = tmp_path / "giaoban.env"
    changed.write_text("GIAOBAN_TRUSTED_PROXIES=10.0.0.1, 10.0.0.2\n", encoding="utf-8")

    assert read(changed).trusted_proxies == ("10.0.0.1", "10.0.0.2")


def read(path: Path) -> Settings:
    return Settings(_env_file=path)
