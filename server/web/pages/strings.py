"""The sentences that scripts say: every literal `t("…")` in the modules, with its translation."""

import json
import re
from collections.abc import Callable
from functools import cache

from server.web.language import Language, translator
from server.web.pages.static_files import files

_SAID = re.compile(r"""(?<![\w.$])t\(\s*("(?:[^"\\]|\\.)*")""")


def sentences_of(script: str) -> frozenset[str]:
    """Find the English sentences a script says."""
    return frozenset(json.loads(literal) for literal in _SAID.findall(script))


@cache
def script_sentences() -> tuple[str, ...]:
    """Return what all scripts say, sorted."""
    scripts = (path for name, path in files().items() if name.endswith(".js"))
    return tuple(sorted(frozenset[str]().union(*(sentences_of(path.read_text("utf-8")) for path in scripts))))


@cache
def script_catalogue(language: Language) -> dict[str, str]:
    """Return the translations scripts need; empty in English, whose sentences are their own ids."""
    say: Callable[[str], str] = translator(language, "pages")
    return {sentence: said for sentence in script_sentences() if (said := say(sentence)) != sentence}
