"""How a reader wants the pages: their language and colours, kept in cookies for a year."""

from http import HTTPStatus

from aiohttp import web

from server.web.language import COOKIE, LANGUAGES
from server.web.pages.views import THEME_COOKIE, THEMES
from server.web.routing import PUBLIC, Routes
from server.web.security import is_https

routes = Routes()

YEAR = 365 * 24 * 3600  # seconds


@routes.page("/preferences", allow=PUBLIC)
async def set_preferences(request: web.Request) -> web.Response:
    """`?lang=vi&theme=dark&next=/…` keeps what is known of these and returns to where the reader was."""
    answer = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": way_back(request.query.get("next", "/"))})
    for cookie, key, known in ((COOKIE, "lang", LANGUAGES), (THEME_COOKIE, "theme", THEMES)):
        if (chosen := request.query.get(key, "")) in known:
            answer.set_cookie(cookie, chosen, max_age=YEAR, samesite="Lax", secure=is_https(request), httponly=True)
    return answer


def way_back(address: str) -> str:
    r"""Return an address of this service as it is, and anything else as "/": nobody is sent to another site.

    Browsers read "//host" and "/\host" as other sites, and drop control characters before they look.
    """
    plain = address.isascii() and address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and not address.startswith("//") else "/"
