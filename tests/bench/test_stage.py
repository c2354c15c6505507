"""The microphones of the scenes."""

import pytest

from endpoints.clips import AudioClip, AudioFrame
from endpoints.rtp import level_extension
from endpoints.sender import TICK
from server.media.sfu import rtp
from tests.bench.stage import Microphone, tiny_picture

_EXTENSION = level_extension(30, voice=True)
_ROOM = AudioClip((AudioFrame(b"room", _EXTENSION),))
_SCENE = AudioClip(tuple(AudioFrame(b"frame %d" % number, _EXTENSION) for number in range(100)))


@pytest.mark.parametrize("milliseconds", range(20))
def test_every_frame_of_a_scene_is_sent_once_whenever_it_begins(milliseconds: int) -> None:
    now = 7.0
    microphone = Microphone(_ROOM, tiny_picture(), lambda: now)
    sent = []
    for tick in range(200):
        now = 7.0 + round(tick * TICK, 3)  # as a loop tells it whose clock counts milliseconds
        if tick == 20:
            microphone.play(_SCENE, frozenset(), now + milliseconds / 1000)
        sent += [rtp.parse(packet).payload for packet in microphone.packets(tick)]

    assert [payload for payload in sent if payload.startswith(b"frame")] == [frame.payload for frame in _SCENE.frames]
    assert microphone.sent == set(range(100))
