import pytest

from endpoints import rtcp, rtp
from endpoints.reception import Reception
from endpoints.sdp import Section

SECTIONS = (
    Section("audio", "0", 111, (1,), 1),
    Section("video", "1", 102, (2,), None),
    Section("audio", "2", 111, (3,), 1),
    Section("video", "3", 102, (4,), None),
)


def packet(ssrc: int, sequence: int, timestamp: int = 0, *, level: int | None = None, marker: bool = False) -> bytes:
    extension = b"" if level is None else rtp.level_extension(level, voice=True)
    return rtp.write(
        b"media",
        payload_type=111,
        marker=marker,
        sequence=sequence,
        timestamp=timestamp,
        ssrc=ssrc,
        extension=extension,
    )


def test_packets_are_counted_by_slot() -> None:
    reception = Reception(SECTIONS)

    for ssrc in (1, 1, 2, 3, 99):
        reception.take(packet(ssrc, sequence=5, marker=ssrc == 2), now=1.0)

    counted = {key: (stream.packets, stream.frames) for key, stream in reception.streams.items()}
    assert counted == {
        ("stage", "audio"): (2, 0),
        ("stage", "video"): (1, 1),
        ("hub", "audio"): (1, 0),
        ("hub", "video"): (0, 0),
    }
    assert reception.packets("stage") == 3
    assert reception.strangers == 1


def test_the_loudest_level_is_kept_until_it_is_forgotten() -> None:
    reception = Reception(SECTIONS)
    for sequence, level in enumerate((60, 30, 127)):
        reception.take(packet(1, sequence, level=level), now=0.0)
    stage = reception.streams["stage", "audio"]

    heard = stage.loudest
    reception.quieten()

    assert (heard, stage.loudest) == (30, 127)


def test_report_counts_what_was_lost_across_the_wrap_of_sequence_numbers() -> None:
    reception = Reception(SECTIONS)
    for sequence in (0xFFFE, 0xFFFF, 1, 2):  # 0 is lost
        reception.take(packet(1, sequence), now=0.0)

    (block,) = reception.blocks(now=1.0)

    assert block == rtcp.Block(ssrc=1, fraction_lost=256 // 5, lost=1, highest=0x10002, jitter=0)


def test_loss_is_that_of_the_interval() -> None:
    reception = Reception(SECTIONS)
    for sequence in (0, 2):
        reception.take(packet(1, sequence), now=0.0)
    reception.blocks(now=1.0)
    reception.take(packet(1, 3), now=1.1)

    (block,) = reception.blocks(now=2.0)

    assert (block.fraction_lost, block.lost) == (0, 1)


def test_report_gives_the_sender_its_clock_back() -> None:
    reception = Reception(SECTIONS)
    reception.take(packet(1, 0), now=0.0)
    reception.heard_report(rtcp.Sent(1, ntp_middle=77), now=1.0)
    reception.heard_report(rtcp.Sent(98, ntp_middle=78), now=1.0)

    (block,) = reception.blocks(now=1.5)

    assert (block.last_report, block.delay) == (77, 32_768)


def test_jitter_follows_arrival_times() -> None:
    reception = Reception(SECTIONS)
    for number, late in enumerate((0.0, 0.016, 0.0)):
        reception.take(packet(1, number, timestamp=960 * number), now=0.02 * number + late)

    assert reception.streams["stage", "audio"].jitter == pytest.approx(0.001 + 0.015 / 16)
