"""Whether the service lives, whether it can serve, and its meters: for supervisors and Prometheus."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from server.web.keys import DATABASE
from server.web.meters import METERS
from server.web.routing import PUBLIC, Routes

routes = Routes()


class HealthAnswer(BaseModel):
    """All is well."""

    status: str


@routes.get("/healthz", allow=PUBLIC, answers=HealthAnswer)
async def show_alive(_request: web.Request) -> web.Response:
    """Say that the process answers; nothing else is looked at, so that nothing else gets it restarted."""
    return web.json_response({"status": "alive"})


@routes.get("/readyz", allow=PUBLIC, answers=HealthAnswer)
async def show_ready(request: web.Request) -> web.Response:
    """Say whether the database answers; 503 when it does not."""
    await request.app[DATABASE].ping()
    return web.json_response({"status": "ready"})


@routes.get("/metrics", allow=PUBLIC, gives="text/plain")
async def show_meters(request: web.Request) -> web.Response:
    """Give the meters in Prometheus' text format; a reverse proxy keeps them from the outside."""
    content = generate_latest(request.app[METERS].registry)
    return web.Response(body=content, headers={"Content-Type": CONTENT_TYPE_LATEST})
