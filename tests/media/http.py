"""A WHIP and WHEP server as small as it can be: the caller's bearer token is its endpoint code."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from server.core.ids import EndpointCode, MediaId
from server.media.plane import MediaPlane
from server.web.pages.static_files import FOLDER
from tests.media.peers import GIAO_BAN


@dataclass(frozen=True)
class Door:
    """Where the server listens."""

    url: str


@asynccontextmanager
async def open_door(plane: MediaPlane, host: str = "127.0.0.1") -> AsyncIterator[Door]:
    """Serve WHIP and WHEP for one briefing, an empty page for browsers, and the pages' own scripts."""

    async def whip(request: web.Request) -> web.Response:
        answer = await plane.publish(GIAO_BAN, _caller(request), await request.text())
        return _created(answer.media, answer.sdp)

    async def whep(request: web.Request) -> web.Response:
        answer = await plane.subscribe(GIAO_BAN, _caller(request), await request.text())
        return _created(answer.media, answer.sdp)

    async def options(_: web.Request) -> web.Response:
        return web.Response()

    async def patch(request: web.Request) -> web.Response:
        media, if_match = MediaId(request.match_info["media"]), request.headers["If-Match"]
        renewed = await plane.patch(media, await request.text(), if_match=if_match)
        return web.Response(status=204 if renewed is None else 200, text=renewed.fragment if renewed else None)

    async def delete(request: web.Request) -> web.Response:
        await plane.close(MediaId(request.match_info["media"]))
        return web.Response()

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>media</title>", content_type="text/html")

    app = web.Application()
    app.add_routes(
        [
            *(web.post("/whip", whip), web.options("/whip", options), web.post("/whep", whep)),
            *(web.patch("/media/{media}", patch), web.delete("/media/{media}", delete), web.get("/", page)),
        ]
    )
    app.router.add_static("/js", FOLDER / "js")
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    try:
        yield Door(f"http://{host}:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()


def _caller(request: web.Request) -> EndpointCode:
    return EndpointCode(request.headers["Authorization"].removeprefix("Bearer "))


def _created(media: MediaId, sdp: str) -> web.Response:
    headers = {"Location": f"/media/{media}"}
    return web.Response(status=201, text=sdp, content_type="application/sdp", headers=headers)
