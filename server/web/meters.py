"""What is counted of every request: by the route's template, never by the address, which may hold a secret."""

import time
from dataclasses import dataclass, field

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Histogram

from server.web.problems import REQUEST_ID
from server.web.routing import Handler, declaration_of

log = structlog.get_logger("giaoban.web")


@dataclass(frozen=True, slots=True)
class Meters:
    """The meters of one application; other parts add theirs to the registry."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)

    def __post_init__(self) -> None:
        names = ("method", "route", "status")
        requests = Counter("giaoban_http_requests", "Requests answered.", names, registry=self.registry)
        seconds = Histogram("giaoban_http_seconds", "Seconds to answer.", ("route",), registry=self.registry)
        object.__setattr__(self, "requests", requests)
        object.__setattr__(self, "seconds", seconds)


METERS = web.AppKey("meters", Meters)


@web.middleware
async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count a request and write one line about it, without its address."""
    began = time.perf_counter()
    status = 499  # the client went away, or the connection broke
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as answer:
        status = answer.status
        raise
    else:
        return response
    finally:
        note(request, status, time.perf_counter() - began)


def note(request: web.Request, status: int, seconds: float) -> None:
    """Count one answer; streams last as long as people stay, so their time says nothing."""
    declared = declaration_of(request)
    route = declared.path if declared else "unknown"
    method = request.method if declared else "other"
    meters = request.app[METERS]
    meters.requests.labels(method, route, str(status)).inc()
    if declared is None or not declared.stream:
        meters.seconds.labels(route).observe(seconds)
    log.debug(
        "request",
        request_id=request.get(REQUEST_ID),
        method=method,
        route=route,
        status=status,
        milliseconds=round(seconds * 1000, 1),
    )
