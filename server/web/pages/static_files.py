"""Styles, scripts and pictures, served under an address that changes with their content.

`/static/{version}/js/lib/dom.js`: the version is a digest of every file, so browsers may keep what they have for a
year and never mix the modules of two releases.
"""

import hashlib
from functools import cache
from pathlib import Path

from aiohttp import web

from server.core.errors import NotFound
from server.web.routing import PUBLIC, Routes

routes = Routes()

FOLDER = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is served, and as what: never guessed from the machine's own tables."""


class NoSuchFile(NotFound):
    """There is no such file; reload the page."""

    code = "no_such_file"


@cache
def files() -> dict[str, Path]:
    """Return every file that may be served, by its path below the folder."""
    found = (path for path in sorted(FOLDER.rglob("*")) if path.suffix in TYPES)
    return {path.relative_to(FOLDER).as_posix(): path for path in found}


@cache
def version() -> str:
    """Digest all files into the short name of this release of them."""
    digest = hashlib.sha256()
    for name, path in files().items():
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def static(name: str) -> str:
    """Return the address of a file, as templates write it: `static("css/base.css")`.

    Raises KeyError for a file that does not exist, so a template with a misspelt name fails its test.
    """
    files()[name]
    return f"/static/{version()}/{name}"


@routes.get("/static/{version}/{filename:.+}", allow=PUBLIC, gives="*/*")
async def serve_file(request: web.Request) -> web.FileResponse:
    """A file of any version: an old page asks for old names, and gets what there is now, briefly kept."""
    path = files().get(request.match_info["filename"])
    if path is None:
        raise NoSuchFile
    kept = FOREVER if request.match_info["version"] == version() else "no-cache"
    return web.FileResponse(path, headers={"Content-Type": TYPES[path.suffix], "Cache-Control": kept})
