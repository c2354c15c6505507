"""GStreamer's webrtcbin as a WHIP publisher or a WHEP player: `/usr/bin/python3 webrtcbin.py whip|whep URL TOKEN`.

It runs by the system's Python, which has GStreamer's bindings, so it imports nothing of this repository. A
player prints a line for each stream of which thirty decoded buffers have come: "video 30", "audio 30".
"""

import sys
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

BUFFERS = 30

PUBLISHER = """
    webrtcbin name=peer bundle-policy=max-bundle
    videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=15/1
      ! openh264enc complexity=low gop-size=30 ! video/x-h264,profile=constrained-baseline
      ! rtph264pay config-interval=-1 aggregate-mode=zero-latency
      ! application/x-rtp,media=video,encoding-name=H264,payload=96
      ! peer.
    audiotestsrc is-live=true volume=0.1 ! opusenc ! rtpopuspay
      ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer.
"""

VIDEO = (
    "application/x-rtp,media=video,encoding-name=H264,payload=96,clock-rate=90000,"
    "packetization-mode=(string)1,profile-level-id=(string)42e01f"
)
SENT_VIDEO = "application/x-rtp,media=video,encoding-name=H264,payload=96,clock-rate=90000,packetization-mode=(string)1"
AUDIO = "application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000,encoding-params=(string)2"


class Client:
    """One peer connection, and the exchange of its offer for an answer."""

    def __init__(self, pipeline: Any, url: str, token: str) -> None:
        self.pipeline, self.url, self.token = pipeline, url, token
        self.peer = pipeline.get_by_name("peer")
        self._has_offered = threading.Lock()
        self.peer.connect("on-negotiation-needed", self._offer)
        self.peer.connect("notify::ice-gathering-state", self._gathered)

    def _offer(self, peer: Any, *_: object) -> None:
        """Offer once, when every encoder has said what it makes: before, an m-line would have no codec."""
        silent = [pad for pad in peer.sinkpads if pad.get_current_caps() is None]
        for pad in silent:
            pad.connect("notify::caps", lambda *_: self._offer(peer))
        if not silent and self._has_offered.acquire(blocking=False):
            peer.emit("create-offer", None, Gst.Promise.new_with_change_func(self._offered))

    def _offered(self, promise: Any) -> None:
        reply = promise.get_reply()  # owns the description, which its value only borrows
        self.peer.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())

    def _gathered(self, peer: Any, _: object) -> None:
        if peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            threading.Thread(target=self._exchange, daemon=True).start()

    def _exchange(self) -> None:
        offer = self.peer.get_property("local-description").sdp.as_text()
        headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(self.url, offer.encode(), headers)  # noqa: S310 - the test's own server
        with urllib.request.urlopen(request) as response:  # noqa: S310
            text = response.read()
        _, message = GstSdp.SDPMessage.new()
        GstSdp.sdp_message_parse_buffer(text, message)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.peer.emit("set-remote-description", answer, Gst.Promise.new())


def publisher() -> Any:
    """Build a publisher of a ball and a tone; an offer made before the encoders have begun names codecs as well."""
    pipeline = Gst.parse_launch(PUBLISHER)
    peer = pipeline.get_by_name("peer")
    for index, caps in enumerate((SENT_VIDEO, AUDIO)):
        peer.emit("get-transceiver", index).set_property("codec-preferences", Gst.Caps.from_string(caps))
    return pipeline


def player() -> Any:
    """Build a player that decodes what comes and counts it."""
    pipeline = Gst.Pipeline.new()
    peer = Gst.ElementFactory.make("webrtcbin", "peer")
    peer.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
    pipeline.add(peer)
    for caps in (AUDIO, VIDEO):
        direction = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
        peer.emit("add-transceiver", direction, Gst.Caps.from_string(caps))
    peer.connect("pad-added", _play, pipeline)
    return pipeline


def _play(_: object, pad: Any, pipeline: Any) -> None:
    kind = pad.get_current_caps().get_structure(0).get_string("media")
    decoder = Gst.ElementFactory.make("decodebin")
    decoder.connect("pad-added", _count, pipeline, kind)
    pipeline.add(decoder)
    decoder.sync_state_with_parent()
    pad.link(decoder.get_static_pad("sink"))


def _count(_: object, pad: Any, pipeline: Any, kind: str) -> None:
    sink = Gst.ElementFactory.make("fakesink")
    sink.set_property("signal-handoffs", True)
    sink.connect("handoff", _counter(kind))
    pipeline.add(sink)
    sink.sync_state_with_parent()
    pad.link(sink.get_static_pad("sink"))


def _counter(kind: str) -> Callable[..., None]:
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == BUFFERS:
            sys.stdout.write(f"{kind} {seen}\n")
            sys.stdout.flush()

    return count


def main(role: str, url: str, token: str) -> None:
    """Run until the standard input ends."""
    Gst.init(None)
    pipeline = publisher() if role == "whip" else player()
    client = Client(pipeline, url, token)
    loop = GLib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    client.pipeline.set_state(Gst.State.PLAYING)
    loop.run()
    client.pipeline.set_state(Gst.State.NULL)


if __name__ == "__main__":
    main(*sys.argv[1:])
