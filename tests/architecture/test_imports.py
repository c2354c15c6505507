"""Who may import whom, as DESIGN has it: the tree is the architecture."""

import sys

import pytest

from tests.architecture.code import Module, module, modules, within

OURS = ("server", "schedules", "endpoints", "tests")

MAY_IMPORT = {
    "server.core": (),
    "server.live": ("server.core",),
    "server.media": ("server.core",),
    "server.store": ("server.core",),
    "server.records": ("server.core",),
    "server.files": ("server.core",),
    "schedules": ("server.core",),
    "endpoints": (),
    "server.web": (
        "server.core",
        "server.live",
        "server.store",
        "server.records",
        "server.files",
        "schedules",
        "server.media.plane",
        "server.media.errors",
        "server.settings",
        "endpoints.rosters",
    ),
}
"""What each part may import of ours, besides itself. Modules right under `server` compose them and may import all."""

CORE_DOES_WITHOUT = {"asyncio", "logging", "os", "random", "secrets", "socket", "sqlite3", "threading", "time"}
"""Standard modules that bring I/O, a clock or chance."""


DECODERS = {f"server.media.inspection.{name}" for name in ("helper", "level", "picture", "sound")}
"""What runs in helper processes only, and decodes what strangers send."""

WRITERS = {f"server.media.recording.{name}" for name in ("folder", "helper", "part", "reel", "tape")}
"""What runs in recorder processes only, and puts what strangers send into files without decoding it."""

TOOLS = {"server.records.recordings.tool"}
"""What runs in a process for each job, and reads such files."""

HELPERS = DECODERS | WRITERS | TOOLS


def breaches(one: Module) -> set[str]:
    """Return what a module imports of ours that its place does not allow."""
    for part, others in MAY_IMPORT.items():
        if within(one.name, part):
            allowed = (part, *others)
            return {
                name
                for name in one.imports
                if name.split(".")[0] in OURS and not any(within(name, package) for package in allowed)
            }
    return {name for name in one.imports if within(name, "tests")}


def foreign(one: Module) -> set[str]:
    """Return what a module of the core imports that is not the standard library, or is I/O, a clock or chance."""
    roots = {name.split(".")[0] for name in one.imports if not within(name, "server.core")}
    return {root for root in roots if root not in sys.stdlib_module_names or root in CORE_DOES_WITHOUT}


@pytest.mark.parametrize("one", modules(), ids=lambda one: one.name)
def test_a_module_imports_only_what_its_place_allows(one: Module) -> None:
    assert breaches(one) == set()


@pytest.mark.parametrize("one", modules("server.core"), ids=lambda one: one.name)
def test_the_core_imports_the_standard_library_without_io_clock_or_chance(one: Module) -> None:
    assert foreign(one) == set()


def test_nothing_of_the_service_decodes_but_its_helper_processes() -> None:
    users = {one.name for one in modules("server") if any(within(name, "av") for name in one.imports)}
    assert users == HELPERS - {f"server.media.recording.{name}" for name in ("folder", "reel", "tape")}

    others = (one for one in modules("server") if one.name not in HELPERS)
    assert [one.name for one in others if any(within(name, part) for name in one.imports for part in HELPERS)] == []


def test_every_part_exists() -> None:
    assert [part for part in MAY_IMPORT if not modules(part)] == []


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("server.live.room", "from server.store import journal", {"server.store.journal"}),
        ("server.live.room", "def f():\n    import server.media.plane", {"server.media.plane"}),
        ("server.web.media", "from server.media.sfu import sfu", {"server.media.sfu.sfu"}),
        ("server.web.media", "from server.media import plane, sfu", {"server.media.sfu"}),
        ("server.web.media", "from server import app", {"server.app"}),
        ("server.web.site", "from endpoints import rosters, api", {"endpoints.api"}),
        ("server.store.rows", "from ..live import room", {"server.live.room"}),
        ("endpoints.site", "from server.core.ids import HUB", {"server.core.ids.HUB"}),
        ("schedules.clock", "import server.web.keys as keys", {"server.web.keys"}),
        ("server.app", "from tests.core.cast import plan", {"tests.core.cast.plan"}),
        ("server.app", "from server.web import keys", set()),
        ("server.corelike", "from server.web import keys", set()),
        ("server.web.media", "from server.media.plane import MediaPlane", set()),
        ("server.core.floor", "from server.core.state import Briefing", set()),
    ],
)
def test_a_breach_is_found(name: str, source: str, found: set[str]) -> None:
    assert breaches(module(name, source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import time", {"time"}),
        ("from asyncio import Lock", {"asyncio"}),
        ("import logging.handlers", {"logging"}),
        ("from sqlmodel import SQLModel", {"sqlmodel"}),
        ("from datetime import datetime\nfrom server.core.ids import HUB", set()),
    ],
)
def test_a_foreign_import_of_the_core_is_found(source: str, found: set[str]) -> None:
    assert foreign(module("server.core.floor", source)) == found
