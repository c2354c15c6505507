"""What is wrong is said when it has lasted, and taken back when it is over: time is an argument."""

import pytest

from server.media.inspection.signals import Judge, Look, agree, is_black, mean
from server.media.plane import Signal

SIZE = 32 * 18
ROOM = bytes(60 + place % 90 for place in range(SIZE))
MOVED = bytes(200 if 100 < place < 120 else luma for place, luma in enumerate(ROOM))
NOISY = bytes(luma + (place * 7 % 3) for place, luma in enumerate(ROOM))
DARK = bytes([16] * SIZE)
MACROBLOCKS = 240


def judge() -> Judge:
    return Judge(0.0, missing_after=5.0, silent_after=10.0)


def still(luma: bytes, *, last: bytes | None = None, delta: int | None = 100) -> Look:
    return Look(luma, last, MACROBLOCKS, delta)


def seen(*looks: Look) -> frozenset[Signal]:
    """Say what is wrong after these stills, while pictures arrive."""
    one = judge()
    for look in looks:
        one.look(look)
    return one.signals(1.0)


def test_black_takes_two_stills_and_ends_with_one() -> None:
    assert seen(still(DARK)) == set()
    assert seen(still(DARK), still(DARK)) == {Signal.BLACK}
    assert seen(still(DARK), still(DARK), still(ROOM)) == set()


def test_dark_room_with_a_lamp_is_not_black() -> None:
    assert not is_black(still(DARK[:-3] + b"\x50" * 3))


def test_frozen_takes_four_equal_stills_and_no_motion_after_the_later_ones() -> None:
    same = still(ROOM, last=ROOM)
    assert seen(same, same, same) == set()
    assert seen(same, still(NOISY, last=NOISY), same, same) == {Signal.FROZEN}
    assert seen(same, same, same, same, still(MOVED, last=MOVED)) == set()


def test_loop_that_comes_back_to_the_same_picture_is_not_frozen() -> None:
    assert seen(*[still(ROOM, last=MOVED)] * 6) == set()


def test_what_was_not_looked_at_after_the_still_neither_convicts_nor_acquits() -> None:
    same, unknown = still(ROOM, last=ROOM), still(ROOM)
    assert seen(same, unknown, unknown, unknown, unknown) == set()
    assert seen(same, unknown, unknown, same, same) == {Signal.FROZEN}


def test_room_in_which_nobody_moves_is_told_from_a_frozen_picture_by_its_noise() -> None:
    assert seen(*[still(ROOM, last=ROOM, delta=5 * MACROBLOCKS)] * 6) == set()
    assert seen(*[still(ROOM, last=ROOM, delta=None)] * 6) == {Signal.FROZEN}


@pytest.mark.parametrize(
    ("level", "is_open", "expected"),
    [
        (127, True, {Signal.SILENT}),
        (127, False, set()),
        (90, True, set()),
        (None, True, {Signal.SILENT}),
    ],
)
def test_silence_counts_at_an_open_microphone(level: int | None, *, is_open: bool, expected: set[Signal]) -> None:
    one = judge()
    for tenth in range(101):
        one.arrive(tenth / 10)
        one.hear(level, tenth / 10, is_open=is_open)
        early = one.signals(9.9) if tenth == 99 else frozenset()
    assert early == set()
    assert one.signals(10.0) == expected


def test_any_sound_ends_silence() -> None:
    one = judge()
    one.arrive(12.0)
    one.hear(127, 12.0, is_open=True)
    assert one.signals(12.0) == {Signal.SILENT}
    one.hear(80, 12.1, is_open=True)
    assert one.signals(12.1) == set()


def test_clipping_takes_two_findings_either_way_and_does_not_outlive_its_evidence() -> None:
    one = judge()
    one.listen(0.02, 1.0)
    assert one.signals(1.0) == set()
    one.listen(0.02, 2.0)
    one.listen(0.0, 3.0)
    assert one.signals(3.0) == {Signal.CLIPPING}
    one.listen(0.0, 4.0)
    assert one.signals(4.0) == set()
    one.listen(0.02, 5.0)
    one.listen(0.02, 6.0)
    one.arrive(21.0)
    one.hear(30, 21.0, is_open=True)
    assert one.signals(21.0) == set()


def compared(*findings: tuple[int, int]) -> list[bool]:
    """Compare what seconds told with what they were, in -dBov; return after each whether the levels count as wrong."""
    one, found = judge(), []
    for told, level in findings:
        one.compare([told] * 40, level)
        found.append(Signal.LEVEL_MISMATCH in one.signals(0.0))
    return found


@pytest.mark.parametrize(("told", "level"), [(20, 127), (20, 31), (127, 20), (40, 29), (127, 44)])
def test_levels_told_wrong_three_times_in_a_row_are_a_mismatch_until_three_are_right(told: int, level: int) -> None:
    wrong, right = (told, level), (30, 32)

    assert compared(wrong, wrong, right, wrong, wrong) == [False] * 5
    assert compared(*[wrong] * 3, right, right, wrong, *[right] * 3) == [False, False, *[True] * 6, False]


@pytest.mark.parametrize(("told", "level"), [(20, 30), (40, 30), (127, 46), (127, 70), (56, 127), (127, 127)])
def test_levels_that_differ_a_little_or_where_nothing_is_heard_are_no_mismatch(told: int, level: int) -> None:
    assert compared(*[(told, level)] * 5) == [False] * 5


def test_silence_that_is_told_as_such_proves_nothing_of_the_levels_of_speech() -> None:
    wrong, silence = (20, 40), (127, 127)

    assert compared(wrong, silence, wrong, silence, wrong, silence) == [False, False, False, False, True, True]


def test_a_source_that_tells_no_levels_tells_none_wrong() -> None:
    one = judge()
    for _ in range(5):
        one.compare([], 20)

    assert (one.signals(0.0), one.is_doubtful) == (frozenset(), False)


def test_the_level_of_packets_together_is_that_of_their_power() -> None:
    assert (mean([20] * 5), mean([20, 127, 127, 127])) == (20, 26)


def test_no_picture_is_no_signal_and_nothing_else() -> None:
    one = judge()
    for _ in range(3):
        one.look(still(DARK))
    one.hear(30, 5.0, is_open=True)
    assert one.signals(4.9) == {Signal.BLACK}
    assert one.signals(5.0) == {Signal.NO_SIGNAL}
    one.arrive(5.1)
    assert one.signals(5.1) == {Signal.BLACK}


def test_pictures_agree_within_noise_only() -> None:
    assert agree(ROOM, NOISY)
    assert not agree(ROOM, MOVED)
    assert not agree(ROOM, bytes(luma + 3 for luma in ROOM))
