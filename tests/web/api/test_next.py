"""The next speaker over HTTP: sites that cannot be seen and heard are passed over, and everybody learns of it."""

from typing import Any

from server.media.plane import Signal
from tests.sending import WELL, sending
from tests.service import Service, site


async def asked(served: Service, path: str, *codes: str) -> None:
    for code in codes:
        await served.call("POST", f"{path}/floor/requests", site(path, code), {"speaker": "Lan", "topic": ""})


async def floor_of(served: Service, path: str, who: str = "operator") -> Any:
    return (await served.call("GET", f"{path}/status", who)).body["floor"]


async def test_site_that_fails_is_passed_over_and_keeps_its_place(served: Service) -> None:
    path = await served.briefing()
    await asked(served, path, "01", "38", "96")
    await sending(served, path, {"01": frozenset({Signal.BLACK}), "38": WELL})

    given = await served.call("POST", f"{path}/floor/next", "chair", {"seconds": 120})

    assert given.body == {
        "endpoint": "38",
        "request": 2,
        "skipped": [{"endpoint": "01", "request": 1, "reason": "black"}],
    }
    floor = await floor_of(served, path)
    assert (floor["turn"]["endpoint"], floor["turn"]["allotted"]) == ("38", 120)
    assert [one["endpoint"] for one in floor["queue"]] == ["01", "96"]
    entries = (await served.call("GET", f"{path}/journal?limit=500", "operator")).body["entries"]
    assert [one["data"] for one in entries if one["kind"] == "EndpointSkipped"] == given.body["skipped"]


async def test_when_nobody_is_ready_the_floor_stays_as_it_is(served: Service) -> None:
    path = await served.briefing()
    await asked(served, path, "01", "96")
    before = (await served.call("GET", f"{path}/status", "operator")).body["seq"]

    refused = await served.call("POST", f"{path}/floor/next", "chair")

    assert (refused.status, refused.code) == (409, "nobody_ready")
    assert (await served.call("GET", f"{path}/status", "operator")).body["seq"] == before


async def test_staff_see_how_the_deck_does_and_sites_do_not(served: Service) -> None:
    path = await served.briefing()
    await asked(served, path, "01", "38")
    await sending(served, path, {"01": frozenset({Signal.SILENT}), "38": WELL})

    deck = (await floor_of(served, path, "chair"))["deck"]

    assert [(one["endpoint"], one["state"], one["reason"]) for one in deck] == [
        ("01", "failing", "silent"),
        ("38", "ready", None),
    ]
    assert deck[0].items() >= {"picture": "ok", "sound": "bad", "uplink": "ok"}.items()
    assert [(await floor_of(served, path, who))["deck"] for who in (site(path, "01"), "hub")] == [[], []]


async def test_site_is_told_how_it_does_itself(served: Service) -> None:
    path = await served.briefing()
    async with served.http.get(f"{path}/events", headers=served.bearer(site(path, "38"))) as stream:
        assert await said(stream) == "null"
        await asked(served, path, "38")
        assert '"reason": "no_media"' in await said(stream)
        await sending(served, path, {"38": WELL})
        while '"state": "ready"' not in await said(stream):
            pass
        await served.call("POST", f"{path}/floor/next", "chair")
        assert await said(stream) == "null"


async def said(stream: Any) -> str:
    """Return what is said of the deck next."""
    async for line in stream.content:
        if line == b"event: deck\n":
            return str((await stream.content.readline()).decode().removeprefix("data: ").strip())
    raise AssertionError("the stream has ended")
