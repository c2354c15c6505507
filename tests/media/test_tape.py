"""The stage cut into files: by source, by size, with sound that waits for a picture, and none where there is nobody."""

import resource
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.core import tape
from server.core.errors import ProtocolError
from server.core.ids import HUB, EndpointCode
from server.core.tape import MANIFEST, Slot
from server.media.inspection import access_unit
from server.media.recording.folder import Folder
from server.media.recording.messages import Lane, Report, Tuned, read_report, read_tuned, write
from server.media.recording.part import Part, seal
from server.media.recording.pictures import Picture, Shape
from server.media.recording.reel import NO_PICTURE, SHORTEST
from server.media.recording.tape import Tape
from server.media.sfu import crossing
from server.media.sfu.codec import Codec
from server.media.sfu.crossing import Clocked
from server.media.sfu.track import Arrival
from tests.media.cameras import FPS, payloads, sound, video
from tests.media.peers import CA_MAU, THANH_HOA
from tests.media.tapes import PATIENCE, watch

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


class Stage:
    """A tape, and a source that sends to it by a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_000.0
        self.folder = folder
        self.tape = Tape(folder, lambda: (self.now, NOON + timedelta(seconds=self.now - 1_000)))
        self._sent: Counter[int] = Counter()  # packets, by stream
        self._frames = 0

    def tune(self, lane: Lane, stream: int, source: EndpointCode = HUB) -> None:
        self.tape.take(write(Tuned(lane, stream, source)), self.now)

    def send(self, stream: int, arrival: Arrival) -> None:
        (message,) = crossing.media([crossing.packet(stream, arrival)])
        self.tape.take(message, self.now)

    def play(self, seconds: float, *, sounds: int = 1, picture: int = 0, codec: Codec = Codec.VP8) -> None:
        """Send sound, and pictures if there is a stream for them, for some seconds."""
        shots = _again(video(codec, "lit"))
        for _ in range(round(seconds * FPS)):
            for half in range(2 if sounds else 0):
                self._sound(sounds, 960 * (2 * self._frames + half))
            if picture:
                self.show(picture, codec, next(shots))
            self._frames += 1
            self.now += 1 / FPS
            self.tape.rest(self.now)

    def parts(self) -> tuple[tape.Part, ...]:
        self.tape.close()
        return tape.parts((self.folder / MANIFEST).read_text("utf-8"))

    def _sound(self, stream: int, timestamp: int) -> None:
        self._sent[stream] += 1
        self.send(stream, Arrival(self._sent[stream], timestamp, False, Codec.OPUS, None, sound(3_000)[0], self.now))

    def show(self, stream: int, codec: Codec, unit: bytes) -> None:
        """Send one picture."""
        parts = payloads(codec, unit)
        for place, payload in enumerate(parts):
            self._sent[stream] += 1
            last = place == len(parts) - 1
            one = Arrival(self._sent[stream], 3_600 * self._frames, last, codec, None, payload, self.now)
            self.send(stream, one)


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
    stage.tune(Lane.SOUND, 0)
    stage.now += 60
    stage.tape.rest(stage.now)

    assert stage.parts() == ()


def test_who_leaves_before_a_picture_came_is_heard_in_a_file_of_its_own(tmp_path: Path) -> None:
    """And not in the next one's: sound that waits for a picture is its source's."""
    stage = Stage(tmp_path)
    stage.tune(Lane.SOUND, 1, THANH_HOA)
    stage.play(1)
    stage.tune(Lane.SOUND, 2, CA_MAU)
    stage.tune(Lane.PICTURE, 3, CA_MAU)
    stage.play(2, sounds=2, picture=3)

    first, second = stage.parts()

    assert [(part.source, part.codec) for part in (first, second)] == [(THANH_HOA, ""), (CA_MAU, "VP8")]
    assert watch(tmp_path / first.file).seconds == pytest.approx(1, abs=0.1)
    assert watch(tmp_path / second.file).sounds[0] == 100
    assert second.began_at == NOON + timedelta(seconds=1)


def test_a_recording_that_ends_before_a_picture_came_has_the_sound(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.tune(Lane.SOUND, 1)
    stage.play(1)

    (part,) = stage.parts()

    assert watch(tmp_path / part.file).sounds == (50,)


def test_what_is_presented_has_files_of_its_own_beside_the_stage(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.tune(Lane.SOUND, 1)
    stage.tune(Lane.PICTURE, 2)
    stage.play(2, picture=2)
    stage.tune(Lane.CONTENT, 9, CA_MAU)
    for _ in range(2 * FPS):
        stage.show(9, Codec.H264, video(Codec.H264, "still", keyframe_every=1)[0])
        stage.play(1 / FPS, picture=2)
    stage.tune(Lane.CONTENT, 0)
    stage.play(1, picture=2)

    found = stage.parts()

    assert [(part.slot, part.source, part.file) for part in found] == [
        (Slot.STAGE, HUB, "0001-hub.webm"),
        (Slot.CONTENT, CA_MAU, f"0002-{CA_MAU}-content.mp4"),
    ]
    films = [watch(tmp_path / part.file) for part in found]
    assert [len(film.sounds) for film in films] == [1, 0]
    assert films[0].seconds == pytest.approx(5, abs=0.1)  # the stage was not interrupted
    assert films[1].pictures == 2 * FPS
    assert (found[1].began_at - found[0].began_at).total_seconds() == pytest.approx(2, abs=0.05)


def test_a_window_that_is_dragged_is_not_a_file_for_each_of_its_sizes(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.tune(Lane.CONTENT, 9, CA_MAU)
    key = video(Codec.VP8, "lit")[0]
    for number in range(4 * FPS):
        size = (192 + number).to_bytes(2, "little")
        stage.show(9, Codec.VP8, key[:6] + size + key[8:])
        stage.play(1 / FPS, sounds=0)
    asked = len(stage.tape.wanted)

    found = stage.parts()

    assert len(found) == 4 / SHORTEST
    assert len({part.width for part in found}) == len(found)
    assert asked  # what was left out is shown again by a keyframe


@pytest.mark.parametrize(("lane", "seconds"), [(Lane.PICTURE, 15), (Lane.CONTENT, 60)])
def test_a_keyframe_is_asked_for_when_none_has_come_for_long(lane: Lane, seconds: int, tmp_path: Path) -> None:
    """A player can begin nowhere else, and browsers send one only when they are asked."""
    stage = Stage(tmp_path)
    stage.tune(lane, 2)
    first, *others = video(Codec.VP8, "lit")
    stage.show(2, Codec.VP8, first)
    stage.tape.wanted.clear()
    for number in range(round(2.5 * seconds * FPS)):
        stage.show(2, Codec.VP8, others[number % len(others)])
        stage.play(1 / FPS, sounds=0)

    stage.parts()
    assert list(stage.tape.wanted) == [2, 2]


def test_a_sender_that_lies_about_its_clock_moves_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.tune(Lane.SOUND, 1)
    stage.tune(Lane.PICTURE, 2)
    for stream, rate in ((1, 48_000), (2, 90_000)):
        stage.tape.take(crossing.write(Clocked(stream, 3_600 * rate, stage.now)), stage.now)

    stage.play(4, picture=2)

    (part,) = stage.parts()
    assert part.began_at == NOON
    assert watch(tmp_path / part.file).seconds == pytest.approx(4, abs=0.1)


def test_a_picture_that_never_ends_is_not_kept(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.tune(Lane.PICTURE, 2)
    for index in range(6_000):
        stage.send(2, Arrival(index, 0, False, Codec.VP8, None, b"\x10" + bytes(1_100), stage.now))

    (one,) = stage.tape._incoming.values()
    assert sum(map(len, one.pictures._payloads)) <= 4 << 20
    assert stage.parts() == ()


def test_a_long_file_that_ends_keeps_the_next_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read from its beginning to its end for its hash: of an hour of the hub that takes seconds."""
    is_read = threading.Event()

    def slowly(path: Path, milliseconds: int) -> tape.Sealed:
        assert is_read.wait(PATIENCE)
        return seal(path, milliseconds)

    monkeypatch.setattr("server.media.recording.folder.seal", slowly)
    stage = Stage(tmp_path)
    for number in (1, 2):
        stage.tune(Lane.SOUND, number, (HUB, CA_MAU)[number - 1])
        stage.tune(Lane.PICTURE, 10 + number, (HUB, CA_MAU)[number - 1])
        stage.play(2, sounds=number, picture=10 + number)
    meanwhile = tape.parts((tmp_path / MANIFEST).read_text("utf-8"))
    is_read.set()

    assert [(part.source, part.sealed) for part in meanwhile] == [(HUB, None), (CA_MAU, None)]
    assert [part.sealed is not None for part in stage.parts()] == [True, True]


@contextmanager
def bounded(octets: int) -> Iterator[None]:
    """Let no file become longer than this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_line_that_does_not_fit_leaves_the_list_as_it_was(tmp_path: Path) -> None:
    """A disk that is nearly full takes the beginning of a line, and the next line would be spoilt by it."""
    folder = Folder(tmp_path)
    first = tape.Part(1, "0001-hub.webm", HUB, NOON, "VP8")
    second = tape.Part(2, "0002-hub.webm", HUB, NOON, "VP8")
    folder.begin(first)

    with bounded((tmp_path / MANIFEST).stat().st_size + 10), pytest.raises(OSError, match="No space left"):
        folder.begin(second)

    assert folder.parts == 1
    folder.begin(second)
    folder.close()
    assert tape.parts((tmp_path / MANIFEST).read_text("utf-8")) == (first, second)


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
                film = Part(path, Shape(Codec.H264, 192, 108, sets), sounds=2)
            except ProtocolError:
                assert not path.exists()
                continue
            film.show(Picture(bytes(spoiled), 0, None), 0.0)
            film.close()


def test_a_picture_that_no_muxer_takes_costs_the_picture_alone(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.tune(Lane.SOUND, 1)
    stage.tune(Lane.PICTURE, 2)
    stage.play(1)
    key = video(Codec.VP8, "lit")[0]
    stage.show(2, Codec.VP8, key[:6] + bytes(4) + key[10:])  # no pixel wide, and none high
    stage.play(NO_PICTURE)

    (part,) = stage.parts()
    assert (part.number, part.codec) == (1, "")
    assert watch(tmp_path / part.file).seconds == pytest.approx(NO_PICTURE + 1, abs=0.1)


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
