"""What callers get while the media plane is away: 503, when to try again, and a status that says so."""

import os
import signal
from pathlib import Path
from typing import Any

from server.media.process.supervisor import DOWN, Supervisor
from server.media.sfu.ice import fresh_credentials
from server.web.keys import PLANE
from tests.journeys.processes import until
from tests.media.wire import offer
from tests.service import Service, read, service, site


async def test_offer_while_there_is_no_media_plane_is_told_when_to_come_again(tmp_path: Path) -> None:
    async with service(tmp_path, media_processes=1, log_level="error") as served:
        path = await served.briefing()
        before = await status(served, path, "operator")
        await break_down(served.app[PLANE])

        async def is_down() -> bool:
            return (await status(served, path, "operator"))["media"]["since"] is None

        await until(is_down, within=10, what="the plane is down")
        refused = await post_offer(served, path)
        down, seen = await status(served, path, "operator"), await status(served, path, site(path, "38"))
        ended = await served.call("POST", f"{path}/close", "chair")

    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (503, "media_down", "2")
    assert (before["alarms"], bool(before["media"]["since"])) == ([], True)
    assert [one["code"] for one in down["alarms"]] == [DOWN]
    assert (seen["alarms"], seen["media"]) == ([], {"since": None})
    assert ended.status == 200  # a briefing ends without it


async def break_down(plane: Any) -> None:
    """Kill the media process, and let no other start."""
    assert isinstance(plane, Supervisor)
    assert plane._child is not None
    plane._command = ("-c", "raise SystemExit(1)")
    os.kill(plane._child.pid, signal.SIGKILL)


async def post_offer(served: Service, path: str) -> Any:
    headers = {**served.bearer(site(path, "38")), "Content-Type": "application/sdp"}
    sdp = offer("sendonly", fresh_credentials())
    async with served.http.post(f"/whip/{path.rsplit('/', 1)[1]}", data=sdp, headers=headers) as answer:
        return await read(answer)


async def status(served: Service, path: str, who: str) -> Any:
    return (await served.call("GET", f"{path}/status", who)).body
