"""`python -m tests.bench.soak`: the demo for some minutes, with people who come, go, vanish and take the floor.

A line a minute says what grows: the memory and the open files of every process, sessions, what was not sent or was
refused, and what a subscriber who stays has lost. `--minutes` and `--sites` say how much of it.
"""

import argparse
import asyncio
import random
import re
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
import uvloop

from endpoints.api import Api, Refused
from endpoints.peer import Ground
from endpoints.simulation import open_session
from endpoints.subscription import Subscription
from tests.bench.ground import open_ground
from tests.bench.house import House, house
from tests.bench.machine import cpu_seconds, family, moment, open_files, this_machine
from tests.bench.memory import NOT_OURS, SITES, resident_of

MEDIA = "server.media_process"
_LOOK_EVERY = 60.0  # seconds
_TURN = 4.0  # seconds
_GUESTS = 6  # who come and go at the same time
_STAY = (1.0, 8.0)  # seconds
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Look:
    """What is the case at one moment."""

    minute: float
    resident: Counter[str]  # bytes by module
    files: int
    counters: dict[str, float]  # of /metrics
    lost: float  # share of the packets that the witness should have had so far
    cpu: float  # seconds, of the media process
    done: Counter[str]

    def __str__(self) -> str:
        sizes = " + ".join(f"{octets / _MIB:.0f}" for _module, octets in sorted(self.resident.items()))
        seen = (f"{self.counters[f'giaoban_media_{name}']:.0f}" for name in ("peers", "unsent_total", "refused_total"))
        done = ", ".join(f"{count} {what}" for what, count in sorted(self.done.items()))
        cells = (f"{self.minute:.0f}", sizes, str(self.files), *seen, f"{100 * self.lost:.3f} %", f"{self.cpu:.0f}")
        return f"| {' | '.join(cells)} | {done} |"


class Churn:
    """What is done to a briefing, and how often it was done."""

    def __init__(self, running: House, http: aiohttp.ClientSession, ground: Ground, chance: random.Random) -> None:
        self.done: Counter[str] = Counter()
        self._running = running
        self._http = http
        self._ground = ground
        self._chance = chance

    async def guest(self) -> None:
        """Come, stay a little, and leave: with a goodbye, or without."""
        subscription = Subscription(self._ground)
        await subscription.open(self._api(self._running.tokens["operator"]))
        self.done["joins"] += 1
        await asyncio.sleep(self._chance.uniform(*_STAY))
        if self._chance.random() < 0.5:
            peer = subscription.peer
            peer._ground.wire.close(peer._path)
            self.done["drops"] += 1
        await subscription.close()

    async def turn(self) -> None:
        """Give the floor to somebody else."""
        code = self._chance.choice(list(self._running.sites))
        with suppress(Refused):  # a simulated hand is up already
            await self._api(self._running.sites[code]).raise_hand("Nguyễn Văn Hòa", "")
        with suppress(Refused):  # it speaks already
            await self._api(self._running.tokens["chair"]).floor("grant", code)
            self.done["grants"] += 1
        await asyncio.sleep(_TURN)

    def _api(self, token: str) -> Api:
        return self._running.api(self._http, token)


async def soak(minutes: float, sites: int) -> list[Look]:
    """Run the demo; print a line for each look, and return them all."""
    flags = ("--sites", str(sites))
    async with house(*flags) as running, open_session() as http, open_ground() as ground, asyncio.TaskGroup() as group:
        churn = Churn(running, http, ground, random.Random(63))
        witness = Subscription(ground)
        await witness.open(running.api(http, running.tokens["operator"]))
        busy = [group.create_task(_again(churn.guest)) for _ in range(_GUESTS)]
        busy.append(group.create_task(_again(churn.turn)))
        looks = [await _look(0, running, http, witness, churn)]
        for number in range(1, round(60 * minutes / _LOOK_EVERY) + 1):
            await asyncio.sleep(_LOOK_EVERY)
            looks.append(await _look(number * _LOOK_EVERY / 60, running, http, witness, churn))
        for task in busy:
            task.cancel()
        await witness.close()
    return looks


async def _again(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await work()


async def _look(
    minute: float, running: House, http: aiohttp.ClientSession, witness: Subscription, churn: Churn
) -> Look:
    async with http.get(f"{running.url}/metrics") as response:
        counters = dict(re.findall(r"(?m)^(giaoban_\w+) (\S+)$", await response.text()))
    processes = family(running.pid)
    look = Look(
        minute=minute,
        resident=resident_of(running.pid),
        files=sum(open_files(pid) for pid, module in processes.items() if module != NOT_OURS),
        counters={name: float(value) for name, value in counters.items()},
        lost=_lost(witness),
        cpu=sum(cpu_seconds(pid) for pid, module in processes.items() if module == MEDIA),
        done=churn.done.copy(),
    )
    say(str(look))
    return look


def _lost(witness: Subscription) -> float:
    tracks = witness.reception._tracks.values()
    expected = sum(track.highest - track.first + 1 for track in tracks)
    return 1 - sum(track.packets for track in tracks) / expected if expected else 0.0


def growth(looks: Sequence[Look], module: str) -> float:
    """Return how fast a process grew in the second half, when all that is filled once is full: bytes a minute."""
    half = looks[len(looks) // 2 :]
    minutes = half[-1].minute - half[0].minute
    return (half[-1].resident[module] - half[0].resident[module]) / minutes if minutes else 0.0


async def run(given: argparse.Namespace) -> None:
    """Soak, and sum up."""
    say(f"{this_machine()}\n\n{moment()} at the beginning.\n")
    say("| minute | memory, MiB | open files | sessions | unsent | refused | lost by who stays | CPU, s | done |")
    say("|---|---|---|---|---|---|---|---|---|")
    looks = await soak(given.minutes, given.sites)
    modules = sorted(looks[-1].resident)
    say(f"\nMemory is that of {', '.join(f'`{name}`' for name in modules)}; CPU that of `{MEDIA}`.\n")
    for module in modules:
        say(f"- `{module}` grew by {growth(looks, module) / _MIB:.2f} MiB a minute in the second half.")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="(default 10)")
    parser.add_argument("--sites", type=int, default=SITES, help=f"of the demo (default {SITES})")
    uvloop.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
