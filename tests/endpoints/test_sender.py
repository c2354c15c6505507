from aiortc.rtp import RtcpPacket, RtcpSrPacket

from endpoints import rtcp, rtp, sdp
from endpoints.clips import AudioClip, AudioFrame, VideoClip, VideoFrame
from endpoints.rtp import level_extension
from endpoints.sender import Sender

SILENCE = AudioClip((AudioFrame(b"hush", level_extension(127, voice=False)),))
VOICE = AudioClip(tuple(AudioFrame(word, level_extension(20, voice=True)) for word in (b"xin", b"chao")))
LOW = VideoClip(tuple(VideoFrame((b"low%d" % n,), keyframe=n % 4 == 0) for n in range(8)), rate=10)
HIGH = VideoClip(tuple(VideoFrame((b"a%d" % n, b"b%d" % n), keyframe=n % 4 == 0) for n in range(8)), rate=25)


def sent(sender: Sender, ticks: range) -> list[tuple[int, bytes, rtp.Header]]:
    """Send some ticks: each packet's tick, payload and header."""
    packets = [(tick, packet, rtp.read(packet)) for tick in ticks for packet in sender.packets(tick)]
    return [(tick, packet[header.size :], header) for tick, packet, header in packets]


def payloads(sender: Sender, ticks: range, payload_type: int) -> list[bytes]:
    return [payload for _, payload, header in sent(sender, ticks) if header.payload_type == payload_type]


def test_sound_is_sent_every_tick_and_pictures_at_their_rate() -> None:
    packets = sent(Sender(SILENCE, LOW), range(50))

    assert [tick for tick, _, header in packets if header.payload_type == sdp.OPUS] == list(range(50))
    assert [tick for tick, _, header in packets if header.payload_type == sdp.H264] == list(range(0, 50, 5))


def test_timestamps_follow_the_ticks_and_sequence_numbers_the_packets() -> None:
    video = [header for _, _, header in sent(Sender(SILENCE, HIGH), range(4)) if header.payload_type == sdp.H264]

    assert [(header.timestamp - video[0].timestamp) & 0xFFFFFFFF for header in video] == [0, 0, 3600, 3600]
    assert [(header.sequence - video[0].sequence) & 0xFFFF for header in video] == [0, 1, 2, 3]
    assert [header.marker for header in video] == [False, True, False, True]


def test_time_that_was_left_out_is_seen_in_the_timestamps() -> None:
    sender = Sender(SILENCE, LOW)

    first, later = (header.timestamp for _, _, header in sent(sender, range(0, 200, 100)) if header.payload_type == 111)

    assert later - first == 100 * 960


def test_speech_begins_at_its_beginning_and_goes_on_when_asked_again() -> None:
    sender = Sender(SILENCE, LOW)
    sender.say(VOICE)
    first = payloads(sender, range(1), sdp.OPUS)
    sender.say(VOICE)

    assert first + payloads(sender, range(1, 3), sdp.OPUS) == [b"xin", b"chao", b"xin"]


def test_another_picture_begins_with_its_keyframe() -> None:
    sender = Sender(SILENCE, LOW)
    payloads(sender, range(6), sdp.H264)

    sender.show(HIGH)

    assert payloads(sender, range(10, 11), sdp.H264) == [b"a0", b"b0"]


def test_a_wanted_keyframe_is_the_next_frame() -> None:
    sender = Sender(SILENCE, LOW)
    payloads(sender, range(15), sdp.H264)

    sender.keyframe(15)

    assert payloads(sender, range(15, 16), sdp.H264) == [b"low4"]


def test_a_keyframe_just_sent_answers_a_second_request() -> None:
    sender = Sender(SILENCE, LOW)
    payloads(sender, range(1), sdp.H264)

    sender.keyframe(1)

    assert payloads(sender, range(1, 6), sdp.H264) == [b"low1"]


def test_missing_packets_are_sent_again_while_they_are_kept() -> None:
    sender = Sender(SILENCE, LOW)
    first, *_, last = [
        packet for tick in range(300) for packet in sender.packets(tick) if rtp.read(packet).ssrc == sender.audio.ssrc
    ]
    numbers = (rtp.read(first).sequence, rtp.read(last).sequence)

    assert list(sender.again(rtcp.Missing(sender.audio.ssrc, numbers))) == [last]


def test_report_puts_both_streams_on_one_clock() -> None:
    sender = Sender(SILENCE, LOW)
    headers = {header.ssrc: header for tick, _, header in sent(sender, range(51)) if tick == 50}

    reports = [
        packet
        for packet in RtcpPacket.parse(sender.report(50, wall=1_700_000_000.0))
        if isinstance(packet, RtcpSrPacket)
    ]

    assert {report.ssrc: report.sender_info.rtp_timestamp for report in reports} == {
        ssrc: header.timestamp for ssrc, header in headers.items()
    }
    assert {report.sender_info.ntp_timestamp for report in reports} == {rtcp.ntp(1_700_000_000.0)}
    assert reports[0].sender_info.packet_count == 51
