"""What every file says of itself in its first sentence, gathered: the second half of `docs/map.md`.

`make docs` writes it anew; a test fails while it is out of date.
"""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAP = ROOT / "docs" / "map.md"
MARK = "## Every file, in its own words\n"
CODE = ("server", "schedules", "endpoints")
SENTENCE = re.compile(r"\A(?:/\*\*?\s*\*?|//)\s*(.+?)\s*(?:\*/)?\n")
"""The first line of the comment that opens a script or a style sheet."""


def listing() -> str:
    """Return the code's folders and files, each with its own first sentence, as Markdown."""
    folders = sorted({path.parent for path in sources()})
    return MARK + "".join(_section(folder) for folder in folders)


@cache
def sources() -> tuple[Path, ...]:
    """Return the files that have something to say."""
    files = (path for name in CODE for suffix in ("py", "js", "css") for path in (ROOT / name).rglob(f"*.{suffix}"))
    return tuple(path for path in files if "__pycache__" not in path.parts)


@cache
def sentence_of(path: Path) -> str:
    """Return the first line of a module's docstring, or of the comment at the head of a script or style sheet."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    found = SENTENCE.match(text)
    return found.group(1) if found else ""


def _section(folder: Path) -> str:
    package = folder / "__init__.py"
    duty = f"{sentence_of(package)}\n\n" if package.exists() and sentence_of(package) else ""
    files = sorted(path for path in sources() if path.parent == folder and path != package)
    lines = "".join(f"- `{path.name}`: {sentence_of(path)}\n" for path in files)
    return f"\n### `{folder.relative_to(ROOT)}/`\n\n{duty}{lines}"


if __name__ == "__main__":
    written = MAP.read_text(encoding="utf-8").partition(MARK)[0]
    MAP.write_text(written + listing(), encoding="utf-8")
