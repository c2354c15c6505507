"""What holds for every test: no connection to a database outlives it, and a busy machine is no fault of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.connections import threads

settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

TESTS = Path(__file__).parent
ENDED_WITHIN = 5.0  # seconds; a connection is closed before its thread returns


LONGEST = ("journeys", "pages", "schedules", "endpoints", "media", "live")
"""The folders whose tests wait for browsers, processes and clocks, the slowest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that in the end no worker is left alone with it."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(TESTS).parts[0]
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST)


@pytest.fixture(autouse=True)
def _no_connection_outlives_the_test(request: pytest.FixtureRequest) -> Iterator[None]:
    before = threads()
    yield
    if _shares_its_loop(request.node):
        return
    for thread in threads() - before:
        thread.join(ENDED_WITHIN)
        assert not thread.is_alive(), "a connection to a database was never closed"


def _shares_its_loop(test: pytest.Item) -> bool:
    """Whether a service that outlives the test may open a connection meanwhile."""
    marker = test.get_closest_marker("asyncio")
    return marker is not None and marker.kwargs.get("loop_scope") == "session"
