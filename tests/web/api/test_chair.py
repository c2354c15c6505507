"""The chair over HTTP: one acts, the others are told who, and it passes on."""

import asyncio
from typing import Any

import pytest

from tests.service import Service, site

DEPUTY = "deputy"


async def chair_of(served: Service, path: str) -> Any:
    return (await served.call("GET", f"{path}/status", "operator")).body["chair"]


async def moves(served: Service, path: str, who: str, move: str = "mute") -> tuple[int, str]:
    """Let somebody make a move of the chair's."""
    answer = await served.call("POST", f"{path}/floor/{move}", who)
    return answer.status, answer.code if answer.text else ""


async def test_nobody_is_the_chair_until_somebody_moves(served: Service) -> None:
    path = await served.briefing()
    before = await chair_of(served, path)

    assert await moves(served, path, "chair") == (204, "")

    after = await chair_of(served, path)
    assert (before["actor"], after["actor"], after["attended"]) == (None, "token:chair", False)


async def test_a_program_that_moves_without_holding_the_lease_gives_way(served: Service) -> None:
    path = await served.briefing()
    deputy = await served.add_deputy(DEPUTY)
    await moves(served, path, "chair")

    assert await moves(served, path, deputy, "unmute") == (204, "")
    assert (await chair_of(served, path))["actor"] == "token:deputy"
    assert await moves(served, path, "chair") == (204, "")


async def test_while_a_page_holds_the_lease_nobody_else_moves_anything(served: Service) -> None:
    path = await served.briefing()
    deputy = await served.add_deputy(DEPUTY)
    await served.call("POST", f"{path}/floor/requests", site(path, "38"), {})
    taken = await served.call("POST", f"{path}/chair/take", "chair")

    refused = [
        await served.call("POST", f"{path}/{move}", deputy, body)
        for move, body in (
            ("floor/grant", {"endpoint": "38"}),
            ("floor/invite", {"endpoint": "01"}),
            ("floor/deny", {"endpoint": "38"}),
            ("floor/order", {"endpoints": ["38"], "reason": "x"}),
            ("floor/policy", {"policy": "chair"}),
            ("floor/on-deck", {"endpoint": "38"}),
            ("floor/mute", None),
            ("floor/undo", None),
            ("content/give", {"presenter": "hub"}),
            ("agenda", {"index": 1}),
            ("chair/take", None),
            ("chair/leave", None),
            ("chair/hand-over", {"to": "token:deputy"}),
        )
    ]

    assert (taken.status, taken.body) == (200, {"acting": True, "seconds": 30.0})
    # a hand-over to somebody who is not at the desk is refused before it is asked who acts
    assert {answer.code for answer in refused} == {"not_acting_chair", "not_at_the_desk"}
    assert {answer.status for answer in refused} == {409}
    floor = (await served.call("GET", f"{path}/status", "operator")).body["floor"]
    assert (floor["turn"], floor["muted"], len(floor["queue"])) == (None, False, 1)


@pytest.mark.parametrize(("until", "step"), [("open", "start"), ("live", "close"), ("live", "agenda")])
async def test_while_a_page_holds_the_lease_no_other_chair_moves_the_meeting_on(
    served: Service, until: str, step: str
) -> None:
    """An organizer does: a meeting must not depend on whoever sits in the chair."""
    path = await served.briefing(until=until)
    deputy = await served.add_deputy(DEPUTY)
    await served.call("POST", f"{path}/chair/take", "chair")
    body = {"index": 1} if step == "agenda" else None

    refused = await served.call("POST", f"{path}/{step}", deputy, body)
    before = (await served.call("GET", f"{path}/status", "operator")).body
    done = await served.call("POST", f"{path}/{step}", "organizer", body)

    assert (refused.status, refused.code) == (409, "not_acting_chair")
    assert (before["state"], before["agenda"]["current"]) == (until, None if until == "open" else 0)
    assert done.status in {200, 204}


async def test_who_ends_the_meeting_from_the_chair_acts_as_it(served: Service) -> None:
    path = await served.briefing()

    closed = await served.call("POST", f"{path}/close", "chair")

    entries = (await served.call("GET", f"{path}/journal", "operator")).body["entries"]
    assert closed.body["state"] == "closed"
    assert [one["kind"] for one in entries[-2:]] == ["ChairTaken", "BriefingClosed"]
    assert (await chair_of(served, path))["actor"] is None


async def test_the_chair_hands_over_to_a_deputy_at_the_desk_and_to_nobody_else(served: Service) -> None:
    path = await served.briefing()
    deputy = await served.add_deputy(DEPUTY)
    await served.call("POST", f"{path}/chair/take", "chair")
    over = f"{path}/chair/hand-over"

    absent = await served.call("POST", over, "chair", {"to": "token:deputy"})
    there = await served.call("POST", f"{path}/chair/hold", deputy)
    seen = await chair_of(served, path)
    handed = await served.call("POST", over, "chair", {"to": "token:deputy"})

    assert (absent.status, absent.code) == (409, "not_at_the_desk")
    assert there.body == {"acting": False, "seconds": 30.0}
    assert seen["deputies"] == [{"actor": "token:deputy", "name": "deputy"}]
    assert handed.status == 204
    after = await chair_of(served, path)
    assert (after["actor"], after["attended"]) == ("token:deputy", True)
    assert [one["actor"] for one in after["deputies"]] == ["token:chair"]
    assert await moves(served, path, "chair") == (409, "not_acting_chair")


async def test_the_chair_leaves_and_the_next_may_come(served: Service) -> None:
    path = await served.briefing()
    deputy = await served.add_deputy(DEPUTY)
    await served.call("POST", f"{path}/chair/take", "chair")

    left = await served.call("POST", f"{path}/chair/leave", "chair")

    assert left.status == 204
    assert (await chair_of(served, path))["actor"] is None
    assert (await served.call("POST", f"{path}/chair/take", deputy)).status == 200


async def test_of_two_who_take_the_chair_at_once_one_has_it(served: Service) -> None:
    path = await served.briefing()
    deputy = await served.add_deputy(DEPUTY)

    both = await asyncio.gather(*(served.call("POST", f"{path}/chair/take", who) for who in ("chair", deputy)))

    assert sorted(answer.status for answer in both) == [200, 409]


async def test_who_takes_and_leaves_the_chair_stands_in_the_journal(served: Service) -> None:
    path = await served.briefing()
    await served.call("POST", f"{path}/chair/take", "chair")
    await served.call("POST", f"{path}/chair/take", "chair")
    await served.call("POST", f"{path}/chair/leave", "chair")

    entries = (await served.call("GET", f"{path}/journal", "operator")).body["entries"]
    assert [one["kind"] for one in entries if one["kind"].startswith("Chair")] == ["ChairTaken", "ChairLeft"]
