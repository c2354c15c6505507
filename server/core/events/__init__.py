"""Everything that can happen in a briefing, as frozen dataclasses named by past participles, and their JSON form.

Events are the journal's content, so a field once written is never renamed or dropped; new fields get a default.
Who and when stand on the journal entry, not here. Values are limited to what JSON keeps exactly: strings, integers,
booleans, null, and lists and objects of those (no floats), so that the canonical bytes are the same everywhere.
"""

import typing
from typing import Any

from server.core.errors import ProtocolError
from server.core.events.chair import ChairLeft, ChairLeftBecause, ChairTaken, TookBecause
from server.core.events.coding import encode, read, rfc3339
from server.core.events.content import (
    ContentEnded,
    ContentEndedBecause,
    ContentGiven,
    ContentHeld,
    ContentStarted,
    ContentStopped,
)
from server.core.events.documents import (
    Addressees,
    DocumentAddressed,
    DocumentAttached,
    DocumentFetched,
    DocumentRestored,
    DocumentWithdrawn,
    File,
    PaperHandedIn,
    PaperRequestAmended,
    PaperRequested,
    PaperRequestRestored,
    PaperRequestWithdrawn,
    PapersChased,
    PaperWanted,
)
from server.core.events.floor import (
    EndpointPutOnDeck,
    EndpointSkipped,
    EveryoneMuted,
    FloorGranted,
    FloorRequested,
    MoveUndone,
    MuteLifted,
    QueuePolicy,
    QueuePolicySet,
    QueueReordered,
    RequestAmended,
    RequestDenied,
    RequestWithdrawn,
    TurnContinued,
    TurnEnded,
    TurnEndedBecause,
    TurnExtended,
    TurnHeld,
    TurnPaused,
    TurnResumed,
    UndoneMove,
)
from server.core.events.invitations import (
    Answer,
    AnsweredBy,
    InvitationAnswered,
    InvitationsNudged,
    InvitationsSent,
)
from server.core.events.lifecycle import (
    AgendaMoved,
    BriefingCancelled,
    BriefingClosed,
    BriefingDrafted,
    BriefingEdited,
    BriefingOpened,
    BriefingScheduled,
    BriefingStarted,
    ClosedBecause,
)
from server.core.events.line_check import (
    Device,
    Found,
    FoundLine,
    FoundPicture,
    FoundSound,
    GoDecided,
    LineCheckAsked,
    LineChecked,
    Measured,
    Way,
)
from server.core.events.plan import (
    AgendaItem,
    BriefingKind,
    Classification,
    ExpectedDelegates,
    ItemKind,
    Official,
    Period,
    Person,
    Plan,
    RegisteredSpeaker,
    Technician,
)
from server.core.events.recording import (
    RecordingChecked,
    RecordingDeleted,
    RecordingDeletedBecause,
    RecordingFailed,
    RecordingFlaw,
    RecordingResumed,
    RecordingStarted,
    RecordingStopped,
    RecordingStoppedBecause,
)
from server.core.events.rehearsal import (
    RehearsalBegan,
    RehearsalDropped,
    RehearsalDroppedBecause,
    RehearsalEnded,
    RehearsalEndedBecause,
    RehearsalPlanned,
)
from server.core.events.reminders import Addressee, LeadUnit, ReminderRule, RemindersSet
from server.core.events.results import (
    AmendmentSubject,
    Note,
    NoteAmended,
    NoteCarriedOver,
    NoteKind,
    NoteRemoved,
    NoteRestored,
    NoteTaken,
    RecommendationAnswered,
    RecordAmended,
    SecretaryNamed,
    TaskAppraised,
    TaskMoved,
    TaskState,
)
from server.core.events.series import CalendarDate, PlacedInSeries, SeriesDate
from server.core.events.sites import (
    Attendance,
    CheckIn,
    Delegate,
    EndpointCheckedIn,
    EndpointJoined,
    EndpointLeft,
    EndpointsMarkedLate,
    LeftBecause,
    PublishingStarted,
    PublishingStopped,
)
from server.core.events.speech import SpeechDetected

__all__ = [
    "KINDS",
    "Addressee",
    "Addressees",
    "AgendaItem",
    "AgendaMoved",
    "AmendmentSubject",
    "Answer",
    "AnsweredBy",
    "Attendance",
    "BriefingCancelled",
    "BriefingClosed",
    "BriefingDrafted",
    "BriefingEdited",
    "BriefingKind",
    "BriefingOpened",
    "BriefingScheduled",
    "BriefingStarted",
    "CalendarDate",
    "ChairLeft",
    "ChairLeftBecause",
    "ChairTaken",
    "CheckIn",
    "Classification",
    "ClosedBecause",
    "ContentEnded",
    "ContentEndedBecause",
    "ContentGiven",
    "ContentHeld",
    "ContentStarted",
    "ContentStopped",
    "Delegate",
    "Device",
    "DocumentAddressed",
    "DocumentAttached",
    "DocumentFetched",
    "DocumentRestored",
    "DocumentWithdrawn",
    "EndpointCheckedIn",
    "EndpointJoined",
    "EndpointLeft",
    "EndpointPutOnDeck",
    "EndpointSkipped",
    "EndpointsMarkedLate",
    "Event",
    "EveryoneMuted",
    "ExpectedDelegates",
    "File",
    "FloorGranted",
    "FloorRequested",
    "Found",
    "FoundLine",
    "FoundPicture",
    "FoundSound",
    "GoDecided",
    "InvitationAnswered",
    "InvitationsNudged",
    "InvitationsSent",
    "ItemKind",
    "LeadUnit",
    "LeftBecause",
    "LineCheckAsked",
    "LineChecked",
    "Measured",
    "MoveUndone",
    "MuteLifted",
    "Note",
    "NoteAmended",
    "NoteCarriedOver",
    "NoteKind",
    "NoteRemoved",
    "NoteRestored",
    "NoteTaken",
    "Official",
    "PaperHandedIn",
    "PaperRequestAmended",
    "PaperRequestRestored",
    "PaperRequestWithdrawn",
    "PaperRequested",
    "PaperWanted",
    "PapersChased",
    "Period",
    "Person",
    "PlacedInSeries",
    "Plan",
    "PublishingStarted",
    "PublishingStopped",
    "QueuePolicy",
    "QueuePolicySet",
    "QueueReordered",
    "RecommendationAnswered",
    "RecordAmended",
    "RecordingChecked",
    "RecordingDeleted",
    "RecordingDeletedBecause",
    "RecordingFailed",
    "RecordingFlaw",
    "RecordingResumed",
    "RecordingStarted",
    "RecordingStopped",
    "RecordingStoppedBecause",
    "RegisteredSpeaker",
    "RehearsalBegan",
    "RehearsalDropped",
    "RehearsalDroppedBecause",
    "RehearsalEnded",
    "RehearsalEndedBecause",
    "RehearsalPlanned",
    "ReminderRule",
    "RemindersSet",
    "RequestAmended",
    "RequestDenied",
    "RequestWithdrawn",
    "SecretaryNamed",
    "SeriesDate",
    "SpeechDetected",
    "TaskAppraised",
    "TaskMoved",
    "TaskState",
    "Technician",
    "TookBecause",
    "TurnContinued",
    "TurnEnded",
    "TurnEndedBecause",
    "TurnExtended",
    "TurnHeld",
    "TurnPaused",
    "TurnResumed",
    "UndoneMove",
    "Way",
    "decode",
    "encode",
    "kind_of",
    "rfc3339",
]

Event = (
    BriefingDrafted
    | BriefingEdited
    | BriefingScheduled
    | BriefingOpened
    | BriefingStarted
    | BriefingClosed
    | BriefingCancelled
    | AgendaMoved
    | ChairTaken
    | ChairLeft
    | EndpointJoined
    | EndpointLeft
    | EndpointsMarkedLate
    | EndpointCheckedIn
    | PublishingStarted
    | PublishingStopped
    | FloorRequested
    | RequestWithdrawn
    | RequestAmended
    | RequestDenied
    | QueueReordered
    | QueuePolicySet
    | EndpointPutOnDeck
    | EndpointSkipped
    | FloorGranted
    | TurnHeld
    | TurnResumed
    | TurnPaused
    | TurnContinued
    | TurnExtended
    | EveryoneMuted
    | MuteLifted
    | MoveUndone
    | TurnEnded
    | ContentGiven
    | ContentStarted
    | ContentStopped
    | ContentHeld
    | ContentEnded
    | SpeechDetected
    | RecordingStarted
    | RecordingFailed
    | RecordingResumed
    | RecordingStopped
    | RecordingChecked
    | RecordingDeleted
    | SecretaryNamed
    | NoteTaken
    | NoteAmended
    | NoteRemoved
    | NoteRestored
    | RecommendationAnswered
    | TaskMoved
    | NoteCarriedOver
    | TaskAppraised
    | RecordAmended
    | PlacedInSeries
    | RemindersSet
    | InvitationsSent
    | InvitationAnswered
    | InvitationsNudged
    | DocumentAttached
    | DocumentAddressed
    | DocumentWithdrawn
    | DocumentRestored
    | DocumentFetched
    | PaperRequested
    | PaperRequestAmended
    | PaperRequestWithdrawn
    | PaperRequestRestored
    | PaperHandedIn
    | PapersChased
    | RehearsalPlanned
    | RehearsalDropped
    | RehearsalBegan
    | RehearsalEnded
    | LineChecked
    | LineCheckAsked
    | GoDecided
)

KINDS: dict[str, type[Event]] = {event.__name__: event for event in typing.get_args(Event)}


def kind_of(event: Event) -> str:
    """Return the event's name as the journal and the event stream carry it."""
    return type(event).__name__


def decode(kind: str, data: dict[str, Any]) -> Event:
    """Rebuild an event from its kind and its JSON form.

    Raises ProtocolError for an unknown kind or data that does not fit it.
    """
    try:
        return typing.cast("Event", read(KINDS[kind], data))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ProtocolError(f"not a {kind}: {error}") from error
