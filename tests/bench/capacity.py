"""The tables of how much a server carries: what a packet costs it, for how many, and in how many processes."""

import argparse
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from statistics import median

from tests.bench import clip, forwarding
from tests.bench.forwarding import Cost, Load, sfu
from tests.bench.gateway import Gateway
from tests.bench.janus import PROGRAM, janus
from tests.bench.machine import load_average, moment
from tests.bench.saying import mib, say
from tests.bench.spread import percentile, spread

NO_JANUS = "Janus is not installed: `apt-get install janus` (Debian 12 has 1.1.2); its rows say so."

LOADS = (Load(63), Load(20), Load(63, even=True), Load(500, speed=63 / 500))
"""What both servers forward: at 500 receivers as many packets a second as at 63: more would be too many for Janus."""

CROWDS = tuple(Load(receivers, clip.STAGE) for receivers in (20, 63, 250, 500, 700, 1_000))
"""What ours forwards alone."""

Start = Callable[[], AbstractAsyncContextManager[Gateway]]


async def tell_forwarding(given: argparse.Namespace) -> None:
    """Measure both servers in turn, A B A B, so that what else the machine does falls on both."""
    servers: dict[str, Start] = {"Giao Ban": sfu} | ({"Janus 1.1.2": janus} if PROGRAM.exists() else {})
    say("## Server CPU for each forwarded packet, in microseconds\n")
    say(f"{given.runs} runs of {given.seconds:g} s in turn; {moment()} at the beginning.\n")
    if not PROGRAM.exists():
        say(NO_JANUS + "\n")
    say("| load | Giao Ban: median (min to max) | Janus 1.1.2 | ratio | lost, ours | lost, Janus | load average |")
    say("|---|---|---|---|---|---|---|")
    for load in LOADS:
        costs: dict[str, list[Cost]] = {name: [] for name in servers}
        for _ in range(given.runs):
            for name, start in servers.items():
                async with start() as gateway:
                    costs[name].append(await forwarding.measure(gateway, load, given.seconds))
        say(f"| {load} | {_compared(costs['Giao Ban'], costs.get('Janus 1.1.2'))} | {load_average()} |")
    say("")


def _compared(ours: list[Cost], theirs: list[Cost] | None) -> str:
    """Write a row's cells; the ratio is that of the medians."""
    mine = [cost.microseconds for cost in ours]
    if theirs is None:
        return f"{spread(mine)} | not measured | not measured | {_lost(ours)} | not measured"
    others = [cost.microseconds for cost in theirs]
    ratio = f"**{median(mine) / median(others):.2f}**"
    return f"{spread(mine)} | {spread(others)} | {ratio} | {_lost(ours)} | {_lost(theirs)}"


def _lost(costs: list[Cost]) -> str:
    return f"{100 * max(cost.lost for cost in costs):.2f} %"


async def tell_crowd(given: argparse.Namespace) -> None:
    """Measure how far one process reaches: a stage of 1.2 Mbit/s and more and more subscribers."""
    say("## A stage of 1.2 Mbit/s: cost, loss and added delay by subscribers\n")
    say(f"One run of {given.seconds:g} s each; {moment()} at the beginning.\n")
    say("| subscribers | µs a packet | share of a core | lost | added delay, ms: p50 | p99 | max | memory, MiB |")
    say("|---|---|---|---|---|---|---|---|")
    found = []
    for load in CROWDS:
        try:
            async with sfu() as gateway:
                found.append(await forwarding.measure(gateway, load, given.seconds))
            say(_reached(found[-1]))
        except* TimeoutError:
            say(f"| {load.receivers} | not all of them could connect: this machine does too much else | | | | | | |")
    if len(found) < 2:
        return
    least, most = found[0], found[-1]
    each = (most.resident - least.resident) / (most.receivers - least.receivers)
    say(f"\nEach further subscriber: {mib(each):.2f} MiB.\n")


def _reached(cost: Cost) -> str:
    delays = (percentile(cost.delays, 0.5), percentile(cost.delays, 0.99), max(cost.delays))
    return (
        f"| {cost.receivers} | {cost.microseconds:.1f} | {100 * cost.share:.0f} % | {100 * cost.lost:.3f} % "
        f"| {' | '.join(f'{delay:.1f}' for delay in delays)} | {mib(cost.resident):.0f} |"
    )


async def tell_processes(given: argparse.Namespace) -> None:
    """Measure what it costs that a briefing is in two processes."""
    say("## A stage of 1.2 Mbit/s in one media process and in two\n")
    say(f"One run of {given.seconds:g} s each, in turn; CPU of all media processes; {moment()} at the beginning.\n")
    say("| subscribers | processes | µs a packet | share of a core, together | lost | added delay, ms: p50 | p99 |")
    say("|---|---|---|---|---|---|---|")
    for load in (Load(63, clip.STAGE), Load(300, clip.STAGE)):
        for processes in (1, 2):
            async with sfu("--processes", str(processes)) as gateway:
                cost = await forwarding.measure(gateway, load, given.seconds)
            middle, late = percentile(cost.delays, 0.5), percentile(cost.delays, 0.99)
            say(
                f"| {cost.receivers} | {processes} | {cost.microseconds:.1f} | {100 * cost.share:.0f} % "
                f"| {100 * cost.lost:.3f} % | {middle:.1f} | {late:.1f} |"
            )
    say("")
