"""Who acted as the chair, and what the papers make of it."""

from server.core.events import BriefingClosed, ChairLeft, ChairLeftBecause, ChairTaken, ClosedBecause, TookBecause
from server.core.ids import Actor
from server.records.chairs import Chaired, chairs
from server.records.documents.blocks import Paragraph
from server.records.documents.profile import load
from server.records.files import paper
from server.records.label import Document
from server.records.record import build
from tests.core.cast import at, told
from tests.records.story import Step, beginning, name

MINH, HOA = Actor("user:minh"), Actor("user:hoa")


def taken(seconds: float, who: Actor, called: str, reason: TookBecause = TookBecause.FREE) -> Step:
    return seconds, ChairTaken(who, called, attended=True, reason=reason)


STORY: list[Step] = [
    *beginning()[:3],
    taken(-600, HOA, "Bà Hoa"),
    (-300, ChairLeft(HOA, ChairLeftBecause.LEFT)),
    taken(-60, MINH, "Ông Minh"),
    beginning()[3],
    taken(100, HOA, "Bà Hoa", TookBecause.LAPSED),
    taken(200, HOA, "Bà Hoa"),
    (300, BriefingClosed(ClosedBecause.CHAIR)),
    taken(400, MINH, "Ông Minh", TookBecause.HANDED_OVER),
]


def test_everybody_who_chaired_is_told_with_their_time() -> None:
    assert chairs(told(STORY)) == (
        Chaired(HOA, "Bà Hoa", at(-600), at(-300)),
        Chaired(MINH, "Ông Minh", at(-60), at(100)),
        Chaired(HOA, "Bà Hoa", at(100), at(400)),
        Chaired(MINH, "Ông Minh", at(400), None),
    )


def test_minutes_name_who_chaired_the_meeting_and_the_last_of_them_signs() -> None:
    written = paper(build(told(STORY), name), Document.MINUTES, load()["state"], "Asia/Ho_Chi_Minh")

    lines = [block.text for block in written.blocks if isinstance(block, Paragraph)]
    assert "Chủ trì: Ông Minh (đến 08 giờ 31 phút), Bà Hoa" in lines
    assert [one.name for one in written.signatures] == ["", "Bà Hoa"]
