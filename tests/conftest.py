"""What holds for every test: no connection to a database outlives it, and a busy machine is no fault of its own."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.connections import threads

settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

ENDED_WITHIN = 5.0  # seconds; a connection is closed before its thread returns

TOGETHER = "tests/journeys/"
"""The folder whose tests fill the machine by themselves: the whole product, and browsers. One of them at a time."""


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """Each file is run by one process, for its tests share a house; the journeys all by one."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Share the tests out in the order of `pytest_collection_modifyitems`."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys, so that in the end nobody is left alone with them."""
    items.sort(key=lambda item: not item.nodeid.startswith(TOGETHER))


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
