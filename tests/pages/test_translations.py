"""Every sentence of the pages is said in Vietnamese, once, with the same {names}."""

import ast
import re
from collections import Counter
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from server.web import language
from server.web.pages import views
from server.web.pages.static_files import static
from server.web.pages.strings import script_sentences, sentences_of

PAGES = Path(views.__file__).parent
CATALOGUE = Path(language.__file__).parent / "locale" / "vi" / "pages.po"
NAMED = re.compile(r"\{(\w+)\}")


def sentences_of_templates() -> set[str]:
    found: set[str] = set()
    for path in views.TEMPLATES.rglob("*.html"):
        with path.open("rb") as file:
            found |= {str(message) for _, _, message, _ in babel_extract(file, ["_"], [], {"silent": "false"})}
    return found


def sentences_of_code() -> set[str]:
    """The tables called …_NAMES: their values are looked up in the catalogue."""
    tables = (
        node.value
        for path in PAGES.rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.endswith("_NAMES")
        and isinstance(node.value, ast.Dict)
    )
    return {str(value.value) for table in tables for value in table.values if isinstance(value, ast.Constant)}


def catalogue() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="vi") if message.id}


def said() -> set[str]:
    return sentences_of_templates() | sentences_of_code() | set(script_sentences())


def test_every_sentence_has_a_translation() -> None:
    translated = catalogue()
    assert sorted(sentence for sentence in said() if not translated.get(sentence)) == []


def test_every_translation_is_used() -> None:
    assert sorted(catalogue().keys() - said()) == []


def test_no_sentence_stands_twice() -> None:
    text = CATALOGUE.read_text("utf-8")
    counted = Counter(re.findall(r'^msgid ((?:".*"\n?)+)', text, re.MULTILINE))
    assert [msgid for msgid, count in counted.items() if count > 1] == []


def test_translations_keep_the_names() -> None:
    unlike = {
        sentence: text
        for sentence, text in catalogue().items()
        if sorted(NAMED.findall(sentence)) != sorted(NAMED.findall(text))
    }
    assert unlike == {}


def test_sentences_are_found_in_scripts_however_they_are_wrapped() -> None:
    script = 'a(t("One")); b(t(\n  "Two \\"words\\"", { x }));  format("no"); t(name); c.t("no");'
    assert sentences_of(script) == {"One", 'Two "words"'}


def test_templates_name_only_files_that_exist() -> None:
    named = re.compile(r'static\("([^"]+)"\)')
    for path in views.TEMPLATES.rglob("*.html"):
        for name in named.findall(path.read_text("utf-8")):
            assert static(name).endswith(name)
