"""The identifiers of the domain, each a type of its own."""

from typing import Final, NewType

BriefingId = NewType("BriefingId", str)
EndpointCode = NewType("EndpointCode", str)
"""An endpoint's code in the briefing's roster ("38" is Thanh Hóa in the roster of 63)."""

ConnectionId = NewType("ConnectionId", str)
"""One open event stream of a site: its epoch. A site may hold several at once."""

MediaId = NewType("MediaId", str)
"""One WHIP or WHEP resource: unguessable, never used twice."""

Actor = NewType("Actor", str)
"""Who made a move: "user:lan", "site:38", "clock", "media" or "server"."""

RosterName = NewType("RosterName", str)

SeriesId = NewType("SeriesId", str)
PublicationId = NewType("PublicationId", str)
DocumentId = NewType("DocumentId", str)
"""One document of a briefing, or one version of a paper that a site handed in."""

MailId = NewType("MailId", str)
"""One mail of the outbox: the left side of its Message-ID."""

ContactId = NewType("ContactId", str)
"""Somebody at a site whom mails go to."""

GroupId = NewType("GroupId", str)
"""Some endpoints of a roster under a name of their own."""

HUB: Final = EndpointCode("hub")
"""The hub publishes and speaks like an endpoint, but is on no roster and needs no floor."""
