"""Line checks over HTTP: begun and written by a site, shown on the board, asked for and decided over by operators."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.service import Service, site
from tests.web.api.test_media import offer_sdp, post, whip

FOUND: dict[str, Any] = {
    "person": "Lê Văn Bình",
    "phone": "0912 345 678",
    "camera": "works",
    "microphone": "works",
    "picture": {"width": 1280, "height": 720, "brightness": 110, "contrast": 50, "motion": 140},
    "sound": {"loudest": 22, "quietest": 58, "clipped": 0, "echo": 4},
    "line": {"way": "direct", "upload": 600_000, "download": 20_000_000, "round_trip": 25, "jitter": 4, "loss_up": 0},
}


async def planned(served: Service, **changes: Any) -> str:
    """Publish a briefing of tomorrow."""
    start = datetime.now(UTC) + timedelta(days=1)
    times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
    return await served.briefing(until="scheduled", **{**times, **changes})


async def test_a_check_is_the_sites_word_beside_what_the_server_measured(served: Service) -> None:
    path = await planned(served)

    written = await served.call("POST", f"{path}/line-checks", site(path, "38"), FOUND)
    board = await served.call("GET", f"{path}/line-checks", "operator")
    own = await served.call("GET", f"{path}/endpoints/38/line-check", site(path, "38"))

    assert (written.status, written.body["state"]) == (200, "no_go")
    assert (written.body["faults"], written.body["measured"]) == (["nothing_arrives"], None)
    assert written.body["found"]["line"]["upload"] == 600_000
    assert [(one["endpoint"], one["state"]) for one in board.body["sites"]] == [
        ("01", "unchecked"),
        ("38", "no_go"),
        ("96", "unchecked"),
    ]
    assert board.body["sites"][1] == own.body == written.body


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"person": ""}, "person_needed"),
        ({"phone": "1" * 41}, "person_needed"),
        ({"line": {**FOUND["line"], "loss_up": 1001}}, "invalid_body"),
        ({"line": {**FOUND["line"], "upload": -1}}, "invalid_body"),
        ({"line": {**FOUND["line"], "round_trip": 0.5}}, "invalid_body"),
        ({"sound": {**FOUND["sound"], "loudest": 128}}, "invalid_body"),
        ({"picture": {**FOUND["picture"], "brightness": 256}}, "invalid_body"),
        ({"camera": "asleep"}, "invalid_body"),
        ({"verdict": "go"}, "invalid_body"),
    ],
)
async def test_numbers_no_line_has_are_refused(served: Service, change: dict[str, Any], code: str) -> None:
    path = await planned(served)

    refused = await served.call("POST", f"{path}/line-checks", site(path, "38"), {**FOUND, **change})

    assert (refused.status, refused.code) == (422, code)
    assert (await served.call("GET", f"{path}/endpoints/38/line-check", "operator")).body["state"] == "unchecked"


async def test_a_site_sends_before_the_lobby_only_while_it_checks_its_line(served: Service) -> None:
    path = await planned(served)
    who, offer = site(path, "38"), await offer_sdp(send=True)

    early = await post(served, whip(path), who, offer)
    unready = await served.call("GET", f"{path}/line-checks/ballast", who)
    begun = await served.call("POST", f"{path}/line-checks/begin", who)
    sent = await post(served, whip(path), who, offer)
    other = await post(served, whip(path), site(path, "96"), await offer_sdp(send=True))
    async with served.http.get(f"{path}/line-checks/ballast", headers=served.bearer(who)) as ballast:
        octets = len(await ballast.read())

    assert (early.status, early.code) == (409, "nothing_live")
    assert (unready.status, unready.code) == (409, "check_not_begun")
    assert begun.body == {"seconds": 30}
    assert (sent.status, other.status) == (201, 409)
    assert octets == 512 * 1024
    await served.call("DELETE", sent.headers["Location"], who)


async def test_sites_that_check_at_once_are_bounded(served: Service) -> None:
    codes = [f"{number:02}" for number in (1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26)]
    path = await planned(served, sites=tuple(codes))

    begun = [await served.call("POST", f"{path}/line-checks/begin", site(path, code)) for code in codes]
    again = await served.call("POST", f"{path}/line-checks/begin", site(path, codes[0]))

    assert [one.status for one in begun] == [200] * 16 + [409]
    assert (begun[-1].code, again.status) == ("many_checks", 200)


async def test_an_operator_asks_again_and_decides_over_what_it_was_shown(served: Service) -> None:
    path = await planned(served)
    await served.call("POST", f"{path}/line-checks", site(path, "38"), FOUND)

    asked = await served.call("POST", f"{path}/line-checks/ask", "operator", {"endpoints": ["38"]})
    stale = await served.call("GET", f"{path}/endpoints/38/line-check", "operator")
    moved = await served.call("POST", f"{path}/go", "operator", {"go": True, "not_go": ["38"]})
    decided = await served.call(
        "POST", f"{path}/go", "operator", {"go": True, "not_go": ["01", "38", "96"], "note": "Đã gọi điện"}
    )
    chair = (await served.call("GET", f"{path}/status", "chair")).body["go"]
    inside = (await served.call("GET", f"{path}/status", site(path, "38"))).body["go"]

    assert (asked.status, stale.body["state"], stale.body["asked_at"] is None) == (204, "stale", False)
    assert (moved.status, moved.code, decided.status) == (409, "board_moved", 204)
    assert (chair["go"], chair["name"], chair["not_go"]) == (True, "operator", ["01", "38", "96"])
    assert (chair["names"][1], chair["note"]) == ("Thanh Hóa", "Đã gọi điện")
    assert inside is None


async def test_a_line_is_not_checked_before_publication(served: Service) -> None:
    path = await served.briefing(until="draft")

    refused = await served.call("POST", f"{path}/line-checks/begin", site(path, "38"))

    assert (refused.status, refused.code) == (409, "not_checkable")
