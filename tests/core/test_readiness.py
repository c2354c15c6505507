"""Readiness: what a second of a line says of who is to speak next."""

from dataclasses import replace

import pytest

from server.core.events import EndpointJoined, EndpointLeft, LeftBecause, PublishingStarted, PublishingStopped
from server.core.ids import HUB
from server.core.line import LineHealth, LineState
from server.core.readiness import LEAST_UPLINK, Check, Readiness, State, deck, failing, judge
from server.core.state import NOBODY, Briefing, Site
from tests.core.cast import CA_MAU, DESK, FIRST, HA_NOI, SECOND, THANH_HOA, at, then, waiting

GOOD = LineHealth(LineState.GOOD, at(1), 600_000, 0.0, 0.02, 15.0, level=60)
SITE = Site((DESK,), media=FIRST)
OK, BAD, UNKNOWN = Check.OK, Check.BAD, Check.UNKNOWN


def test_site_that_is_seen_heard_and_has_a_line_is_ready() -> None:
    assert judge(HA_NOI, SITE, GOOD) == Readiness(HA_NOI, State.READY, OK, OK, OK, None)


@pytest.mark.parametrize(
    ("changes", "checks", "reason"),
    [
        ({"signals": ("no_signal",), "frames": 0.0}, (BAD, OK, OK), "no_signal"),
        ({"signals": ("black",)}, (BAD, OK, OK), "black"),
        ({"signals": ("frozen", "silent")}, (BAD, BAD, OK), "frozen"),
        ({"signals": ("silent",), "level": 127}, (OK, BAD, OK), "silent"),
        ({"estimate": LEAST_UPLINK - 1}, (OK, OK, BAD), "uplink"),
        ({"signals": ("silent",), "estimate": 64_000}, (OK, BAD, BAD), "silent"),
    ],
)
def test_one_fault_is_enough_to_fail(
    changes: dict[str, object], checks: tuple[Check, Check, Check], reason: str
) -> None:
    line = replace(GOOD, **changes)  # type: ignore[arg-type]

    assert judge(HA_NOI, SITE, line) == Readiness(HA_NOI, State.FAILING, *checks, reason)


@pytest.mark.parametrize(
    ("changes", "checks"),
    [
        ({"frames": 0.0}, (UNKNOWN, OK, OK)),
        ({"level": None}, (OK, UNKNOWN, OK)),
        ({"level": 127}, (OK, UNKNOWN, OK)),
    ],
)
def test_what_has_not_shown_itself_yet_is_being_checked(
    changes: dict[str, object], checks: tuple[Check, Check, Check]
) -> None:
    line = replace(GOOD, **changes)  # type: ignore[arg-type]

    assert judge(HA_NOI, SITE, line) == Readiness(HA_NOI, State.CHECKING, *checks, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"estimate": LEAST_UPLINK},
        {"signals": ("clipping", "level_mismatch")},  # to be looked into, and still a speaker that is seen and heard
        {"loss": 0.3, "round_trip": 1.5},  # of one second: were it more, the estimate would fall
        {"level": 126},
    ],
)
def test_what_is_not_perfect_is_ready_all_the_same(changes: dict[str, object]) -> None:
    assert judge(HA_NOI, SITE, replace(GOOD, **changes)).state is State.READY  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("site", "state", "reason"),
    [
        (NOBODY, State.FAILING, "absent"),
        (Site((), seen_at=at(1)), State.FAILING, "absent"),
        (Site((DESK,)), State.FAILING, "no_media"),
        (SITE, State.CHECKING, None),
    ],
)
def test_without_a_measure_presence_decides(site: Site, state: State, reason: str | None) -> None:
    assert judge(HA_NOI, site, None) == Readiness(HA_NOI, state, UNKNOWN, UNKNOWN, UNKNOWN, reason)


def test_what_was_measured_belongs_to_media_that_is_gone() -> None:
    assert judge(HA_NOI, Site((DESK,)), GOOD).reason == "no_media"


def queue() -> Briefing:
    """Hà Nội and Thanh Hóa send, Cà Mau left; all three wait."""
    return then(
        waiting(HA_NOI, THANH_HOA, CA_MAU),
        EndpointJoined(HA_NOI, DESK),
        PublishingStarted(HA_NOI, FIRST),
        PublishingStarted(THANH_HOA, SECOND),
        EndpointJoined(CA_MAU, DESK),
        EndpointLeft(CA_MAU, DESK, LeftBecause.CLOSED),
    )


def test_only_who_gets_ready_is_on_the_deck_but_all_who_wait_may_fail() -> None:
    health = {HA_NOI: GOOD, THANH_HOA: replace(GOOD, signals=("black",))}

    assert [one.endpoint for one in deck(queue(), health)] == list(queue().floor.on_deck)
    assert failing(queue(), health) == {THANH_HOA: "black", CA_MAU: "absent"}


def test_site_whose_media_stopped_fails_until_it_sends_again() -> None:
    stopped = then(queue(), PublishingStopped(HA_NOI, FIRST, "lost"))

    assert failing(stopped, {})[HA_NOI] == "no_media"
    assert HA_NOI not in failing(then(stopped, PublishingStarted(HA_NOI, SECOND)), {})


def test_the_hub_is_never_judged() -> None:
    assert HUB not in failing(queue(), {})
