"""Speech: where it begins and ends, what is no speech, and who could hear it."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.events import SpeechDetected
from server.core.ids import HUB, EndpointCode
from server.core.speech import Speech, dominant, finish, hear
from tests.core.cast import CA_MAU, HA_NOI, THANH_HOA, at
from tests.core.traces import WINDOW, Room, detect, frames, spans, spoken

NOBODY: frozenset[EndpointCode] = frozenset()
LOUD, NOISE, SPOKEN = 30, 70, 40


def run(*spans_of: tuple[float, int], state: Speech | None = None) -> tuple[Speech, list[SpeechDetected]]:
    """Let Hà Nội sound at levels, each for some seconds, and return what was detected on the way.

    What is as loud as `SPOKEN` is a voice, the rest is steady.
    """
    state = state or Speech()
    found: list[SpeechDetected] = []
    for seconds, level in spans_of:
        for window in range(round(seconds / WINDOW)):
            sound = spoken(level, window) if level <= SPOKEN else level
            state, detected = hear(state, state.until or at(0), WINDOW, [(HA_NOI, sound)], NOBODY)
            found += detected
    return state, found


def detected(start: float, end: float, *, on_air: bool = False, loudest: int = LOUD) -> SpeechDetected:
    return SpeechDetected(HA_NOI, at(start), at(end), on_air, loudest)


def test_a_sentence_ends_where_it_was_last_heard_and_not_after_the_hang_over() -> None:
    _, found = run((2, NOISE), (1.5, LOUD), (3, NOISE))

    assert found == [detected(2, 3.5)]


def test_the_segment_is_reported_once_the_hang_over_is_past() -> None:
    state, early = run((2, NOISE), (1.5, LOUD), (0.7, NOISE))

    assert early == []
    assert run((0.1, NOISE), state=state)[1] == [detected(2, 3.5)]


def test_pauses_shorter_than_the_hang_over_do_not_part_a_sentence() -> None:
    _, found = run((2, NOISE), (1, LOUD), (0.6, NOISE), (1, LOUD), (0.7, NOISE), (1, LOUD), (2, NOISE))

    assert found == [detected(2, 4.6), detected(5.3, 6.3)]


@given(st.lists(st.floats(-0.01, 0.01), min_size=200, max_size=200))
def test_windows_that_come_a_little_early_or_late_change_nothing(jitter: list[float]) -> None:
    words = [LOUD, LOUD, NOISE, NOISE] * 5 + [LOUD] * 3
    trace = [NOISE] * 20 + words + [NOISE] * 6 + words + [NOISE] * 7 + [LOUD] * 3 + [NOISE] * 9 + [LOUD] * 2
    exact = list(frames(trace + [NOISE] * 20))

    found = spans(
        detect(
            (moment + timedelta(seconds=late), levels) for (moment, levels), late in zip(exact, jitter, strict=False)
        )
    )

    assert spans(detect(exact)) == [(2.0, 7.2), (7.9, 8.2)]
    assert [pytest.approx(span, abs=0.021) for span in spans(detect(exact))] == found


@pytest.mark.parametrize("seconds", [0.1, 0.2])
def test_a_short_loud_noise_is_no_speech(seconds: float) -> None:
    assert run((2, NOISE), (seconds, 10), (3, NOISE))[1] == []


def test_a_short_answer_is_speech() -> None:
    assert run((2, NOISE), (0.3, LOUD), (3, NOISE))[1] == [detected(2, 2.3)]


def test_a_click_after_a_sentence_does_not_lengthen_it() -> None:
    assert run((2, NOISE), (1, LOUD), (0.4, NOISE), (0.1, 10), (3, NOISE))[1] == [detected(2, 3)]


def test_a_level_that_is_missing_is_silence() -> None:
    state, _ = run((2, NOISE), (1, LOUD))
    found: list[SpeechDetected] = []
    for window in range(10):
        state, ended = hear(state, at(3 + window * WINDOW), WINDOW, [], NOBODY)
        found += ended

    assert found == [detected(2, 3)]


def test_time_without_windows_is_silence_too() -> None:
    state, _ = run((2, NOISE), (1, LOUD))

    _, found = hear(state, at(60), WINDOW, [(HA_NOI, LOUD)], NOBODY)

    assert found == (detected(2, 3),)


def test_a_window_heard_already_is_not_heard_again() -> None:
    state, _ = run((2, NOISE), (1, LOUD))

    assert hear(state, at(1), WINDOW, [(HA_NOI, LOUD)], NOBODY) == (state, ())
    assert hear(state, at(2.9), WINDOW, [(HA_NOI, LOUD)], NOBODY) == (state, ())


def test_windows_that_overlap_a_little_count_their_new_part() -> None:
    state = Speech()
    for window in range(10):
        state, _ = hear(state, at(window * 0.09), WINDOW, [(HA_NOI, spoken(LOUD, window))], NOBODY)

    assert finish(state, at(60))[1] == (detected(0, 0.91),)


@pytest.mark.parametrize("level", [-5, 0, 127, 500])
def test_a_level_out_of_bounds_is_the_nearest_one_within(level: int) -> None:
    _, found = run((2, NOISE), (1, level), (3, NOISE))

    assert found == ([detected(2, 3, loudest=0)] if level <= 0 else [])


def test_a_segment_is_cut_where_the_site_goes_on_air() -> None:
    heard = frames([NOISE] * 20 + [spoken(LOUD, window) for window in range(30)] + [NOISE] * 20)
    state, found = Speech(), list[SpeechDetected]()
    for index, (moment, levels) in enumerate(heard):
        state, ended = hear(state, moment, WINDOW, levels, {HA_NOI} if 30 <= index < 42 else NOBODY)
        found += ended

    assert found == [detected(2, 3), detected(3, 4.2, on_air=True), detected(4.2, 5)]


def test_each_piece_has_its_own_loudest_window() -> None:
    state, _ = run((2, NOISE), (1, 20))
    found: list[SpeechDetected] = []
    for window in range(30):
        level = spoken(30, window) if window < 10 else NOISE
        state, ended = hear(state, at(3 + window * WINDOW), WINDOW, [(HA_NOI, level)], {HA_NOI})
        found += ended

    assert found == [detected(2, 3, loudest=20), detected(3, 4, on_air=True, loudest=30)]


def test_going_on_air_in_a_pause_ends_the_segment_and_a_later_sentence_is_another() -> None:
    state, _ = run((2, NOISE), (1, LOUD), (0.4, NOISE))
    found: list[SpeechDetected] = []
    for window in range(30):
        level = spoken(LOUD, window) if 2 <= window < 12 else NOISE
        state, ended = hear(state, at(3.4 + window * WINDOW), WINDOW, [(HA_NOI, level)], {HA_NOI})
        found += ended

    assert found == [detected(2, 3), detected(3.6, 4.6, on_air=True)]


def test_what_is_too_short_yet_when_the_site_goes_on_air_counts_from_there() -> None:
    state, _ = run((2, NOISE), (0.2, LOUD))
    found: list[SpeechDetected] = []
    for window in range(20):
        level = LOUD if window < 5 else NOISE
        state, ended = hear(state, at(2.2 + window * WINDOW), WINDOW, [(HA_NOI, level)], {HA_NOI})
        found += ended

    assert found == [detected(2.2, 2.7, on_air=True)]


def test_going_off_air_as_the_sentence_ends_leaves_no_empty_segment() -> None:
    state = Speech()
    found: list[SpeechDetected] = []
    for window in range(40):
        level = spoken(LOUD, window) if 20 <= window < 30 else NOISE
        on_air = {HA_NOI} if window < 30 else NOBODY
        state, ended = hear(state, at(window * WINDOW), WINDOW, [(HA_NOI, level)], on_air)
        found += ended

    assert found == [detected(2, 3, on_air=True)]


def test_a_long_speech_is_written_down_every_thirty_seconds() -> None:
    talk = [(1.6, LOUD), (0.4, NOISE)] * 40

    _, found = run((2, NOISE), *talk, (2, NOISE))

    assert [(one.ended_at - one.started_at).total_seconds() for one in found] == [pytest.approx(30, abs=0.5)] * 2 + [
        pytest.approx(20, abs=1)
    ]
    assert all(one.ended_at == other.started_at for one, other in pairwise(found))
    assert (found[0].started_at, found[-1].ended_at) == (at(2), at(81.6))


def test_finish_ends_what_is_open_and_never_after_its_moment() -> None:
    state, _ = run((2, NOISE), (1, LOUD))

    assert finish(state, at(2.95)) == (Speech(until=at(3)), (detected(2, 2.95),))
    assert finish(Speech(), at(0)) == (Speech(), ())


def test_finish_before_a_segment_began_leaves_it_out() -> None:
    state, _ = run((2, NOISE), (1, LOUD))

    assert finish(state, at(1))[1] == ()


def test_rooms_that_hum_louder_need_a_louder_speaker() -> None:
    assert run((15, 50), (1, 45), (2, 50))[1] == []
    assert run((15, 50), (1, LOUD), (2, 50))[1] == [detected(15, 16)]


def test_nothing_below_the_gate_is_speech_however_quiet_the_room() -> None:
    assert run((15, 110), (1, 60), (2, 110))[1] == []


def test_the_dominant_speaker_follows_the_conversation() -> None:
    state, followed = Speech(), list[EndpointCode | None]()
    parts = [NOBODY, {HA_NOI}, {CA_MAU}, {HA_NOI, CA_MAU}, NOBODY, {THANH_HOA}]
    for second, talking in enumerate(part for part in parts for _ in range(2)):
        for window in range(10):
            levels = [
                (code, spoken(LOUD, window) if code in talking else NOISE) for code in (HA_NOI, CA_MAU, THANH_HOA)
            ]
            state, _ = hear(state, at(second + window * WINDOW), WINDOW, levels, NOBODY)
        followed.append(dominant(state))

    assert followed[1::2] == [None, HA_NOI, CA_MAU, CA_MAU, CA_MAU, THANH_HOA]


def test_the_dominant_speaker_is_decided_three_times_a_second() -> None:
    state, _ = run((0.1, LOUD))
    first = dominant(state)
    state, _ = hear(state, at(0.1), WINDOW, [(CA_MAU, LOUD)], NOBODY)

    assert (first, state.decided_at) == (HA_NOI, at(0.1))


TRACES = {
    "a quiet office": Room(75).quiet(5).say(4).quiet(2).say(0.8).quiet(3).say(12).quiet(2),
    "a humming room": Room(55, seed=2).quiet(15).say(6, 30).quiet(1.5).say(3, 30).quiet(3),
    "a soft voice": Room(78, seed=3).quiet(5).say(5, 44).quiet(3),
    "doors and coughs": Room(70, seed=4)
    .quiet(5)
    .bang(0.1)
    .quiet(1)
    .bang(0.2)
    .quiet(1)
    .say(3)
    .quiet(2)
    .bang(0.2)
    .quiet(2),
    "a cough just before": Room(70, seed=5).quiet(5).bang(0.2).quiet(0.9).say(3).quiet(2),
    "a click just after": Room(70, seed=6).quiet(5).say(3).quiet(0.4).bang(0.1).quiet(2),
    "no microphone noise at all": Room(126, seed=7).quiet(5).say(3).quiet(2).say(2).quiet(2),
    "a report read out": Room(68, seed=8).quiet(5).say(27).quiet(1).say(28).quiet(3),
}


@pytest.mark.parametrize("name", TRACES)
def test_boundaries_are_within_a_tenth_of_a_second_of_the_truth(name: str) -> None:
    room = TRACES[name]

    found = spans(detect(frames(room.levels)))

    assert len(found) == len(room.truth)
    for (start, end), (true_start, true_end) in zip(found, room.truth, strict=True):
        assert abs(start - true_start) <= WINDOW + 1e-9
        assert abs(end - true_end) <= WINDOW + 1e-9


@pytest.mark.parametrize(("quiet", "loud"), [(72, 50), (72, 34), (127, 36)])
def test_a_fan_that_starts_is_no_speech_once_it_is_known_to_be_steady(quiet: int, loud: int) -> None:
    levels = [*[quiet] * 100, *Room(loud).quiet(60).levels]

    assert detect(frames(levels)) == []


def test_a_fan_that_starts_while_somebody_speaks_is_taken_off_the_end() -> None:
    room = Room(72).quiet(5).say(4)
    room.levels += Room(36).quiet(10).levels

    assert spans(detect(frames(room.levels))) == [pytest.approx((5.0, 9.0), abs=0.2)]


def test_a_voice_ten_decibels_above_a_fan_is_heard() -> None:
    room = Room(36).quiet(5).say(4, 26).quiet(3)

    assert spans(detect(frames(room.levels))) == [pytest.approx((5.0, 9.0), abs=0.2)]


@pytest.mark.parametrize(("leak", "expected"), [(51, []), (45, [(HUB, True)])])
def test_what_a_loudspeaker_plays_of_the_stage_is_not_said_again(
    leak: int, expected: list[tuple[EndpointCode, bool]]
) -> None:
    state, found = Speech(), list[SpeechDetected]()
    for window in range(60):
        voice = spoken(LOUD, window) if 20 <= window < 40 else NOISE
        played = spoken(leak, window) if 22 <= window < 42 else NOISE
        levels = [(HA_NOI, voice), (HUB, played), (CA_MAU, played)]
        state, ended = hear(state, at(window * WINDOW), WINDOW, levels, {HA_NOI, HUB})
        found += ended

    assert [(one.endpoint, one.on_air) for one in found if one.endpoint == HUB] == expected
    assert [one for one in found if one.endpoint == HA_NOI] == [
        SpeechDetected(HA_NOI, at(2), at(4), on_air=True, loudest=LOUD)
    ]


SOURCES = (HA_NOI, CA_MAU)
WINDOWS = st.lists(
    st.tuples(
        st.integers(0, 1500),  # milliseconds since the last window
        st.dictionaries(st.sampled_from(SOURCES), st.sampled_from([5, 30, 35, 60, 80, 127]), max_size=2),
        st.frozensets(st.sampled_from(SOURCES)),
        st.integers(1, 12),  # how many windows it stays like that
    ),
    max_size=40,
)


@settings(deadline=None)
@given(WINDOWS)
def test_segments_of_a_site_are_in_order_apart_and_inside_what_was_heard(
    windows: list[tuple[int, dict[EndpointCode, int], frozenset[EndpointCode], int]],
) -> None:
    state, now, found = Speech(), 0.0, list[SpeechDetected]()
    aired: dict[EndpointCode, list[tuple[float, float, bool]]] = {code: [] for code in SOURCES}
    for pause, levels, on_air, times in windows:
        now = round(now + pause / 1000, 3)
        for _ in range(times):
            for code in SOURCES:
                aired[code].append((now, round(now + WINDOW, 3), code in on_air))
            state, ended = hear(state, at(now), WINDOW, levels.items(), on_air)
            found += ended
            now = round(now + WINDOW, 3)
    found += finish(state, at(now))[1]

    for code in SOURCES:
        own = [one for one in found if one.endpoint == code]
        assert all(one.started_at < one.ended_at <= at(now) for one in own)
        assert all(one.ended_at <= other.started_at for one, other in pairwise(own))
        assert all(_aired_like(one, aired[code]) for one in own)


def _aired_like(one: SpeechDetected, aired: list[tuple[float, float, bool]]) -> bool:
    """Whether every window that a segment touches was on air, or every one off."""
    return all(
        on_air == one.on_air for start, end, on_air in aired if at(start) < one.ended_at and at(end) > one.started_at
    )
