"""The turns as chapters of a film of the meeting: WebVTT."""

import html
from collections.abc import Iterator
from datetime import datetime

from server.core.events import rfc3339
from server.records.label import Label
from server.records.record import Record
from server.records.spoken import SpokenTurn, meant, seconds_between


def as_vtt(record: Record, label: Label) -> bytes:
    """Write one cue for each turn (W3C WebVTT, section 4.3); time 0 is the start of the meeting.

    A turn that still runs ends with the journal; a meeting that has not begun has no cues.
    """
    origin = record.briefing.started_at
    begun = rfc3339(origin) if origin else "never"
    blocks = ["WEBVTT", f"NOTE {label.text}", f"NOTE time 0 is the start of the meeting: {begun}"]
    if origin is not None:
        blocks += _cues(record, origin)
    return "\n\n".join([*blocks, ""]).encode()


def _cues(record: Record, origin: datetime) -> Iterator[str]:
    for turn in meant(record.turns):
        start = seconds_between(origin, turn.granted_at)
        end = seconds_between(origin, turn.ended_at or record.as_of)
        if end > start >= 0:
            yield f"{turn.number}\n{timestamp(start)} --> {timestamp(end)}\n{title(turn)}"


def title(turn: SpokenTurn) -> str:
    """Say who speaks about what, on one line and escaped (W3C WebVTT, section 4.2.2)."""
    parts = (" ".join(part.split()) for part in (turn.name, turn.speaker, turn.topic))
    return html.escape(" – ".join(part for part in parts if part), quote=False)


def timestamp(seconds: float) -> str:
    """Write a time as WebVTT does (section 4.1)."""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
