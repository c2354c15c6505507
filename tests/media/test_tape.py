"""The stage cut into files: by source, by size, with sound that waits for a picture, and none where there is nobody."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.core import tape
from server.core.errors import ProtocolError
from server.core.ids import HUB, EndpointCode
from server.core.tape import MANIFEST
from server.media.inspection import access_unit
from server.media.recording.messages import Lane, Report, Tuned, read_report, read_tuned, write
from server.media.recording.part import Part
from server.media.recording.pictures import Picture, Shape
from server.media.recording.tape import NO_PICTURE, Tape
from server.media.sfu import crossing
from server.media.sfu.codec import Codec
from server.media.sfu.crossing import Clocked
from server.media.sfu.track import Arrival
from tests.media.cameras import FPS, payloads, sound, video
from tests.media.peers import THANH_HOA
from tests.media.tapes import watch

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


class Stage:
    """A tape, and a source that sends to it by a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_000.0
        self.folder = folder
        self.tape = Tape(folder, lambda: (self.now, NOON + timedelta(seconds=self.now - 1_000)))
        self._sent: Counter[int] = Counter()  # packets, by stream

    def tune(self, lane: Lane, stream: int, source: EndpointCode = HUB) -> None:
        self.tape.take(write(Tuned(lane, stream, source)), self.now)

    def send(self, stream: int, arrival: Arrival) -> None:
        (message,) = crossing.media([crossing.packet(stream, arrival)])
        self.tape.take(message, self.now)

    def play(self, seconds: float, *, sounds: int = 1, picture: int = 0, codec: Codec = Codec.VP8) -> None:
        """Send sound, and pictures if there is a stream for them, for some seconds."""
        shots = _again(video(codec, "lit"))
        for number in range(round(seconds * FPS)):
            for half in range(2):
                self._sound(sounds, 960 * (2 * number + half))
            if picture:
                self._picture(picture, codec, next(shots), 3_600 * number)
            self.now += 1 / FPS
            self.tape.rest(self.now)

    def parts(self) -> tuple[tape.Part, ...]:
        self.tape.close()
        return tape.parts((self.folder / MANIFEST).read_text("utf-8"))

    def _sound(self, stream: int, timestamp: int) -> None:
        self._sent[stream] += 1
        self.send(stream, Arrival(self._sent[stream], timestamp, False, Codec.OPUS, None, sound(3_000)[0], self.now))

    def _picture(self, stream: int, codec: Codec, unit: bytes, timestamp: int) -> None:
        parts = payloads(codec, unit)
        for place, payload in enumerate(parts):
            self._sent[stream] += 1
            last = place == len(parts) - 1
            self.send(stream, Arrival(self._sent[stream], timestamp, last, codec, None, payload, self.now))


def _again(units: tuple[bytes, ...]) -> Iterator[bytes]:
    while True:
        yield from units


def test_sound_waits_for_a_picture_and_is_then_recorded_without_one(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.tune(Lane.SOUND, 1)

    stage.play(NO_PICTURE + 2)

    (part,) = stage.parts()
    assert (part.codec, part.file) == ("", "0001-hub.webm")
    assert part.began_at == NOON
    assert watch(tmp_path / part.file).seconds == pytest.approx(NO_PICTURE + 2, abs=0.1)


def test_a_codec_that_changes_begins_another_file_and_so_does_another_source(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.tune(Lane.SOUND, 1)
    stage.tune(Lane.PICTURE, 2)
    stage.play(3, picture=2)
    stage.tune(Lane.PICTURE, 3)
    stage.play(3, picture=3, codec=Codec.H264)
    stage.tune(Lane.SOUND, 4, THANH_HOA)
    stage.tune(Lane.PICTURE, 5, THANH_HOA)
    stage.play(3, sounds=4, picture=5, codec=Codec.H264)

    found = stage.parts()

    assert [(part.source, part.codec, part.has_hub) for part in found] == [
        (HUB, "VP8", False),
        (HUB, "H264", False),
        (THANH_HOA, "H264", True),
    ]
    assert all(watch(tmp_path / part.file).pictures > 2 * FPS for part in found)


def test_nobody_on_the_stage_is_no_file(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.tune(Lane.SOUND, 1)
    stage.play(1)
    stage.tune(Lane.SOUND, 0)
    stage.now += 60
    stage.tape.rest(stage.now)

    assert stage.parts() == ()


def test_pictures_and_sound_are_put_together_by_when_they_were_captured(tmp_path: Path) -> None:
    """The picture's packets are half a second late on their way, and its clock says so."""
    stage = Stage(tmp_path)
    stage.tune(Lane.SOUND, 1)
    stage.tune(Lane.PICTURE, 2)
    for stream, behind in ((1, 0.0), (2, 0.5)):
        stage.tape.take(crossing.write(Clocked(stream, 0, stage.now - behind)), stage.now)

    stage.play(4, picture=2)

    (part,) = stage.parts()
    assert part.began_at == NOON - timedelta(seconds=0.5)


def test_a_tape_goes_on_after_the_last_file_and_cuts_a_torn_line_off(tmp_path: Path) -> None:
    first = Stage(tmp_path)
    first.tune(Lane.SOUND, 1)
    first.tune(Lane.PICTURE, 2)
    first.play(2, picture=2)
    first.parts()
    with (tmp_path / MANIFEST).open("a") as listing:
        listing.write('{"part":2,"fi')

    second = Stage(tmp_path)
    second.tune(Lane.SOUND, 1)
    second.tune(Lane.PICTURE, 2)
    second.play(2, picture=2)

    assert [part.number for part in second.parts()] == [1, 2]


def test_parameter_sets_that_make_no_sense_are_refused_and_leave_no_file(tmp_path: Path) -> None:
    """Whatever is in them: a muxer takes them, or nothing is begun; it never takes the recorder along."""
    parameters = access_unit.parameters(
        access_unit.keyframe(Codec.H264, payloads(Codec.H264, video(Codec.H264, "lit")[0])) or b""
    )
    path = tmp_path / "film.mp4"
    for place in range(5, len(parameters)):
        spoiled = bytearray(parameters)
        spoiled[place] ^= 0xFF
        for sets in (bytes(spoiled), bytes(spoiled[:place])):
            try:
                film = Part(path, Shape(Codec.H264, 192, 108, sets), has_hub=True)
            except ProtocolError:
                assert not path.exists()
                continue
            film.show(Picture(bytes(spoiled), 0, None), 0.0)
            film.close()


def test_a_picture_that_no_muxer_takes_costs_the_picture_alone(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.tune(Lane.SOUND, 1)
    stage.tune(Lane.PICTURE, 2)
    stage.tape._begin(Shape(Codec.VP8, 0, 0), stage.now, stage.now)

    stage.play(NO_PICTURE + 1)

    (part,) = stage.parts()
    assert (part.number, part.codec) == (1, "")


def test_what_the_two_processes_say_survives_the_way() -> None:
    tuned, report = Tuned(Lane.HUB, 7, THANH_HOA), Report(3, 4_000, 5_000, "disk")

    assert read_tuned(write(tuned)) == tuned
    assert read_report(write(report)) == report


@pytest.mark.parametrize("data", [b"\x20", b"\x20[]", b"\x20{}", b'\x20{"lane":9,"stream":1,"source":""}', b"\x20\xff"])
def test_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_tuned(data)
    with pytest.raises(ProtocolError):
        read_report(data)
