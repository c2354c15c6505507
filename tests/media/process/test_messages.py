"""What server and media process say to each other: every message survives the way, and nothing else gets through."""

import asyncio
import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.core.errors import ProtocolError
from server.core.ids import BriefingId, EndpointCode, MediaId
from server.media.plane import Published
from server.media.process.messages import KINDS, LARGEST, Message, Publish, Refused, encode, receive
from tests.store.any_event import any_value

WHOLE = encode(Published(BriefingId("b"), EndpointCode("38"), MediaId("m")), 7)
HEAD = struct.calcsize("!IIB")


async def read(octets: bytes) -> tuple[int, Message]:
    """Read one frame of what was sent before the other side hung up."""
    reader = asyncio.StreamReader()
    reader.feed_data(octets)
    reader.feed_eof()
    return await receive(reader)


@settings(deadline=None)
@given(st.one_of([any_value(kind) for kind in KINDS.values()]), st.integers(0, 2**32 - 1))
def test_every_message_survives_the_way(message: Message, number: int) -> None:
    assert asyncio.run(read(encode(message, number))) == (number, message)


@pytest.mark.parametrize("cut", range(len(WHOLE)))
async def test_frame_that_breaks_off_is_the_end(cut: int) -> None:
    with pytest.raises(EOFError):
        await read(WHOLE[:cut])


@pytest.mark.parametrize(
    "octets",
    [
        struct.pack("!IIB", LARGEST + 1, 0, 4),
        struct.pack("!IIB", 3, 0, 4) + b"Stop",
        struct.pack("!IIB", 8, 0, 6) + b"System[]",
        struct.pack("!IIB", 6, 0, 4) + b"\xff\xff\xff\xff{}",
        struct.pack("!IIB", 4, 0, 4) + b"Stop",
        struct.pack("!IIB", 6, 0, 4) + b"Stop[]",
        struct.pack("!IIB", 9, 0, 5) + b"Close[{}]",
        struct.pack("!IIB", 19, 0, 5) + b'Close[{"media": 1}]',
    ],
)
async def test_frame_that_is_no_message_is_refused(octets: bytes) -> None:
    with pytest.raises(ProtocolError):
        await read(octets)


@settings(deadline=None)
@given(st.binary(max_size=60))
@example(b"Publish[")
def test_noise_is_refused_or_the_end(noise: bytes) -> None:
    with pytest.raises((ProtocolError, EOFError)):
        asyncio.run(read(noise))


async def test_offer_of_the_largest_size_gets_through_and_a_larger_message_is_never_sent() -> None:
    offer = Publish(BriefingId("b"), EndpointCode("38"), "\N{SNOWMAN}" * 64 * 1024, False, "token")

    assert await read(encode(offer)) == (0, offer)
    with pytest.raises(ProtocolError):
        encode(Refused("x" * LARGEST))
