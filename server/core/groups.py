"""Groups: some endpoints of a roster under a name of their own, to be chosen all at once."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from server.core.errors import Conflict, Invalid, NotFound
from server.core.ids import HUB, EndpointCode, GroupId, RosterName
from server.core.plan import MOST_ENDPOINTS
from server.core.text import require_whole

MOST_OF_ROSTER: Final = 100
LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Group:
    """Some endpoints of a roster: a ministry's, those of a delta, those that are called first."""

    id: GroupId
    roster: RosterName
    name: str
    endpoints: tuple[EndpointCode, ...]  # in the group's own order


class NoGroup(NotFound):
    """There is no such group; somebody else may have removed it, so look at the groups again."""

    code = "no_group"


class BadGroupName(Invalid):
    """A group needs a name of at most 100 characters; write it anew."""

    code = "bad_group_name"


class BadGroupMembers(Invalid):
    """A group has endpoints, each once and at most 5000, and the hub is none; choose those that belong to it."""

    code = "bad_group_members"


class GroupNameTaken(Conflict):
    """The roster has a group or a region of that name already; choose another name."""

    code = "group_name_taken"


class TooManyGroups(Conflict):
    """A roster has at most 100 groups; remove one first."""

    code = "too_many_groups"


def check(group: Group) -> None:
    """Raise a refusal for a group that cannot be kept."""
    require_whole(group.name)
    if not group.name.strip() or len(group.name) > LONGEST_NAME or group.name.splitlines() != [group.name]:
        raise BadGroupName
    members = set(group.endpoints)
    if not 0 < len(members) == len(group.endpoints) <= MOST_ENDPOINTS or HUB in members:
        raise BadGroupMembers


def name_key(name: str) -> str:
    """Return what two spellings of a group's name have in common: case, spacing and the form of its letters aside."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
