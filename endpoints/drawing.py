"""A test picture that says whose it is: big letters, a running bar and something that moves, as raw 4:2:0 frames.

The letters are drawn here, so that no font has to be installed where sites are simulated: seven rows of five dots,
with the Vietnamese marks set above and below as Unicode composes them.
"""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

COLS, ABOVE, ROWS, BELOW = 5, 4, 7, 2
HEIGHT = ABOVE + ROWS + BELOW
WHITE, GREY, BLACK = 235, 90, 16  # luma, ITU-R BT.601 limited range
SHADES = (60, 80, 100, 120)
NOISE = (16, 16, 17, 19)
BAND = 8  # rows of shimmering blocks

Dots = tuple[str, ...]

# Each glyph is seven rows of five bits, top to bottom, as two hexadecimal digits a row.
_GLYPHS = {
    "A": "0E11111F111111", "B": "1E11111E11111E", "C": "0E11101010110E", "D": "1C12111111121C", "E": "1F10101E10101F",
    "F": "1F10101E101010", "G": "0E11101711110F", "H": "1111111F111111", "I": "0E04040404040E", "J": "0702020202120C",
    "K": "11121418141211", "L": "1010101010101F", "M": "111B1515111111", "N": "11191513111111", "O": "0E11111111110E",
    "P": "1E11111E101010", "Q": "0E11111115120D", "R": "1E11111E141211", "S": "0F10100E01011E", "T": "1F040404040404",
    "U": "1111111111110E", "V": "11111111110A04", "W": "1111111515150A", "X": "11110A040A1111", "Y": "1111110A040404",
    "Z": "1F01020408101F", "Đ": "1C12111D11121C", "0": "0E11131519110E", "1": "040C040404040E", "2": "0E11010204081F",
    "3": "1F02040201110E", "4": "02060A121F0202", "5": "1F101E0101110E", "6": "0608101E11110E", "7": "1F010204080808",
    "8": "0E11110E11110E", "9": "0E11110F01020C", "-": "0000001F000000",
}  # fmt: skip
_VOWEL_MARKS = {"\u0302": (0x04, 0x0A), "\u0306": (0x11, 0x0E), "\u031b": (0x01, 0x02)}  # circumflex, breve, horn
_TONE_MARKS = {"\u0300": (0x08, 0x04), "\u0301": (0x02, 0x04), "\u0309": (0x06, 0x02), "\u0303": (0x0D, 0x12)}
_DOT_BELOW = "\u0323"


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's size in pixels; both are even."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """What stays the same in a test picture."""

    lines: tuple[str, ...]
    colour: tuple[int, int]  # U and V of the whole picture


def letters(text: str) -> Dots:
    """Draw a line of text in capitals: 13 rows of dots, "#" where there is ink."""
    drawn = [_letter(letter) for letter in unicodedata.normalize("NFC", text.upper())]
    return tuple(".".join(letter[row] for letter in drawn) for row in range(HEIGHT))


def _letter(letter: str) -> Dots:
    marks = unicodedata.normalize("NFD", letter)
    base = _GLYPHS.get(marks[0], "00" * ROWS)
    vowel = next((_VOWEL_MARKS[mark] for mark in marks if mark in _VOWEL_MARKS), None)
    tone = next((_TONE_MARKS[mark] for mark in marks if mark in _TONE_MARKS), None)
    above = _stack(tone, vowel)
    below = (0, 0x04) if _DOT_BELOW in marks else (0, 0)
    return tuple(_dots(row) for row in (*above, *bytes.fromhex(base), *below))


def _stack(tone: tuple[int, int] | None, vowel: tuple[int, int] | None) -> tuple[int, ...]:
    """Set the marks above a letter: the tone stands on the vowel's mark, or close to the letter without one."""
    near = vowel or tone or (0, 0)
    far = tone if vowel and tone else (0, 0)
    return (*far, *near)


def _dots(row: int) -> str:
    return f"{row:05b}".replace("0", ".").replace("1", "#")


def frames(card: Card, size: Size, count: int) -> Iterator[bytes]:
    """Yield `count` frames, planar 4:2:0, of a picture that loops without a seam."""
    still = _still(card, size)
    chroma = size.width * size.height // 4
    colour = bytes((card.colour[0],)) * chroma + bytes((card.colour[1],)) * chroma
    shimmer = _shimmer(size)
    chance = random.Random(count)  # noqa: S311
    for number in range(count):
        luma = bytearray(still)
        _band(luma, shimmer, size, chance)
        _clock(luma, size, number / count)
        yield bytes(luma) + colour


def dark_frames(size: Size, count: int) -> Iterator[bytes]:
    """Yield `count` frames of a camera under its cover: black, and the noise of its sensor."""
    chance = random.Random("dark")  # noqa: S311 - the same each time
    block, chroma = _block(size), bytes((128,)) * (size.width * size.height // 2)
    for _ in range(count):
        rows = [_noise(size.width, block, chance) * block for _ in range(size.height // block)]
        yield b"".join(rows) + chroma


def _noise(width: int, block: int, chance: random.Random) -> bytes:
    return b"".join(bytes((shade,)) * block for shade in chance.choices(NOISE, k=width // block))


def _still(card: Card, size: Size) -> bytes:
    luma = bytearray(bytes((GREY,)) * (size.width * size.height))
    top = size.height // 16
    for number, line in enumerate(card.lines):
        dots = letters(line)
        scale = max(1, min(size.width * 9 // 10 // len(dots[0]), size.height // (3 * HEIGHT - 6 * number)))
        _print(luma, dots, size, top=top, scale=scale)
        top += (HEIGHT + 1) * scale
    return bytes(luma)


def _print(luma: bytearray, dots: Dots, size: Size, *, top: int, scale: int) -> None:
    left = (size.width - len(dots[0]) * scale) // 2
    for row, ink in enumerate(dots):
        line = b"".join(bytes((WHITE if dot == "#" else GREY,)) * scale for dot in ink)
        for y in range(top + row * scale, min(top + (row + 1) * scale, size.height)):
            luma[y * size.width + left : y * size.width + left + len(line)] = line


def _shimmer(size: Size) -> list[bytes]:
    """Make rows of little blocks in chance greys: mixed anew in each frame, they cost a codec real bits."""
    chance = random.Random(size.width)  # noqa: S311 - a picture, not a secret
    block = _block(size)
    return [
        b"".join(bytes((shade,)) * block for shade in chance.choices(SHADES, k=size.width // block)) for _ in range(48)
    ]


def _block(size: Size) -> int:
    return size.height // 45


def _band(luma: bytearray, rows: list[bytes], size: Size, chance: random.Random) -> None:
    top = size.height * 3 // 4
    for number, line in enumerate(chance.sample(rows, BAND)):
        start = (top + number * _block(size)) * size.width
        luma[start : start + size.width * _block(size)] = line * _block(size)


def _clock(luma: bytearray, size: Size, share: float) -> None:
    """Draw a bar that grows along the bottom: a frozen picture shows at once."""
    done = round(size.width * share)
    line = bytes((WHITE,)) * done + bytes((BLACK,)) * (size.width - done)
    for y in range(size.height - max(2, size.height // 30), size.height):
        luma[y * size.width : (y + 1) * size.width] = line
