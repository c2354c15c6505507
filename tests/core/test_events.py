"""Events: JSON and back, and nothing but a ProtocolError for what is no event."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.core.errors import ProtocolError
from server.core.events import (
    KINDS,
    Attendance,
    BriefingDrafted,
    BriefingScheduled,
    CheckIn,
    Delegate,
    EndpointCheckedIn,
    Event,
    SpeechDetected,
    TurnHeld,
    decode,
    encode,
    kind_of,
    rfc3339,
)
from tests.core.cast import HA_NOI, THANH_HOA, at, plan

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=12,
)
EVENTS = st.sampled_from(sorted(KINDS.items())).flatmap(lambda item: st.from_type(item[1]))
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))


def test_encode_gives_plain_json() -> None:
    check_in = CheckIn("Bà Hoa", (Delegate("Ông Minh", ("Chánh văn phòng",), Attendance.ABSENT, "ốm"),), 4)

    assert encode(EndpointCheckedIn(THANH_HOA, check_in, 2)) == {
        "endpoint": "38",
        "check_in": {
            "local_chair": "Bà Hoa",
            "delegates": [
                {"name": "Ông Minh", "positions": ["Chánh văn phòng"], "attendance": "absent", "reason": "ốm"}
            ],
            "headcount": 4,
        },
        "revision": 2,
    }


def test_a_moment_is_written_in_utc_with_microseconds() -> None:
    assert rfc3339(at(0.25)) == "2026-11-23T01:30:00.250000Z"


def test_kinds_are_the_class_names() -> None:
    assert kind_of(BriefingScheduled()) == "BriefingScheduled"
    assert KINDS["BriefingScheduled"] is BriefingScheduled


def test_a_field_with_a_default_may_be_missing_so_that_old_journals_stay_readable() -> None:
    data = encode(BriefingDrafted(plan(agenda=())))
    del data["plan"]["agenda"]

    assert decode("BriefingDrafted", data) == BriefingDrafted(plan(agenda=()))


@given(EVENTS)
def test_every_event_survives_json(event: Event) -> None:
    assert decode(kind_of(event), json.loads(json.dumps(encode(event)))) == event


@given(st.sampled_from([*KINDS, "Nothing"]), JSON)
@example("BriefingDrafted", {"plan": []})
def test_arbitrary_json_is_an_event_or_a_protocol_error(kind: str, data: Any) -> None:
    try:
        event = decode(kind, data)
    except ProtocolError:
        return
    assert encode(event) == {**encode(event), **data}


@st.composite
def nearly_an_event(draw: st.DrawFn) -> tuple[str, Any]:
    """An event's JSON with arbitrary JSON in one place."""
    event = draw(EVENTS)
    root = encode(event)
    places = list(_places(root))
    if places:
        holder, key = draw(st.sampled_from(places))
        holder[key] = draw(JSON)
    return kind_of(event), root


def _places(value: Any) -> list[tuple[Any, Any]]:
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [place for key, item in pairs for place in [(value, key), *_places(item)]]


@given(nearly_an_event())
def test_an_event_with_one_wrong_value_is_an_event_or_a_protocol_error(nearly: tuple[str, Any]) -> None:
    kind, data = nearly
    try:
        event = decode(kind, data)
    except ProtocolError:
        return
    assert decode(kind, json.loads(json.dumps(encode(event)))) == event


def test_a_moment_with_another_offset_is_the_same_moment_in_utc() -> None:
    held = decode("TurnHeld", {"endpoint": "01", "until": "2026-11-23T08:30:00+07:00", "media": True})

    assert encode(held)["until"] == "2026-11-23T01:30:00.000000Z"


def wrong(kind: str, event: Event, **changes: Any) -> tuple[str, dict[str, Any]]:
    return kind, {**encode(event), **changes}


HELD = TurnHeld(HA_NOI, at(0), media=True)
HEARD = SpeechDetected(HA_NOI, at(0), at(1), on_air=True, loudest=30)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("NoSuchKind", {}),
        ("BriefingScheduled", []),
        ("BriefingScheduled", {"surprise": 1}),
        ("TurnHeld", {}),
        wrong("TurnHeld", HELD, until="2026-11-23T01:30:00"),  # no offset from UTC
        wrong("TurnHeld", HELD, until="0001-01-01T00:00:00+14:00"),  # before time began
        wrong("TurnHeld", HELD, until=1795397400),
        wrong("TurnHeld", HELD, until=None),
        wrong("TurnHeld", HELD, media=1),
        wrong("SpeechDetected", HEARD, loudest=True),
        wrong("SpeechDetected", HEARD, loudest=30.0),
        wrong("EndpointLeft", HELD, reason="boredom"),
        ("EndpointsMarkedLate", {"endpoints": "01"}),  # a text is no list of texts
        ("EndpointsMarkedLate", {"endpoints": {"01": 1}}),
        ("BriefingDrafted", {"plan": None}),
        ("BriefingClosed", {"reason": ["chair"]}),
    ],
)
def test_what_does_not_fit_is_a_protocol_error(kind: str, data: Any) -> None:
    with pytest.raises(ProtocolError):
        decode(kind, data)
