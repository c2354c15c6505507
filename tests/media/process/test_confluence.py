"""What several processes say of one briefing, put together; who is there is never told in part."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.core.ids import HUB, EndpointCode, MediaId
from server.media.plane import (
    Gone,
    Health,
    Levels,
    MediaEvent,
    Published,
    PublisherHealth,
    SubscriberHealth,
    Unpublished,
)
from server.media.process.confluence import Confluence
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI, THANH_HOA

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def levels(seconds: float, **heard: int) -> Levels:
    return Levels(GIAO_BAN, at(seconds), 0.1, tuple((EndpointCode(code), level) for code, level in heard.items()))


def published(source: EndpointCode) -> Published:
    return Published(GIAO_BAN, source, MediaId(f"media of {source}"))


def line(source: EndpointCode, bitrate: int = 900_000) -> PublisherHealth:
    return PublisherHealth(source, MediaId(f"media of {source}"), bitrate, 0.0, None, 0.0, 25.0, 0)


def health(seconds: float, *sources: EndpointCode) -> Health:
    viewer = SubscriberHealth(CA_MAU, MediaId(f"view at {seconds}"), 1, 0.0, None)
    return Health(GIAO_BAN, at(seconds), tuple(line(source) for source in sources), (viewer,))


@pytest.fixture
def both() -> Confluence:
    """Two processes: the hub is in the first, Hà Nội in the second."""
    confluence = Confluence()
    confluence.begin(0, [published(HUB)])
    confluence.begin(1, [published(HA_NOI)])
    return confluence


def told(confluence: Confluence, *said: tuple[int, MediaEvent]) -> list[MediaEvent]:
    return [event for place, part in said for event in confluence.put(place, part)]


def test_levels_of_one_window_are_one(both: Confluence) -> None:
    said = told(both, (0, levels(0.0, hub=30)), (1, levels(0.05, **{"01": 40})), (0, levels(0.1, hub=31)))
    assert said == [levels(0.0, hub=30, **{"01": 40})]


def test_a_process_that_says_no_levels_holds_up_one_window_and_no_more(both: Confluence) -> None:
    said = told(both, (0, levels(0.0, hub=30)), (0, levels(0.1, hub=31)), (0, levels(0.2, hub=32)))
    assert said == [levels(0.0, hub=30), levels(0.1, hub=31)]


def test_of_a_source_in_two_processes_the_louder_level_counts(both: Confluence) -> None:
    assert told(both, (1, levels(0.05, hub=70)), (0, levels(0.0, hub=30))) == [levels(0.0, hub=30)]


def test_health_of_everybody_is_told_when_every_process_has_spoken(both: Confluence) -> None:
    first, second = health(0.0, HUB), health(0.5, HA_NOI)
    said = told(both, (0, first), (1, second), (0, health(1.0, HUB)))
    assert said == [Health(GIAO_BAN, at(0.5), (line(HUB), line(HA_NOI)), first.subscribers + second.subscribers)]


def test_a_publisher_that_has_just_come_is_not_missing(both: Confluence) -> None:
    newcomer = published(THANH_HOA)
    said = told(both, (1, health(0.0, HA_NOI)), (1, newcomer), (0, health(0.5, HUB)))
    assert said[0] == newcomer
    assert isinstance(said[1], Health)
    none = replace(line(THANH_HOA, bitrate=0), frames=0.0)
    assert said[1].publishers == (line(HUB), line(HA_NOI), none)


def test_a_publisher_that_has_gone_is_not_told_again(both: Confluence) -> None:
    gone = Unpublished(GIAO_BAN, HA_NOI, MediaId(f"media of {HA_NOI}"), Gone.CLOSED)
    said = told(both, (1, health(0.0, HA_NOI)), (1, gone), (0, health(0.5, HUB)))
    assert said[0] == gone
    assert isinstance(said[1], Health)
    assert said[1].publishers == (line(HUB),)


def test_a_process_that_has_died_is_not_waited_for_and_leaves_no_viewers(both: Confluence) -> None:
    gone = Unpublished(GIAO_BAN, HA_NOI, MediaId(f"media of {HA_NOI}"), Gone.LOST)
    assert told(both, (0, health(0.0, HUB)), (1, health(0.0, HA_NOI))) != []
    both.end(1)
    assert told(both, (1, gone), (0, health(1.0, HUB))) == [gone, health(1.0, HUB)]


def test_a_process_without_the_briefing_halves_nothing(both: Confluence) -> None:
    said = [event for second in range(4) for event in both.put(0, health(second, HUB))]
    assert [event.at for event in said if isinstance(event, Health)] == [at(1), at(2), at(3)]


def test_a_briefing_that_is_over_leaves_nothing(both: Confluence) -> None:
    told(both, (0, health(0.0, HUB)), (0, levels(0.0, hub=30)))
    both.forget(GIAO_BAN)
    assert told(both, (1, levels(0.1, **{"01": 40}))) == []
