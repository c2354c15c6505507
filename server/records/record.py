"""The record of a briefing: who had the floor, who was heard, who presented, who was there; from the journal alone.

Two records of speaking stand side by side and neither corrects the other: turns are what the chair granted, speech is
what the audio levels showed. Nothing is guessed: what still runs has no end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.core.events import BriefingKind, Classification, Official, Period, Person
from server.core.ids import BriefingId, EndpointCode, RosterName
from server.core.journal import Entry, Head
from server.core.rehearsal import meeting
from server.core.state import Briefing, Phase, fold
from server.records.agenda import AgendaPoint, agenda
from server.records.attendance import Attended, attendance
from server.records.chairs import Chaired, chairs
from server.records.disagreements import Disagreement, disagreements
from server.records.filed import FiledDocument, FiledPaper, filed
from server.records.presented import PresentedContent, presented
from server.records.results import RecordedAmendment, RecordedNote, results
from server.records.secretaries import Secretary, secretaries
from server.records.spoken import SpokenSegment, SpokenTurn, spoken


@dataclass(frozen=True, slots=True)
class Held:
    """The briefing itself: as it was planned last, and as it went."""

    id: BriefingId
    title: str
    state: Phase
    roster: RosterName
    starts_at: datetime  # planned
    ends_at: datetime  # planned
    opened_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    kind: BriefingKind = BriefingKind.REGULAR
    number: str = ""
    period: Period | None = None  # what was to be reported on
    classification: Classification = Classification.NONE
    presiding: tuple[Official, ...] = ()  # planned, by rank
    moderator: Person | None = None  # planned
    secretary: Person | None = None  # planned
    place: str = ""  # of the hub's room


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the journal says, up to its head."""

    briefing: Held
    head: Head
    as_of: datetime  # when the head was sealed
    agenda: tuple[AgendaPoint, ...]  # in its order
    turns: tuple[SpokenTurn, ...]  # in the order granted
    speech: tuple[SpokenSegment, ...]  # in the order begun
    disagreements: tuple[Disagreement, ...]  # of the two, in the order begun
    presented: tuple[PresentedContent, ...]  # in the order the content slot was given
    attendance: tuple[Attended, ...]  # one per site of the plan, in its order
    notes: tuple[RecordedNote, ...] = ()  # by number; removed ones too
    amendments: tuple[RecordedAmendment, ...] = ()  # by number
    chairs: tuple[Chaired, ...] = ()  # in the order in which they took the chair
    secretaries: tuple[Secretary, ...] = ()  # in the order in which they began to keep the minutes
    documents: tuple[FiledDocument, ...] = ()  # in the order attached; withdrawn ones too
    papers: tuple[FiledPaper, ...] = ()  # by due date, every version


def build(entries: Sequence[Entry], names: Callable[[EndpointCode], str]) -> Record:
    """Build the record from a briefing's whole journal, in order of seq; `names` says how a site or the hub is called.

    What was rehearsed is none of the meeting. Raises LookupError for a journal without a drafted briefing.
    """
    whole, entries = entries, meeting(entries)
    attended = attendance(entries, names)
    turns, speech = spoken(entries, names)
    end = fold(Briefing(entries[0].briefing), entries)
    notes, amendments = results(entries, names)
    documents, papers = filed(end, names)
    return Record(
        briefing=_held(end),
        head=Head(whole[-1].seq, whole[-1].hash) if whole else end.head,
        as_of=whole[-1].at,
        agenda=agenda(entries, names),
        turns=turns,
        speech=speech,
        disagreements=disagreements(entries, turns, speech, names),
        presented=presented(entries, names),
        attendance=attended,
        notes=notes,
        amendments=amendments,
        chairs=chairs(entries),
        secretaries=secretaries(entries),
        documents=documents,
        papers=papers,
    )


def _held(end: Briefing) -> Held:
    plan = end.planned
    return Held(
        id=end.id,
        title=plan.title,
        state=end.phase,
        roster=plan.roster,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        opened_at=end.opened_at,
        started_at=end.started_at,
        ended_at=end.ended_at,
        kind=plan.kind,
        number=plan.number,
        period=plan.period,
        classification=plan.classification,
        presiding=plan.presiding,
        moderator=plan.moderator,
        secretary=plan.secretary,
        place=plan.place,
    )
