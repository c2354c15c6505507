"""Habits that no linter of ours checks: no clock in the core, no task without an owner, no foreign address."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.code import PACKAGES, ROOT, Module, files, module, modules

OWNERS_OF_TASKS = {"server.tasks", "server.media.sfu.tasks"}
"""The modules that hold a supervised set: only they may start a task outside a task group."""

FOLDERS = {"server", "endpoints", "schedules", "tests", "deploy", "docs", ".ci"}

CLOCK_READERS = {"now", "utcnow", "today", "fromtimestamp"}

PINS = ("constraints.txt", "package-lock.json", ".npmrc")
"""Files that pin what we depend on, by name and version only."""

MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:root|work|home/\w+|Users/\w+)/\w")
"""A path that exists on the machine of one developer and nowhere else."""


def clock_readings(one: Module) -> list[int]:
    """Return the lines on which a module asks `datetime` or `date` for the present."""
    return [
        node.lineno
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in CLOCK_READERS
        and ast.unparse(node.value).split(".")[-1] in {"datetime", "date"}
    ]


def orphans(one: Module) -> list[int]:
    """Return the lines on which a module starts a task that nobody owns; a task group's `create_task` is fine."""
    return [node.lineno for node in ast.walk(one.tree) if isinstance(node, ast.Call) and _is_orphan(node.func)]


def _is_orphan(called: ast.expr) -> bool:
    name = ast.unparse(called)
    if name.split(".")[-1] == "ensure_future" or name == "create_task":
        return True
    owner, _, verb = name.rpartition(".")
    return verb == "create_task" and (owner == "asyncio" or owner.rstrip("()").endswith("loop"))


@pytest.mark.parametrize("one", modules("server.core"), ids=lambda one: one.name)
def test_the_core_reads_no_clock(one: Module) -> None:
    assert clock_readings(one) == []


@pytest.mark.parametrize("one", modules(), ids=lambda one: one.name)
def test_every_task_has_an_owner(one: Module) -> None:
    assert one.name in OWNERS_OF_TASKS or orphans(one) == []


def test_the_owners_of_tasks_own_some() -> None:
    """An allowance that nobody needs any more goes."""
    owning = {one.name for one in modules() if one.name in OWNERS_OF_TASKS and orphans(one)}

    assert owning == OWNERS_OF_TASKS


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from datetime import UTC, datetime\nat = datetime.now(UTC)", [2]),
        ("import datetime\nat = datetime.datetime.utcnow()", [2]),
        ("from datetime import date\n\ncall = date.today", [3]),
        ("def f(status, now):\n    return status.now, now", []),
    ],
)
def test_a_reading_of_the_clock_is_found(source: str, lines: list[int]) -> None:
    assert clock_readings(module("server.core.floor", source)) == lines


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("asyncio.create_task(work())", True),
        ("create_task(work())", True),
        ("asyncio.ensure_future(work())", True),
        ("asyncio.get_running_loop().create_task(work())", True),
        ("self._loop.create_task(work())", True),
        ("group.create_task(work())", False),
        ("self._tasks.start(work())", False),
    ],
)
def test_a_task_without_an_owner_is_found(call: str, found: bool) -> None:
    assert bool(orphans(module("server.live.room", call))) == found


def test_the_top_level_folders_are_the_ones_of_the_design() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in files() if path.parent != ROOT} <= FOLDERS
    assert set(PACKAGES) <= FOLDERS


@pytest.mark.parametrize("name", PINS)
def test_what_pins_dependencies_names_no_address(name: str) -> None:
    assert "://" not in (ROOT / name).read_text()


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert [(str(path), found) for path in files() for found in _machine_paths(path)] == []


def _machine_paths(path: Path) -> list[str]:
    return MACHINE_PATH.findall(path.read_text(errors="replace"))


@pytest.mark.parametrize(
    ("text", "found"),
    [("see {}home/lan/notes", True), ("cd {}work/it", True), ("{}api/v1/work/it", False), ("a{}work/it", False)],
)
def test_a_path_of_a_machine_is_found(text: str, found: bool) -> None:
    assert bool(MACHINE_PATH.search(text.format("/"))) == found
