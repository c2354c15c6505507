"""Every refusal is said in Vietnamese."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import schedules
import server
import server.web
from server.core.errors import UserError
from server.web import field_errors, problems, strict_json
from server.web.bodies import NOT_ON_THE_WALL, ODD_YEAR
from server.web.language import catalogue, translator

OURS = (server, schedules)
PREFIXES = tuple(f"{package.__name__}." for package in OURS)
SKIPPED = re.compile(r"server\.(__main__|store\.migrations\..*)")
"""A script, and modules that only Alembic can import."""


def test_every_refusal_is_said_in_vietnamese() -> None:
    import_everything()

    missing = sorted(sentence for sentence in sentences() if sentence not in catalogue("vi", "problems"))

    assert missing == []


def test_no_sentence_of_the_catalogue_is_left_over() -> None:
    import_everything()

    assert sorted(set(catalogue("vi", "problems")) - sentences()) == []


def test_placeholders_survive_translation() -> None:
    holders = re.compile(r"\{\w+\}")

    lost = [
        english
        for english, vietnamese in catalogue("vi", "problems").items()
        if set(holders.findall(english)) != set(holders.findall(vietnamese))
    ]

    assert lost == []


def test_unknown_sentence_is_said_in_english() -> None:
    assert translator("vi", "problems")("Never seen.") == "Never seen."


def test_every_refusal_has_a_code_of_its_own_family() -> None:
    import_everything()

    odd = [kind.__name__ for kind in kinds(UserError) if not re.fullmatch(r"[a-z_]{2,40}", kind.code)]

    assert odd == []


def import_everything() -> None:
    for package in OURS:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not SKIPPED.fullmatch(module.name):
                importlib.import_module(module.name)


def kinds(of: type[UserError]) -> Iterator[type[UserError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def sentences() -> set[str]:
    """Every English sentence a problem can have."""
    refusals = {UserError, *(kind for kind in kinds(UserError) if kind.__module__.startswith(PREFIXES))}
    return {
        *((kind.__doc__ or "").strip().splitlines()[0] for kind in refusals),
        *(sentence for _, sentence in problems.SENTENCES.values()),
        problems.UNAVAILABLE,
        problems.INTERNAL,
        problems.REFUSED,
        *field_errors.SENTENCES.values(),
        strict_json.ODD_TEXT,
        strict_json.LARGE_NUMBER,
        NOT_ON_THE_WALL,
        ODD_YEAR,
    } - {"{error}"}
