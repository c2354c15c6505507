import pytest

from endpoints.drawing import Card, Size, frames, letters


def test_letters_carry_their_marks_as_vietnamese_writes_them() -> None:
    assert letters("ệ") == (
        ".....",
        ".....",
        "..#..",
        ".#.#.",
        "#####",
        "#....",
        "#....",
        "####.",
        "#....",
        "#....",
        "#####",
        ".....",
        "..#..",
    )


def test_a_stroke_is_a_letter_of_its_own() -> None:
    assert letters("đ") != letters("d")


@pytest.mark.parametrize("text", ["Ắ", "Ở", "Ũ", "Ỵ", "Á", "Ầ"])
def test_marks_change_the_letter(text: str) -> None:
    assert letters(text) not in {letters("A"), letters("O"), letters("U"), letters("Y")}


def test_frames_have_the_size_of_planar_pictures_and_move() -> None:
    drawn = list(frames(Card(("38", "Thanh Hóa"), (110, 150)), Size(320, 180), 5))

    assert {len(frame) for frame in drawn} == {320 * 180 * 3 // 2}
    assert len(set(drawn)) == 5
