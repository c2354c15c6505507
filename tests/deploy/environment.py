"""The settings in their own words: what `deploy/giaoban.env.example` has to say. `make docs` writes it anew."""

import textwrap
from pathlib import Path

from pydantic.fields import FieldInfo

from server.settings import Settings

EXAMPLE = Path(__file__).parents[2] / "deploy" / "giaoban.env.example"
HEAD = """\
# Every setting of the service, with its default. Copy to /etc/giaoban/giaoban.env (systemd) or deploy/giaoban.env
# (compose), take away the # of what you change, and chmod 600: `GIAOBAN_SECRET` and a database's password are keys.
"""


def documented(settings: type[Settings]) -> str:
    """Return the text of an environment file that names every setting, its description and its default."""
    return "\n".join([HEAD, *(_entry(name, field) for name, field in settings.model_fields.items())])


def _entry(name: str, field: FieldInfo) -> str:
    words = textwrap.fill(field.description or "", width=116, initial_indent="# ", subsequent_indent="# ")
    return f"{words}\n#GIAOBAN_{name.upper()}={_written(field.default)}\n"


def _written(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    EXAMPLE.write_text(documented(Settings), encoding="utf-8")
