"""The journal: every altered, lost, moved or added entry is found, at the first seq that is wrong."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.core.events import BriefingOpened, BriefingStarted, EndpointJoined, Event, FloorRequested, decode
from server.core.ids import BriefingId
from server.core.journal import (
    GENESIS,
    Entry,
    Flaw,
    Head,
    Row,
    canonical,
    digest_of,
    row_of,
    seal,
    verify,
)
from tests.core.cast import DESK, HA_NOI, ID, LAN, THANH_HOA, at

EVENTS: list[Event] = [
    BriefingOpened(),
    EndpointJoined(HA_NOI, DESK),
    EndpointJoined(THANH_HOA, DESK),
    BriefingStarted(),
    FloorRequested(THANH_HOA, "Ông Minh", "Lũ lụt\n\x0b ở 3 huyện"),
]
ENTRIES = seal(ID, Head(), EVENTS, actor=LAN, at=at(0))
ROWS = tuple(row_of(entry) for entry in ENTRIES)
HEAD = Head(5, ENTRIES[-1].hash)


def altered(row: Row, field: str, value: Any) -> Row:
    return replace(row, **{field: value})


def resealed(rows: tuple[Row, ...], seq: int, **changes: Any) -> tuple[Row, ...]:
    """Rewrite history from one row on, with every hash right: what somebody who knows the format would do."""
    forged = list(rows[: seq - 1])
    for row in rows[seq - 1 :]:
        prev = forged[-1].hash if forged else GENESIS
        fields: dict[str, Any] = {
            "briefing": row.briefing,
            "seq": row.seq,
            "at": row.at,
            "actor": row.actor,
            "kind": row.kind,
        }
        fields |= {"data": json.loads(row.data), "prev": prev} | changes
        changes = {}
        digest = digest_of(**fields)
        forged.append(replace(row, actor=fields["actor"], prev=prev, hash=digest))
    return tuple(forged)


def test_seal_chains_each_entry_to_its_predecessor() -> None:
    first, second = seal(ID, Head(), EVENTS[:2], actor=LAN, at=at(0))

    assert first == Entry(ID, 1, at(0), LAN, BriefingOpened(), GENESIS, first.hash)
    assert second == Entry(ID, 2, at(0), LAN, EndpointJoined(HA_NOI, DESK), first.hash, second.hash)


def test_seal_in_two_steps_is_seal_in_one() -> None:
    first = seal(ID, Head(), EVENTS[:2], actor=LAN, at=at(0))
    rest = seal(ID, Head(2, first[-1].hash), EVENTS[2:], actor=LAN, at=at(0))

    assert [*first, *rest] == ENTRIES


def test_the_digest_is_sha256_of_the_canonical_fields() -> None:
    """Kept as bytes, so that nobody changes the format by accident: journals of years ago must verify."""
    assert ENTRIES[0].hash == "f3b3c5a635d0b3da6e69991176dede1e295a07e97c30bb2ba1a714bc4d9421cf"


def test_canonical_json_sorts_and_neither_pads_nor_escapes() -> None:
    assert canonical({"b": [1, None, True], "a": "Hóa"}) == '{"a":"Hóa","b":[1,null,true]}'


def test_a_row_gives_back_its_event() -> None:
    assert [decode(row.kind, json.loads(row.data)) for row in ROWS] == EVENTS


def test_an_untouched_journal_has_no_flaw() -> None:
    assert (verify(ROWS), verify(ROWS, head=HEAD), verify((), head=Head()), verify(())) == (None, None, None, None)


def test_another_spelling_of_the_same_json_is_no_flaw() -> None:
    spelled = tuple(replace(row, data=json.dumps(json.loads(row.data), indent=1)) for row in ROWS)

    assert verify(spelled, head=HEAD) is None


def test_a_tail_cut_off_shows_only_against_the_head() -> None:
    assert verify(ROWS[:3]) is None
    assert verify(ROWS[:3], head=HEAD) == Flaw(4, "missing")
    assert verify((), head=HEAD) == Flaw(1, "missing")


def test_a_last_entry_rewritten_with_a_right_hash_shows_against_the_head() -> None:
    forged = resealed(ROWS, 5, actor="user:nobody")

    assert verify(forged) is None
    assert verify(forged, head=HEAD) == Flaw(5, "is not the entry that was sealed")


def test_entries_after_the_known_end_are_named() -> None:
    assert verify(ROWS, head=Head(3, ROWS[2].hash)) == Flaw(4, "comes after the end")
    assert verify(ROWS, head=Head()) == Flaw(1, "comes after the end")


def test_history_rewritten_in_the_middle_with_its_old_successors_is_found_after_it() -> None:
    forged = resealed(ROWS, 3, actor="user:nobody")

    assert verify((*forged[:3], *ROWS[3:])) == Flaw(4, "does not follow its predecessor")


@given(st.integers(0, 4))
def test_a_dropped_row_is_missing(index: int) -> None:
    dropped = (*ROWS[:index], *ROWS[index + 1 :])

    assert verify(dropped, head=HEAD) == Flaw(index + 1, "missing")


@given(st.integers(0, 4), st.integers(0, 4))
def test_rows_that_swap_content_are_found_at_the_first(one: int, other: int) -> None:
    """Somebody exchanges two rows and gives each the other's seq."""
    low, high = sorted((one, other))
    swapped = list(ROWS)
    swapped[low] = replace(ROWS[high], seq=low + 1)
    swapped[high] = replace(ROWS[low], seq=high + 1)

    flaw = verify(tuple(swapped))

    assert (flaw.seq if flaw else None) == (None if low == high else low + 1)


@given(st.integers(0, 4))
def test_a_row_there_twice_is_out_of_place(index: int) -> None:
    doubled = (*ROWS[: index + 1], *ROWS[index:])

    assert verify(doubled) == Flaw(index + 1, "out of place")


@given(st.integers(1, 6))
def test_an_inserted_row_with_all_later_ones_renumbered_is_found(place: int) -> None:
    prev = ROWS[place - 2].hash if place > 1 else GENESIS
    inserted = row_of(seal(ID, Head(place - 1, prev), [BriefingOpened()], actor=LAN, at=at(1))[0])
    moved = [replace(row, seq=row.seq + 1) for row in ROWS[place - 1 :]]

    flaw = verify((*ROWS[: place - 1], inserted, *moved), head=HEAD)

    assert flaw is not None
    assert flaw.seq == (place + 1 if moved else 6)


FIELDS = st.sampled_from(["briefing", "at", "actor", "kind", "data", "prev", "hash"])


@given(st.integers(0, 4), FIELDS, st.data())
def test_any_altered_character_is_found_at_its_row(index: int, field: str, data: st.DataObject) -> None:
    before: str = getattr(ROWS[index], field)
    place = data.draw(st.integers(0, len(before) - 1))
    character = data.draw(st.characters())
    after = before[:place] + character + before[place + 1 :]
    rows = (*ROWS[:index], altered(ROWS[index], field, after), *ROWS[index + 1 :])

    assert verify(rows, head=HEAD) == (None if _same(field, before, after) else _named(index + 1, field))


def _same(field: str, before: str, after: str) -> bool:
    """Whether nothing was said otherwise: JSON may spell one value in several ways (small or capital hexadecimal)."""
    try:
        return before == after or (field == "data" and canonical(json.loads(after)) == canonical(json.loads(before)))
    except ValueError:
        return False


def _named(seq: int, field: str) -> Flaw:
    return Flaw(seq, "does not follow its predecessor" if field == "prev" else "altered")


@given(st.integers(0, 4), st.integers())
def test_an_altered_seq_is_found_no_later_than_its_row(index: int, seq: int) -> None:
    rows = (*ROWS[:index], replace(ROWS[index], seq=seq), *ROWS[index + 1 :])

    flaw = verify(rows, head=HEAD)

    assert (flaw is None) == (seq == index + 1)
    assert flaw is None or flaw.seq <= index + 1


@given(st.integers(0, 4), FIELDS, st.text())
@example(2, "data", "")
@example(2, "data", "[" * 100_000)
@example(2, "data", '{"endpoint":"\\ud800"}')
@example(2, "data", "1" * 5000)
@example(2, "actor", "\ud800")
def test_verify_names_the_row_whatever_stands_in_it(index: int, field: str, garbage: str) -> None:
    rows = (*ROWS[:index], altered(ROWS[index], field, garbage), *ROWS[index + 1 :])

    assert verify(rows) == _named(index + 1, field)


@pytest.mark.parametrize("other", [BriefingId("another"), BriefingId("")])
def test_entries_of_another_briefing_do_not_fit(other: BriefingId) -> None:
    foreign = tuple(row_of(entry) for entry in seal(other, Head(2, ROWS[1].hash), EVENTS[2:], actor=LAN, at=at(0)))

    assert verify((*ROWS[:2], *foreign), head=HEAD) is not None
