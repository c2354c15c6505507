"""How a page is made: what every template may use, and the one function that renders.

A page group is one file of handlers beside this one: load what the page needs, then
`return page(request, "group/name.html", {...})`. The frame, the language, the theme, the reader and the
scripts' sentences are added here.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp_jinja2
import jinja2
from aiohttp import web

from endpoints.rosters import SPELLING
from server.core.events import rfc3339
from server.core.people import Role
from server.web.keys import SETTINGS
from server.web.language import LANGUAGES, language_of, translator
from server.web.pages.reader import reader_of
from server.web.pages.static_files import static
from server.web.pages.strings import script_catalogue

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
TONGUES = {"vi": "Tiếng Việt", "en": "English"}


def setup_pages(app: web.Application) -> None:
    """Give the application its template environment; call once, when it is built."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    environment.globals.update(static=static, Role=Role, LANGUAGES=LANGUAGES, TONGUES=TONGUES, SPELLING=SPELLING)
    zone = ZoneInfo(app[SETTINGS].time_zone)
    environment.filters["later"] = lambda moment, minutes: moment + timedelta(minutes=minutes)
    environment.filters["date"] = lambda moment: local(moment, zone, "%d/%m/%Y")
    environment.filters["day"] = lambda day: f"{day:%d/%m/%Y}"
    environment.filters["time"] = lambda moment: local(moment, zone, "%H:%M")
    environment.filters["moment_of"] = datetime.fromisoformat
    environment.filters["seconds"] = lambda moment: local(moment, zone, "%H:%M:%S")
    environment.filters["clock"] = clock
    environment.filters["rfc3339"] = rfc3339
    environment.filters["datetime"] = lambda moment: local(moment, zone, "%d/%m/%Y %H:%M")


def local(moment: datetime, zone: ZoneInfo, form: str) -> str:
    """Write an aware moment as people in a time zone read it."""
    return moment.astimezone(zone).strftime(form)


def clock(seconds: float) -> str:
    """Write a length of time as m:ss, and as h:mm:ss from an hour on."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def frame_of(request: web.Request) -> dict[str, Any]:
    """Return what every template may use besides its own values."""
    language = language_of(request)
    return {
        "_": translator(language, "pages"),
        "language": language,
        "theme": theme_of(request),
        "reader": reader_of(request),
        "here": request.path_qs,
        "time_zone": request.app[SETTINGS].time_zone,
        "script_strings": script_catalogue(language),
    }


def theme_of(request: web.Request) -> str:
    """Return the colours the reader chose; "auto" follows their system."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def page(
    request: web.Request, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200
) -> web.Response:
    """Render a template as the answer to a browser."""
    context = {**frame_of(request), **(values or {})}
    return aiohttp_jinja2.render_template(template, request, context, status=status)
