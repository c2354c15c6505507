"""Reading our own source: which modules there are, and what each imports and calls."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("server", "schedules", "endpoints")


@dataclass(frozen=True)
class Module:
    """One of our modules, parsed."""

    name: str  # "server.core.floor"; a package is named for itself
    tree: ast.Module
    package: bool = False  # its file is __init__.py

    @cached_property
    def imports(self) -> frozenset[str]:
        """Everything it imports, also within functions, by full names: a module or a name in one."""
        return frozenset(name for node in ast.walk(self.tree) for name in _imported(node, self))


def module(name: str, source: str) -> Module:
    return Module(name, ast.parse(source))


def modules(*packages: str) -> tuple[Module, ...]:
    """Every module of ours, or those under some packages only."""
    return tuple(one for one in _all() if not packages or any(within(one.name, package) for package in packages))


@cache
def _all() -> tuple[Module, ...]:
    return tuple(_read(path) for folder in PACKAGES for path in sorted((ROOT / folder).rglob("*.py")))


def _read(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    package = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if package else parts), ast.parse(path.read_text()), package)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _imported(node: ast.AST, importer: Module) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        yield from (f"{_source(node, importer)}.{alias.name}" for alias in node.names)


def _source(node: ast.ImportFrom, importer: Module) -> str:
    """Return the module a `from … import` reads, relative ones resolved."""
    parents = importer.name.split(".")
    up = node.level - importer.package
    base = parents[: len(parents) - up] if node.level else []
    return ".".join([*base, *([node.module] if node.module else [])])


def files() -> Iterator[Path]:
    """Every text file of the repository, without what .gitignore names."""
    ignored = [".git", *(line.strip("/") for line in (ROOT / ".gitignore").read_text().split())]
    yield from _files(ROOT, ignored)


def _files(folder: Path, ignored: list[str]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if any(fnmatch(path.name, pattern) for pattern in ignored):
            continue
        if path.is_dir():
            yield from _files(path, ignored)
        elif b"\0" not in path.read_bytes()[:4096]:
            yield path
