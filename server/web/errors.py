"""The refusals that only HTTP knows: who calls, how fast, and what the bytes of a request are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import ClassVar

from server.core.errors import UserError


class WebError(UserError):
    """The request cannot be served; look at its code."""

    status: ClassVar[int] = 400

    @property
    def headers(self) -> Mapping[str, str]:
        """What the answer's headers say about it."""
        return {}


class Unauthenticated(WebError):
    """Nobody known makes this request; sign in, or use a token that is valid."""

    code = "unauthenticated"
    status = 401
    challenge: ClassVar[str] = 'Bearer realm="giaoban"'

    @property
    def headers(self) -> Mapping[str, str]:
        """RFC 9110, section 11.6.1: a 401 says how to authenticate."""
        return {"WWW-Authenticate": self.challenge}


class InvalidToken(Unauthenticated):
    """This token or link is unknown, has expired or was revoked; ask the organizer for a new one."""

    challenge = 'Bearer realm="giaoban", error="invalid_token"'  # RFC 6750, section 3.1


class LinkExpired(InvalidToken):
    """This briefing is over, so its links no longer work; the organizer has its record."""

    code = "link_expired"


class WrongPassword(Unauthenticated):
    """The name or the password is wrong; try again."""

    code = "wrong_password"
    challenge = 'Session realm="giaoban"'


class CrossOrigin(WebError):
    """This request comes from another web site; open the service itself and try again."""

    code = "cross_origin"
    status = 403


class TooFast(WebError):
    """Too many attempts; wait a little and try again."""

    code = "too_fast"
    status = 429

    def __init__(self, wait: float) -> None:
        super().__init__(f"{ceil(wait)} s")
        self.wait = wait  # seconds

    @property
    def headers(self) -> Mapping[str, str]:
        """RFC 6585, section 4."""
        return {"Retry-After": str(max(1, ceil(self.wait)))}


class MalformedJson(WebError):
    """The body is not well-formed JSON."""

    code = "malformed_json"


class MalformedBody(WebError):
    """The body could not be read to its end."""

    code = "malformed_body"

    @property
    def headers(self) -> Mapping[str, str]:
        """The rest of the connection cannot be trusted either."""
        return {"Connection": "close"}


class TooLarge(WebError):
    """The body is too large; send less."""

    code = "too_large"
    status = 413


class WrongType(WebError):
    """The body has another media type than this address takes."""

    code = "unsupported_media_type"
    status = 415

    @property
    def headers(self) -> Mapping[str, str]:
        """RFC 9110, section 15.5.16: what would have been taken."""
        return {"Accept": self.detail} if "/" in self.detail else {"Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `field` is its path, with dots ("delegates.0.name")."""

    field: str
    message: str


class InvalidBody(WebError):
    """Some fields are missing, malformed or out of bounds; correct them."""

    code = "invalid_body"
    status = 422

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(", ".join(error.field for error in errors[:10]))
        self.errors = tuple(errors)
