"""What the code imports is declared, and what is declared is pinned: no more and no less."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import distribution, packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME: list[str] = PROJECT["dependencies"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
OURS = {"server", "endpoints", "schedules", "tests"}
DEBIANS = {"gi"}  # of the system's Python, which runs GStreamer's client: Debian's python3-gst-1.0


def names_of(requirements: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def imported_by(folder: str) -> Iterator[str]:
    """Yield the top-level modules that the files of a folder import from outside the standard library."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


owners = cache(packages_distributions)


def distributions_of(folder: str) -> set[str]:
    modules = set(imported_by(folder)) - OURS - DEBIANS - sys.stdlib_module_names
    return {canonicalize_name(owners()[module][0]) for module in modules}


def closure(requirements: Iterable[str]) -> set[str]:
    """Return the requirements and everything they need in turn, as this interpreter would install them."""
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        for extra in {"", *wanted.extras}:
            if (name, extra) in found:
                continue
            found.add((name, extra))
            needed = map(Requirement, distribution(name).requires or ())
            waiting.extend(one for one in needed if one.marker is None or one.marker.evaluate({"extra": extra}))
    return {name for name, _ in found}


@pytest.mark.parametrize("folder", ["server", "endpoints", "schedules"])
def test_the_service_imports_only_what_is_declared(folder: str) -> None:
    assert distributions_of(folder) - names_of(RUNTIME) == set()


def test_the_tests_import_only_what_is_declared() -> None:
    assert distributions_of("tests") - names_of([*RUNTIME, *EXTRAS["test"]]) == set()


def test_every_package_is_pinned_and_no_other() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="ascii").split()

    pinned = {canonicalize_name(line.partition("==")[0]) for line in lines}

    assert pinned == closure([*RUNTIME, *chain.from_iterable(EXTRAS.values())])


def test_a_pin_is_a_name_and_a_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="ascii").split()

    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert lines == sorted(lines, key=str.lower)
