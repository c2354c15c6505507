"""Two kinds of error: `UserError`, somebody asked for what cannot be; `ProtocolError`, a peer broke a protocol.

Every `UserError` has a stable `code` and its docstring's first line says what to do about it. The web maps the
four families to HTTP statuses; nothing else knows about HTTP.
"""

from typing import ClassVar


class UserError(Exception):
    """What was asked for is not possible; nothing has changed."""

    code: ClassVar[str] = "refused"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def sentence(self) -> str:
        """The first line of the docstring: what is wrong and what to do."""
        return (type(self).__doc__ or "").strip().splitlines()[0]


class NotFound(UserError):
    """Nothing of that name exists here."""

    code = "not_found"


class Conflict(UserError):
    """The briefing's present state does not allow this."""

    code = "conflict"


class Invalid(UserError):
    """A value is missing, malformed or out of bounds."""

    code = "invalid"


class Forbidden(UserError):
    """You are signed in, but this is not yours to do."""

    code = "forbidden"


class ProtocolError(Exception):
    """A peer sent bytes that break their protocol; the peer is at fault, not a person."""
