"""The refusals of the media plane."""

from server.core.errors import Conflict, Invalid, NotFound, UserError

HOLD_OFF = 10
"""Seconds for which who flooded is kept out; the sentence of `HeldOff` names them."""


class BadOffer(Invalid):
    """The SDP offer cannot be used; send one with BUNDLE, rtcp-mux, DTLS-SRTP, Opus and H.264 or VP8."""

    code = "bad_offer"


class UnknownMedia(NotFound):
    """This media session does not exist, or has ended; send a new offer."""

    code = "unknown_media"


class BadFragment(Invalid):
    """The SDP fragment cannot be used; send ice-ufrag, ice-pwd and candidates as RFC 8840 writes them."""

    code = "bad_fragment"


class StaleMedia(UserError):
    """The connection was renewed meanwhile; use the entity tag of its latest answer, or * to renew it again."""

    code = "stale_media"


class Busy(Conflict):
    """No more media sessions are taken at present; try again in a few seconds."""

    code = "media_busy"


class HeldOff(UserError):
    """The connection was cut because it sent far too much; mend the sender and connect again in 10 seconds."""

    code = "media_held_off"


class MediaDown(UserError):
    """The media plane is away at the moment; try again in a few seconds."""

    code = "media_down"
