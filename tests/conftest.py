"""What holds for every test: no connection to a database outlives it, and a busy machine is no fault of its own."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.connections import threads

settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

ENDED_WITHIN = 5.0  # seconds; a connection is closed before its thread returns


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
