"""The forwarding unit in a process of its own, with WHIP and WHEP before it: `python -m tests.bench.sfu_process`.

With `--processes` there are several units, each in a process of its own, and this one only speaks HTTP.
It writes one line of JSON when it serves, {"url", "pids"}, and ends with its standard input. The bearer token
of a WHIP or WHEP request is the endpoint's code; everybody is in one briefing; peers are never lost.
"""

import argparse
import asyncio
import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from server.media.plane import MediaPlane
from server.media.process.cluster import Cluster
from server.media.process.messages import Setup
from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from tests.media.http import open_door

SETTINGS = SfuSettings(lost_after=3600.0, packets_per_second=100_000, max_peers=2_000)


async def serve(host: str, port: int) -> None:
    """Serve in this process until the standard input ends."""
    sfu = await Sfu.start(host=host, port=port, public_addresses=(host,), settings=SETTINGS)
    gc.freeze()  # as the media process does
    await _tell(sfu, [os.getpid()])


async def spread(host: str, port: int, processes: int) -> None:
    """Serve in processes of their own until the standard input ends."""
    setup = Setup(host, port, (host,), linger=1.0, sfu=SETTINGS)
    with TemporaryDirectory() as folder:
        command = ("-m", "server.media_process", "warning")
        cluster = await Cluster.start(Path(folder), setup, command, processes=processes)
        await _tell(cluster, cluster.pids)


async def _tell(plane: MediaPlane, pids: Sequence[int]) -> None:
    async with open_door(plane) as door:
        sys.stdout.write(json.dumps({"url": door.url, "pids": pids}) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
    await plane.stop()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="UDP; 0 takes any free one")
    parser.add_argument("--processes", type=int, default=0, help="media processes; 0: within this one")
    parser.add_argument("--uvloop", action=argparse.BooleanOptionalAction, default=True)
    arguments = parser.parse_args()
    run = uvloop.run if arguments.uvloop else asyncio.run
    if arguments.processes:
        run(spread(arguments.host, arguments.port, arguments.processes))
    else:
        run(serve(arguments.host, arguments.port))


if __name__ == "__main__":
    main()
