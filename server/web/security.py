"""What protects browsers: the headers of every answer, the origin of every change, and the caller's real address."""

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network
from types import MappingProxyType

from aiohttp import web
from yarl import URL

from server.web.errors import CrossOrigin
from server.web.keys import SETTINGS

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing from elsewhere, and no script or style inside a page (Content Security Policy level 3)."""

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""For what people handed over: should a browser show it after all, it may run, load and send nothing."""

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",  # an address may hold a join link
        "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Server": "giaoban",  # instead of the versions of what it is made with
    }
)
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?", re.ASCII)
"""What a Host header may say before it becomes part of a link (RFC 9110, section 7.2)."""

HSTS = "max-age=31536000"


async def protect(request: web.Request, response: web.StreamResponse) -> None:
    """Add the protective headers; a signal of the application (`on_response_prepare`), so that none escapes."""
    stricter = response.headers.get("Content-Security-Policy") == SANDBOX
    response.headers.update(HEADERS)
    if stricter:
        response.headers["Content-Security-Policy"] = SANDBOX
    if is_https(request):
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    response.headers.setdefault("Cache-Control", "no-store")


def require_same_origin(request: web.Request, *, cookie: bool) -> None:
    """Refuse a change that a browser makes for another site.

    With a session cookie the request must prove where it comes from; without one it must not say another place.
    Sec-Fetch-Site decides where a browser sends it, else Origin. Raises CrossOrigin.
    """
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in {None, "same-origin", "none"}:
        raise CrossOrigin
    if origin is not None and origin not in own_origins(request):
        raise CrossOrigin
    if cookie and site is None and origin is None:
        raise CrossOrigin("the Origin header is missing")


def own_origins(request: web.Request) -> frozenset[str]:
    """Return the origins a page of this service can have: the configured one, and the one it is reached by now.

    The scheme is not compared: a proxy that is not configured hides it, and a cookie is never shared between hosts.
    """
    reached = {f"http://{request.host}", f"https://{request.host}"}
    configured = request.app[SETTINGS].base_url
    return frozenset(reached | ({str(URL(configured).origin())} if configured else set()))


def base_url(request: web.Request) -> str:
    """Return how browsers reach the service, without a final slash. Raises HTTPBadRequest for a Host that is none."""
    if configured := request.app[SETTINGS].base_url:
        return configured.rstrip("/")
    if not _HOST.fullmatch(request.host):
        raise web.HTTPBadRequest
    return f"{'https' if is_https(request) else 'http'}://{request.host}"


def is_https(request: web.Request) -> bool:
    """Whether the browser's side of the connection is encrypted."""
    if request.app[SETTINGS].base_url.startswith("https://"):
        return True
    return request.secure or (_via_proxy(request) and _last(request, "X-Forwarded-Proto") == "https")


def address_of(request: web.Request) -> str:
    """Return the client's address; behind a trusted proxy the one that proxy saw: the last hop only."""
    return (_via_proxy(request) and _last(request, "X-Forwarded-For")) or request.remote or ""


def _via_proxy(request: web.Request) -> bool:
    return is_within(request.remote or "", request.app[SETTINGS].trusted_proxies)


def _last(request: web.Request, header: str) -> str:
    return ",".join(request.headers.getall(header, ())).rpartition(",")[2].strip()


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address is one of those, or in one of those networks ("10.0.0.0/8")."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False  # a UNIX socket has no address
    return any(parsed in ip_network(network, strict=False) for network in networks)
