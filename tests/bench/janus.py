"""Debian's Janus with its VideoRoom, run with a configuration of its own and asked over its WebSocket.

The protocol is Janus' own (https://janus.conf.meetecho.com/docs/rest.html, videoroom.html): a publisher offers, but a
subscriber is offered to. ICE is lite, as ours is.
"""

import asyncio
import itertools
import re
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from endpoints import sdp
from endpoints.sdp import Answer
from tests.bench import clip
from tests.bench.gateway import Caller
from tests.journeys.processes import free_port, until

PROGRAM = Path("/usr/bin/janus")
ROOM = 63
_UP_WITHIN, _ANSWER_WITHIN = 20.0, 10.0  # seconds
_LIBRARIES = Path("/usr/lib/x86_64-linux-gnu/janus")

_CORE = """
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{folder}/plugins"
    transports_folder = "{folder}/transports"
    events_folder = "{folder}/none"
    loggers_folder = "{folder}/none"
    debug_level = 2
    session_timeout = 0
}}
nat: {{
    ice_lite = true
    ice_ignore_list = "vmnet"
}}
"""
_WEBSOCKETS = """
general: {{ ws = true, ws_ip = "127.0.0.1", ws_port = {port} }}
admin: {{ admin_ws = false }}
"""
_VIDEOROOM = """
room-{room}: {{
    description = "bench"
    publishers = 1
    bitrate = 10000000
    audiocodec = "opus"
    videocodec = "h264"
    transport_wide_cc_ext = false
    videoorient_ext = false
    playoutdelay_ext = false
}}
"""


class Janus:
    """A running Janus. Its answers come in order on one WebSocket, told apart by their transaction."""

    name = "Janus"

    def __init__(self, pid: int, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.pids: Sequence[int] = (pid,)
        self._socket = socket
        self._numbers = itertools.count()
        self._session = 0
        self._feed = 0  # the publisher's number

    async def begin(self) -> None:
        """Open the session that every client here shares."""
        self._session = (await self._ask({"janus": "create"}))["data"]["id"]

    async def publish(self, caller: Caller) -> Answer:
        """Let somebody send the clip."""
        handle = await self._attach()
        joined = await self._message(handle, {"request": "join", "ptype": "publisher", "room": ROOM})
        self._feed = joined["plugindata"]["data"]["id"]
        text = sdp.publishing(
            caller.credentials, caller.fingerprint, audio=clip.AUDIO_SSRC, video=clip.VIDEO_SSRC, cname="bench"
        )
        offer = text.replace("a=rtcp-mux\r\n", f"a=rtcp-mux\r\n{caller.candidate}\r\n")
        published = await self._message(handle, {"request": "publish"}, {"type": "offer", "sdp": offer})
        return sdp.read_answer(published["jsep"]["sdp"])

    async def watch(self, caller: Caller) -> Answer:
        """Let somebody receive it: Janus offers, the client answers and opens the handshake."""
        handle = await self._attach()
        await until(partial(self._has_feed, handle), within=_ANSWER_WITHIN, what="Janus has the publisher's media")
        join = {"request": "join", "ptype": "subscriber", "room": ROOM, "streams": [{"feed": self._feed}]}
        offer = (await self._message(handle, join))["jsep"]["sdp"]
        await self._message(handle, {"request": "start"}, {"type": "answer", "sdp": answer_to(offer, caller)})
        return sdp.read_answer(offer.replace("a=setup:actpass", "a=setup:passive"))

    async def _has_feed(self, handle: int) -> bool:
        """Whether its side of the publisher's handshake is done too: before that it knows of no feed."""
        listed = await self._message(handle, {"request": "listparticipants", "room": ROOM})
        return any(one["id"] == self._feed and one["publisher"] for one in listed["plugindata"]["data"]["participants"])

    async def _attach(self) -> int:
        request = {"janus": "attach", "session_id": self._session, "plugin": "janus.plugin.videoroom"}
        return int((await self._ask(request))["data"]["id"])

    async def _message(self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None) -> dict[str, Any]:
        request = {"janus": "message", "session_id": self._session, "handle_id": handle, "body": body}
        return await self._ask(request | ({"jsep": jsep} if jsep else {}))

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request and return what answers it; acknowledgements and news of others are passed over."""
        transaction = str(next(self._numbers))
        await self._socket.send_json(request | {"transaction": transaction})
        async with asyncio.timeout(_ANSWER_WITHIN):
            while True:
                answer: dict[str, Any] = await self._socket.receive_json()
                if answer.get("transaction") == transaction and answer["janus"] != "ack":
                    assert answer["janus"] != "error", answer
                    assert "error" not in answer.get("plugindata", {}).get("data", {}), answer
                    return answer


def answer_to(offer: str, caller: Caller) -> str:
    """Accept every m-line of an offer with its first codec (RFC 3264, section 6.1)."""
    session, *media = re.split(r"(?m)^(?=m=)", offer.replace("\r\n", "\n"))
    group = re.findall(r"(?m)^a=group:.*$", session)
    head = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", *group]
    return "\r\n".join([*head, *itertools.chain.from_iterable(_accepted(part, caller) for part in media)]) + "\r\n"


def _accepted(part: str, caller: Caller) -> list[str]:
    kind, number = re.findall(r"^m=(\w+) \d+ \S+ (\d+)", part)[0]
    kept = re.findall(rf"(?m)^a=(?:mid:|extmap:|rtpmap:{number} |fmtp:{number} |rtcp-fb:{number} ).*$", part)
    return [
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {number}",
        "c=IN IP4 0.0.0.0",
        *kept,
        "a=recvonly",
        "a=rtcp-mux",
        caller.candidate,
        f"a=ice-ufrag:{caller.credentials.ufrag}",
        f"a=ice-pwd:{caller.credentials.password}",
        f"a=fingerprint:sha-256 {caller.fingerprint}",
        "a=setup:active",
    ]


@asynccontextmanager
async def janus() -> AsyncIterator[Janus]:
    """Run Janus until the block ends."""
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        _configure(folder, port)
        process = await asyncio.create_subprocess_exec(
            PROGRAM, "--configs-folder", folder, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            async with aiohttp.ClientSession() as http, await _connected(http, process, port) as socket:
                running = Janus(process.pid, socket)
                await running.begin()
                yield running
        finally:
            await _ended(process)


def _configure(folder: Path, port: int) -> None:
    """Write the configuration, and give Janus the one plugin and the one transport it may load."""
    (folder / "janus.jcfg").write_text(_CORE.format(folder=folder))
    (folder / "janus.transport.websockets.jcfg").write_text(_WEBSOCKETS.format(port=port))
    (folder / "janus.plugin.videoroom.jcfg").write_text(_VIDEOROOM.format(room=ROOM))
    for library in ("none", "plugins/libjanus_videoroom.so", "transports/libjanus_websockets.so"):
        link = folder / library
        link.parent.mkdir(exist_ok=True)
        if link.suffix:
            link.symlink_to(_LIBRARIES / library)
        else:
            link.mkdir()


async def _connected(http: aiohttp.ClientSession, process: Process, port: int) -> aiohttp.ClientWebSocketResponse:
    """Connect to its WebSocket as soon as it listens."""

    async def connected() -> aiohttp.ClientWebSocketResponse | None:
        assert process.returncode is None, "Janus has ended"
        try:
            return await http.ws_connect(f"ws://127.0.0.1:{port}", protocols=("janus-protocol",))
        except aiohttp.ClientConnectionError:
            return None

    socket = await until(connected, within=_UP_WITHIN, what="Janus is up")
    assert isinstance(socket, aiohttp.ClientWebSocketResponse)
    return socket


async def _ended(process: Process) -> None:
    """Stop it; it is given a moment to end in good order."""
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()
