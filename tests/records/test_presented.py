"""Who presented, and how long it could be seen."""

from server.core.events import (
    ContentEnded,
    ContentEndedBecause,
    ContentGiven,
    ContentHeld,
    ContentStarted,
    ContentStopped,
)
from server.core.ids import HUB
from server.records.presented import PresentedContent, presented
from tests.core.cast import FIRST, HA_NOI, SECOND, at, told
from tests.records.story import beginning, granted, name


def test_presented_counts_what_could_be_seen() -> None:
    story = [
        *beginning(),
        (10, ContentGiven(HUB)),
        (12, ContentStarted(HUB, FIRST)),
        (20, ContentStopped(HUB, FIRST, "lost")),
        (20, ContentHeld(HUB, at(50))),
        (25.5, ContentStarted(HUB, SECOND)),
        (40, ContentEnded(HUB, at(10), at(40), ContentEndedBecause.TAKEN)),
        *granted(HA_NOI, 60),
        (61, ContentGiven(HA_NOI)),
        (90, ContentEnded(HA_NOI, at(61), at(90), ContentEndedBecause.TURN)),
        (95, ContentGiven(HUB)),
        (96, ContentStarted(HUB, FIRST)),
    ]

    assert presented(told(story), name) == (
        PresentedContent(
            1, HUB, "Điểm cầu trung tâm", at(10), at(40), 30.0, ContentEndedBecause.TAKEN, shown_seconds=22.5
        ),
        PresentedContent(2, HA_NOI, "Hà Nội", at(61), at(90), 29.0, ContentEndedBecause.TURN, shown_seconds=0.0),
        PresentedContent(3, HUB, "Điểm cầu trung tâm", at(95), None, None, None, shown_seconds=0.0),
    )


def test_a_briefing_without_content_has_presented_nothing() -> None:
    assert presented(told(beginning()), name) == ()
