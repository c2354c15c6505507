"""What holds for every test: no connection to a database outlives it, and a busy machine is no fault of its own."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.connections import threads

settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

ENDED_WITHIN = 5.0  # seconds; a connection is closed before its thread returns

JOURNEYS = "tests/journeys/"
"""The whole product, with times that must be kept: one at a time, and beside tests that open no browser."""

WAITING = (
    "tests/bench/test_accuracy.py",
    "tests/bench/test_talk_time.py",
    "tests/endpoints/test_commands.py",
    "tests/endpoints/test_participation.py",
    "tests/endpoints/test_peer.py",
    "tests/media/",
    "tests/schedules/test_kill.py",
    "tests/store/test_outbox_kill.py",
    "tests/web/api/test_recording.py",
)
"""Where tests mostly wait: for media as fast as it happens, for processes to start, for moments to come."""

BROWSERS = "tests/pages/"

COMPUTING = 2
"""How many processes take from the front of the queue: as many as there are cores."""


def place(nodeid: str) -> int:
    """Say where in the queue a test stands: what fills the processor in front, what waits at the back."""
    if nodeid.startswith(JOURNEYS):
        return 3
    if nodeid.startswith(WAITING):
        return 2
    return 1 if nodeid.startswith(BROWSERS) else 0


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """Each file is run by one process, for its tests share a house; the journeys all by one.

    Those that do not compute begin at the back of the queue: they wait while the others compute, and they meet.
    """

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid.partition("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self.nodes.index(node) >= COMPUTING:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Share the tests out in the order of `pytest_collection_modifyitems`."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put each test into its place; within it they stay as they are."""
    items.sort(key=lambda item: place(item.nodeid))


def pytest_collection_finish() -> None:
    """Spare the garbage collector thousands of tests and what they import: it would look through them a second long."""
    gc.collect()
    gc.freeze()


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
