"""The forwarding unit in a process of its own, with WHIP and WHEP before it: `python -m tests.bench.sfu_process`.

It writes one line of JSON when it serves, {"url", "port", "pid"}, and ends with its standard input. The bearer token
of a WHIP or WHEP request is the endpoint's code; everybody is in one briefing; peers are never lost.
"""

import argparse
import asyncio
import gc
import json
import os
import sys

import uvloop

from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from tests.media.http import open_door


async def serve(host: str, port: int) -> None:
    """Serve until the standard input ends."""
    settings = SfuSettings(lost_after=3600.0, packets_per_second=100_000, max_peers=2_000)
    sfu = await Sfu.start(host=host, port=port, public_addresses=(host,), settings=settings)
    async with open_door(sfu) as door:
        gc.freeze()  # as the media process does
        sys.stdout.write(json.dumps({"url": door.url, "port": sfu.port, "pid": os.getpid()}) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
    await sfu.stop()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="UDP; 0 takes any free one")
    parser.add_argument("--uvloop", action=argparse.BooleanOptionalAction, default=True)
    arguments = parser.parse_args()
    run = uvloop.run if arguments.uvloop else asyncio.run
    run(serve(arguments.host, arguments.port))


if __name__ == "__main__":
    main()
