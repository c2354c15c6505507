"""What an operator may tune about the forwarding unit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SfuSettings:
    """Bounds and rates of the forwarding unit; rates in bit/s, times in seconds."""

    off_air_rate: int = 150_000  # what a publisher is told (REMB) while nobody receives it
    on_deck_rate: int = 600_000  # the same while it waits for the floor
    on_air_rate: int = 2_500_000  # the same on air, and always for the hub
    content_rate: int = 1_500_000  # the same while it presents a screen or a document
    lost_after: float = 6.0  # a publisher not heard of for this long is gone
    viewer_lost_after: float = 30.0  # a subscriber not heard of for this long is gone (RFC 7675, section 5.1)
    handshake_within: float = 10.0  # a peer must have completed ICE and DTLS by then
    max_peers: int = 512  # publishers and subscribers together
    packets_per_second: int = 2_000  # accepted from one peer; the rest is dropped and counted
    max_meters: int = 16  # publishers whose Opus is decoded for levels in one window
    stills_every: float = 0.0  # between two looks at what a publisher sends; 0: nobody looks
    missing_after: float = 5.0  # a publisher without a picture for this long has no signal
    recording_dir: str = ""  # where recordings are written, a folder for each briefing; empty: nowhere
    recording_low: int = 0  # bytes that should be free there
    silent_after: float = 10.0  # a microphone that ought to be on and yields nothing for this long is silent
