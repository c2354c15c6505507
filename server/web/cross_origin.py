"""Players and encoders on pages of other web sites may use WHIP and WHEP, by bearer token (RFC 9725, section 4.2).

No cookie is ever taken from there: the wildcard forbids it, and what changes something by a cookie must come from our
own pages (`server.web.security`).
"""

from types import MappingProxyType

from aiohttp import web

_PLACES = ("/whip/", "/whep/", "/media/")
_SHARED = MappingProxyType(
    {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Accept-Patch, Accept-Post, ETag, Link, Location, Retry-After",
    }
)
_PREFLIGHT = MappingProxyType(
    {
        "Access-Control-Allow-Methods": "DELETE, GET, OPTIONS, PATCH, POST",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
        "Access-Control-Max-Age": "7200",
    }
)


def is_preflight(request: web.Request) -> bool:
    """Whether a browser asks if a page may make a request, rather than the page itself."""
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


async def share(request: web.Request, response: web.StreamResponse) -> None:
    """Let pages of other sites read the answers of WHIP and WHEP; a signal (`on_response_prepare`)."""
    if request.path.startswith(_PLACES):
        response.headers.update(_SHARED)
        if is_preflight(request):
            response.headers.update(_PREFLIGHT)
