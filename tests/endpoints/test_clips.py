from pathlib import Path

import av
import pytest

from endpoints import clips, encoding, h264, voices
from endpoints.clips import Library
from endpoints.drawing import Card
from endpoints.encoding import HIGH, LOW, Rendition
from endpoints.voices import Sound, Voice

CARD = Card(("38", "Thanh Hóa"), (110, 150))
VOICE = voices.VOICES[0]


@pytest.mark.parametrize("rendition", [LOW, HIGH])
def test_picture_begins_with_a_keyframe_and_has_one_every_two_seconds(rendition: Rendition, tmp_path: Path) -> None:
    clip = Library(tmp_path).picture(CARD, rendition)

    keyframes = [place for place, frame in enumerate(clip.frames) if frame.keyframe]
    assert keyframes == list(range(0, clips.SECONDS * rendition.rate, rendition.keyframe_every))
    assert clip.rate == rendition.rate


@pytest.mark.parametrize("rendition", [LOW, HIGH])
def test_picture_keeps_to_its_bit_rate(rendition: Rendition, tmp_path: Path) -> None:
    clip = Library(tmp_path).picture(CARD, rendition)

    bits = sum(8 * len(payload) for frame in clip.frames for payload in frame.payloads)
    assert 0.7 * rendition.bitrate < bits / clips.SECONDS < 1.2 * rendition.bitrate


def test_picture_is_constrained_baseline_that_decodes() -> None:
    stream = list(encoding.h264((bytes([90]) * (320 * 180 * 3 // 2) for _ in range(5)), LOW))
    sets = next(unit for unit in h264.units(stream[0]) if h264.kind(unit) == h264.SPS)

    decoder = av.CodecContext.create("h264", "r")
    pictures = [picture for packet in stream for picture in decoder.decode(av.Packet(packet))]

    assert sets[1] == 66  # profile_idc: baseline
    assert sets[2] & 0x40  # constraint_set1_flag: constrained
    assert len(pictures) == 5


def test_clips_are_made_once_and_read_afterwards(tmp_path: Path) -> None:
    made = Library(tmp_path).picture(CARD, LOW)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}

    read = Library(tmp_path).picture(CARD, LOW)

    assert read == made
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == files


def test_next_keyframe_is_found_round_the_loop(tmp_path: Path) -> None:
    clip = Library(tmp_path).picture(CARD, LOW)

    assert [clip.keyframe_from(place) for place in (0, 1, 20, 21, 39)] == [0, 20, 20, 0, 0]


def test_speech_has_the_levels_of_speech_and_silence_has_none(tmp_path: Path) -> None:
    library = Library(tmp_path)

    spoken = [frame.extension[5] for frame in library.speech("Xin chào, đây là điểm cầu Thanh Hóa.", VOICE).frames]
    silent = [frame.extension[5] for frame in library.silence().frames]

    assert min(level & 0x7F for level in spoken) < 25
    assert sum(level >> 7 for level in spoken) > len(spoken) // 2
    assert set(silent) == {127}


def test_sound_without_an_engine_is_like_speech() -> None:
    sound = voices._murmur("Một hai ba bốn.", Voice("vi", 40, 150))

    frames = list(encoding.opus(sound))

    assert min(level for _, level in frames) < 30
    assert 0.6 < len(frames) * 0.02 < 2.0


def test_a_voice_the_engine_lacks_is_replaced() -> None:
    sound = voices.speak("Một hai.", Voice("qqq", 40, 150))

    assert sound == voices._murmur("Một hai.", Voice("qqq", 40, 150))


def test_a_quiet_room_is_never_digitally_silent(tmp_path: Path) -> None:
    levels = [frame.extension[5] & 0x7F for frame in Library(tmp_path).room().frames]

    assert len(levels) == 50
    assert all(60 <= level <= 80 for level in levels)


def test_level_of_full_scale_and_of_silence() -> None:
    assert encoding.level(b"\xff\x7f" * 960) == 0
    assert encoding.level(bytes(1920)) == 127
    assert encoding.level(b"\xff\x03" * 960) == 30


def test_opus_frames_decode_to_twenty_milliseconds() -> None:
    sound = Sound(48_000, bytes(2 * 960 * 10))

    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate = 48_000
    decoder.layout = "mono"
    samples = [frame.samples for data, _ in encoding.opus(sound) for frame in decoder.decode(av.Packet(data))]

    assert samples[-1] == 960


def test_records_survive_being_stored() -> None:
    records = [(b"", 0), (b"abc", 127), (bytes(70_000), 1)]

    assert list(clips.unpack(clips.pack(records))) == records


def test_a_library_that_may_not_make_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(clips.NotMade, match="silence"):
        Library(tmp_path, may_make=False).silence()
