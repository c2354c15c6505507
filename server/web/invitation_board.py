"""The organizer's board of invitations: each site's answer, its delegates and what became of its mail, at a glance."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aiohttp import web

from endpoints.rosters import Rosters
from schedules.invitations import OVERTAKING, PURPOSES
from schedules.occasion import MailKey, read_key
from schedules.series_letters import INVITATIONS
from server.core.contacts import Contact, ContactRole, address_key
from server.core.events import Attendance
from server.core.ids import BriefingId, EndpointCode
from server.core.invitations import Standing, standing
from server.core.mail import MailState, Posted
from server.core.state import Briefing, Invited
from server.store import contacts, outbox, replies
from server.store.replies import Aside
from server.web.keys import DATABASE, ROSTERS
from server.web.plans import names_of

TELLING: Final = PURPOSES | OVERTAKING
"""The mails that tell a site how it stands."""


class Delivery(StrEnum):
    """What became of the mails that last told a site how it stands, the worst first."""

    BOUNCED = "bounced"
    DEAD = "dead"
    WAITING = "waiting"
    SENT = "sent"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """One site."""

    code: EndpointCode
    name: str
    standing: Standing
    invited: Invited
    liaisons: tuple[Contact, ...]
    phones: tuple[Contact, ...]  # liaisons who cannot be mailed
    delivery: Delivery
    reason: str  # why a mail was given up

    @property
    def attending(self) -> int:
        """How many delegates it has named who will be there."""
        answer = self.invited.answer
        return sum(one.attendance is not Attendance.ABSENT for one in answer.delegates) if answer else 0

    @property
    def unreached(self) -> bool:
        """Whether no mail reaches it: a person has to see to that."""
        return self.delivery in {Delivery.DEAD, Delivery.BOUNCED} or not self.liaisons


@dataclass(frozen=True, slots=True)
class Board:
    """All sites of a briefing in the plan's order, and the replies that are no site's."""

    rows: tuple[Row, ...]
    aside: tuple[Aside, ...]

    @property
    def counts(self) -> dict[Standing, int]:
        """How many sites stand where."""
        found = Counter(row.standing for row in self.rows)
        return {one: found[one] for one in Standing}

    @property
    def to_remind(self) -> int:
        """How many were invited, have not answered to the present time, and can be reminded."""
        missing = (row for row in self.rows if row.standing in {Standing.WAITING, Standing.MOVED})
        return sum(row.invited.sent_at is not None and bool(row.liaisons) for row in missing)

    @property
    def to_send(self) -> int:
        """How many can be sent the invitation that they have not been sent."""
        return sum(row.invited.sent_at is None and bool(row.liaisons) for row in self.rows)

    @property
    def unreached(self) -> int:
        """How many no mail reaches."""
        return sum(row.unreached for row in self.rows)

    @property
    def attending(self) -> int:
        """How many delegates are named who will be there."""
        return sum(row.attending for row in self.rows if row.standing is not Standing.DECLINED)


async def board_of(request: web.Request, state: Briefing) -> Board:
    """Put the board of a briefing together, in three queries; one more where sites were invited to several dates."""
    plan = state.planned
    async with request.app[DATABASE].read() as session:
        people = await contacts.of(session, plan.roster, plan.endpoints)
        mails = [mail for one in _journals(state) for mail in await outbox.of_briefing(session, one)]
        aside = await replies.of_briefing(session, state.id)
    return Board(tuple(_rows(request.app[ROSTERS], state, people, mails)), tuple(aside))


def liaisons(people: Iterable[Contact]) -> dict[EndpointCode, tuple[Contact, ...]]:
    """Return who gets the invitation of each site: those who can be mailed."""
    return _liaisons(one for one in people if one.email)


def _liaisons(people: Iterable[Contact]) -> dict[EndpointCode, tuple[Contact, ...]]:
    found: dict[EndpointCode, tuple[Contact, ...]] = {}
    for one in people:
        if ContactRole.LIAISON in one.roles:
            found[one.endpoint] = (*found.get(one.endpoint, ()), one)
    return found


def _rows(rosters: Rosters, state: Briefing, people: Sequence[Contact], mails: Iterable[Posted]) -> Iterable[Row]:
    plan, known, last = state.planned, liaisons(people), _last(state, mails)
    names = names_of(rosters, plan)
    by_phone = _liaisons(one for one in people if not one.email)
    for code in plan.endpoints:
        there = known.get(code, ())
        addresses = {address_key(one.email) for one in there}
        own = [mail for mail in last.get(code, {}).values() if address_key(mail.recipient) in addresses]
        failed = [mail for mail in own if mail.state in {MailState.DEAD, MailState.BOUNCED}]
        yield Row(
            code=code,
            name=names.get(code, code),
            standing=standing(state, code),
            invited=state.invitations.of(code),
            liaisons=there,
            phones=by_phone.get(code, ()),
            delivery=_delivery(mail.state for mail in own),
            reason="; ".join(f"{mail.recipient}: {mail.reason}" for mail in failed),
        )


def _journals(state: Briefing) -> list[BriefingId]:
    """Return whose journals meant the mails that invited sites: those that invited to several dates, and its own."""
    others = {one.told_in for one in state.invitations.sites.values() if one.told_in}
    return [*sorted(others - {state.id}), state.id]


def _last(state: Briefing, mails: Iterable[Posted]) -> Mapping[EndpointCode, Mapping[str, Posted]]:
    """Return the last mail that told each address of each site how it stands."""
    found: dict[EndpointCode, dict[str, Posted]] = {}
    keyed = [(key, mail) for mail in mails if (key := read_key(mail.cover.key)) and _tells(state, key)]
    for key, mail in sorted(keyed, key=_order):
        found.setdefault(key.endpoint, {})[key.recipient] = mail
    return found


def _tells(state: Briefing, key: MailKey) -> bool:
    """Whether a mail tells a site of this briefing: alone, or of others too, and then it may be that of any of them."""
    return key.purpose == INVITATIONS or (key.briefing == state.id and key.purpose in TELLING)


def _order(keyed: tuple[MailKey, Posted]) -> tuple[bool, int]:
    """Put what asked to several dates first: it can only be the first mail of all."""
    key = keyed[0]
    return key.purpose != INVITATIONS, key.seq


_DELIVERIES: Final = {
    MailState.BOUNCED: Delivery.BOUNCED,
    MailState.DEAD: Delivery.DEAD,
    MailState.LAPSED: Delivery.DEAD,
    MailState.WAITING: Delivery.WAITING,
    MailState.SENT: Delivery.SENT,
}


def _delivery(states: Iterable[MailState]) -> Delivery:
    found = {_DELIVERIES[state] for state in states}
    return next((one for one in Delivery if one in found), Delivery.NONE)
