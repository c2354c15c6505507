"""The map for newcomers is true: it lists the files that are there, and the documents point at what exists."""

import re
from pathlib import Path

import pytest

from tests.docs.listing import MAP, MARK, ROOT, listing, sentence_of, sources

DOCUMENTS = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), ROOT / "deploy" / "README.md"])
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def test_the_map_lists_every_file_in_its_own_words() -> None:
    _, mark, rest = MAP.read_text(encoding="utf-8").partition(MARK)

    assert mark + rest == listing(), "run `make docs`"


def test_every_file_says_what_lives_there() -> None:
    silent = [path for path in sources() if path.name != "__init__.py" and not sentence_of(path)]

    assert [str(path.relative_to(ROOT)) for path in silent] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_links_only_to_what_exists(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []
