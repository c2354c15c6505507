"""Who may import whom: the walls of the house, walked file by file."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CORE = frozenset({"server.core"})
MAY: dict[str, frozenset[str]] = {
    "server.core": CORE,
    "server.live": CORE | {"server.live"},
    "server.media": CORE | {"server.media"},
    "server.store": CORE | {"server.store"},
    "server.records": CORE | {"server.records"},
    "schedules": CORE | {"schedules"},
    "server.web": CORE
    | {
        "server.web",
        "server.live",
        "server.store",
        "server.records",
        "schedules",
        "server.settings",
        "server.media.plane",
        "server.media.errors",
        "endpoints.rosters",
    },
    "endpoints": frozenset({"endpoints"}),
}
"""What the files of a package may import of this project; whatever lies below one of these names is meant too."""

ENTRANCES = frozenset({"__main__.py", "commands.py", "demo.py", "serve.py"})
"""The command line: besides tests the only files that may import the composer."""

CLOCKS = frozenset({"now", "utcnow", "today", "monotonic", "perf_counter"})
TASK_OWNERS = frozenset({"server/tasks.py", "server/media/sfu/tasks.py"})
"""The supervised sets: everybody else hands them work, or uses a task group."""


def files_of(package: str) -> list[Path]:
    return sorted((ROOT / package.replace(".", "/")).rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), filename=str(path))


def imports_of(path: Path) -> Iterator[str]:
    """Yield what a file imports, as dotted names; `from a import b` is "a.b", whether b is a module or a name."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from (f"{start}.{alias.name}" for alias in node.names)


def is_ours(name: str) -> bool:
    return name.partition(".")[0] in {"server", "schedules", "endpoints", "tests", ""}


def is_below(name: str, roots: frozenset[str]) -> bool:
    return any(f"{name}.".startswith(f"{root}.") for root in roots)


@pytest.mark.parametrize("package", MAY)
def test_a_package_imports_only_what_it_may(package: str) -> None:
    breaches = [
        (str(path.relative_to(ROOT)), name)
        for path in files_of(package)
        for name in imports_of(path)
        if is_ours(name) and not is_below(name, MAY[package])
    ]

    assert files_of(package) != []
    assert breaches == []


def test_the_core_imports_the_standard_library_without_io_or_clock() -> None:
    allowed = sys.stdlib_module_names - {"asyncio", "logging", "time", "threading", "socket", "random", "secrets"}

    breaches = [
        (path.name, name)
        for path in files_of("server.core")
        for name in imports_of(path)
        if not is_ours(name) and name.partition(".")[0] not in allowed
    ]

    assert breaches == []


def test_the_core_asks_no_clock() -> None:
    asked = [
        (path.name, node.lineno)
        for path in files_of("server.core")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]

    assert asked == []


def test_only_the_command_line_imports_the_composer() -> None:
    importers = {
        path.relative_to(ROOT / "server").as_posix()
        for path in files_of("server")
        if any(is_below(name, frozenset({"server.app"})) for name in imports_of(path))
    }

    assert importers <= ENTRANCES


def test_every_task_has_an_owner() -> None:
    """A task group or a supervised set owns every task; a loop's own `create_task` is for the sets alone."""
    raw = [
        (path.relative_to(ROOT).as_posix(), node.lineno)
        for package in ("server", "schedules", "endpoints")
        for path in files_of(package)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"create_task", "ensure_future"}
        and isinstance(node.func.value, ast.Call | ast.Name)
        and ast.unparse(node.func.value)
        in {"asyncio", "asyncio.get_running_loop()", "asyncio.get_event_loop()", "loop"}
    ]

    assert {place for place, _ in raw} <= TASK_OWNERS, raw
