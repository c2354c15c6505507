"""Refusals as problem details (RFC 9457): the one place where errors become answers."""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import structlog
from aiohttp import web

from server.core.briefing import StaleEdit
from server.core.errors import Conflict, Forbidden, Invalid, NotFound, UserError
from server.core.reminders import StaleReminders
from server.core.results import StaleNote
from server.core.series import StaleSeries
from server.files.errors import FileTooLarge, NoSpace
from server.media.errors import HOLD_OFF, Busy, HeldOff, MediaDown, StaleMedia
from server.store.errors import StorageUnavailable
from server.web.errors import FieldError, InvalidBody, WebError
from server.web.language import language_of, translator
from server.web.routing import Handler

TYPES = "https://giaoban.invalid/problems/"
"""A problem's type is this and its code. The name can never be resolved (RFC 2606): the code says everything."""

RETRY_AFTER = 2
"""Seconds after which something that is away is worth another try."""

_RETRIES: Mapping[int, int] = MappingProxyType(
    {HTTPStatus.SERVICE_UNAVAILABLE: RETRY_AFTER, HTTPStatus.TOO_MANY_REQUESTS: HOLD_OFF}
)

_STATUS: Mapping[type[UserError], HTTPStatus] = MappingProxyType(
    {
        NotFound: HTTPStatus.NOT_FOUND,
        Conflict: HTTPStatus.CONFLICT,
        Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
        Forbidden: HTTPStatus.FORBIDDEN,
        StaleEdit: HTTPStatus.PRECONDITION_FAILED,
        StaleMedia: HTTPStatus.PRECONDITION_FAILED,
        StaleNote: HTTPStatus.PRECONDITION_FAILED,
        StaleReminders: HTTPStatus.PRECONDITION_FAILED,
        StaleSeries: HTTPStatus.PRECONDITION_FAILED,
        FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        NoSpace: HTTPStatus.INSUFFICIENT_STORAGE,
        Busy: HTTPStatus.SERVICE_UNAVAILABLE,
        MediaDown: HTTPStatus.SERVICE_UNAVAILABLE,
        HeldOff: HTTPStatus.TOO_MANY_REQUESTS,
        UserError: HTTPStatus.BAD_REQUEST,
    }
)

SENTENCES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        HTTPStatus.BAD_REQUEST: ("bad_request", "The request is malformed."),
        HTTPStatus.NOT_FOUND: ("not_found", "There is nothing at this address."),
        HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "This address does not take that method."),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "The body is too large; send less."),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
            "unsupported_media_type",
            "The body has another media type than this address takes.",
        ),
        HTTPStatus.EXPECTATION_FAILED: ("expectation_failed", "The request expects what this service does not do."),
    }
)
UNAVAILABLE = "The database is away at the moment; try again in a few seconds."
INTERNAL = "Something went wrong in the service itself; it has been written down. Try again, or tell the operator."
REFUSED = "The request cannot be served."

STARTED = web.RequestKey("started", bool)
"""Set once the head of the answer is on its way."""

REQUEST_ID = web.RequestKey("request_id", str)
"""Names one request in the answer and in the logs."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal, in the caller's language."""

    status: int
    code: str
    title: str
    detail: str = ""
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the problem details object."""
        optional = {"detail": self.detail, "errors": [asdict(error) for error in self.errors]}
        return {
            "type": TYPES + self.code,
            "title": self.title,
            "status": self.status,
            "code": self.code,
            **{name: value for name, value in optional.items() if value},
        }


PROBLEM_PAGE: web.AppKey[Callable[[web.Request, Problem], Awaitable[web.Response]]] = web.AppKey("problem_page")
"""Draws a problem for a browser; without it browsers get the same JSON as programs."""

_log = structlog.get_logger("giaoban.web")


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error with a problem; once an answer has begun, the connection can only be broken off."""
    request[REQUEST_ID] = secrets.token_hex(8)
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < HTTPStatus.BAD_REQUEST or STARTED in request:
            raise
        return await answer_problem(request, problem_of(answer, request))
    except Exception as error:
        if STARTED in request:
            raise
        return await answer_problem(request, problem_of(error, request))


def problem_of(error: Exception, request: web.Request) -> Problem:
    """Turn an error into the problem its caller sees; what nobody foresaw is logged and told only by its id."""
    say = translator(language_of(request), "problems")
    match error:
        case WebError():
            errors = error.errors if isinstance(error, InvalidBody) else ()
            return Problem(error.status, error.code, say(error.sentence), error.detail, errors, error.headers)
        case UserError():
            status = status_of(type(error))
            headers = _retry(_RETRIES[status]) if status in _RETRIES else {}
            return Problem(status, error.code, say(error.sentence), error.detail, headers=headers)
        case web.HTTPException():
            code, sentence = SENTENCES.get(error.status, ("refused", REFUSED))
            kept = {name: error.headers[name] for name in ("Allow",) if name in error.headers}
            return Problem(error.status, code, say(sentence), headers=kept)
        case StorageUnavailable():
            _log.error("storage unavailable", request_id=request[REQUEST_ID], error=repr(error))
            return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "storage_unavailable", say(UNAVAILABLE), headers=_retry())
        case _:
            _log.error("unexpected error", request_id=request[REQUEST_ID], exc_info=error)
            return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", say(INTERNAL), request[REQUEST_ID])


def status_of(kind: type[UserError]) -> int:
    """Return the HTTP status of a refusal: its own, else that of its nearest family."""
    if issubclass(kind, WebError):
        return kind.status
    return next(_STATUS[family] for family in kind.__mro__ if family in _STATUS)


async def answer_problem(request: web.Request, problem: Problem) -> web.Response:
    """Answer a program with the problem, a browser with a page, and send a browser nobody has signed in to sign in."""
    if not prefers_page(request):
        return json_problem(problem)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": sign_in_address(request)})
    draw = request.app.get(PROBLEM_PAGE)
    return await draw(request, problem) if draw else json_problem(problem)


def json_problem(problem: Problem) -> web.Response:
    """Answer with the problem details object."""
    return web.Response(
        status=problem.status,
        headers=dict(problem.headers),
        body=json.dumps(problem.body(), ensure_ascii=False).encode(),
        content_type="application/problem+json",
    )


def prefers_page(request: web.Request) -> bool:
    """Whether a browser is opening a page."""
    reads = request.method in {"GET", "HEAD"} and not request.path.startswith("/api/")
    return reads and "text/html" in request.headers.get("Accept", "")


def sign_in_address(request: web.Request) -> str:
    """Return where to sign in, and where to come back to afterwards: an address of this service."""
    return "/sign-in?next=" + quote(request.rel_url.raw_path_qs, safe="")


async def note_started(request: web.Request, _response: web.StreamResponse) -> None:
    """Remember that an answer has begun; a signal of the application (`on_response_prepare`)."""
    request[STARTED] = True


def _retry(seconds: int = RETRY_AFTER) -> dict[str, str]:
    return {"Retry-After": str(seconds)}
