"""`python -m tests.bench`: the tables of docs/benchmarks.md, measured here and now, as Markdown.

`--only NAME` measures a part, one of forwarding, crowd, processes, delay, recording, memory, joins, latency, handover,
stills, lines, papers, accuracy, switches, conflicts and planning; `--runs`, `--seconds` and `--times` say how much.
"""

import argparse
from pathlib import Path

import uvloop

from schedules.series import MOST_DATES
from tests.bench import (
    accuracy,
    capacity,
    conflicts,
    delay,
    handover,
    hostile,
    joins,
    latency,
    lines,
    memory,
    papers,
    planning,
    recording,
    stills,
    switches,
)
from tests.bench.machine import moment, this_machine
from tests.bench.saying import mib, say
from tests.bench.sights import Sight
from tests.bench.spread import percentile, quantiles, spread


async def tell_memory(given: argparse.Namespace) -> None:
    """Measure memory, each time in a new server."""
    found = [await memory.measure() for _ in range(given.runs)]
    say("## Memory\n")
    say(f"{given.runs} runs, each of two new servers; {moment()} at the end.\n")
    say(f"| resident memory, MiB: median (min to max) | with one site | with {memory.SITES} | each further site |")
    say("|---|---|---|---|")
    for module in sorted(found[0].one | found[0].all):
        one, every = ([mib(run[module]) for run in runs] for runs in ([r.one for r in found], [r.all for r in found]))
        each = spread([mib(run.per_site(module)) for run in found], digits=2)
        say(f"| `{module}` | {spread(one)} | {spread(every)} | {each} |")
    total = [sum(mib(run.per_site(module)) for module in run.all) for run in found]
    say(f"| together | | | {spread(total, digits=2)} |")
    say("\nA site publishes, watches all slots and holds an event stream.\n")


async def tell_handover(given: argparse.Namespace) -> None:
    """Measure how long a new speaker is waited for."""
    say("## From the grant to the next speaker, in milliseconds\n")
    say("| the sites publish | from the grant's POST to … in Chromium | times | p50 | p95 | min | max |")
    say("|---|---|---|---|---|---|---|")
    for who, encoding in (("clips that were encoded before", False), ("from pages that encode here", True)):
        before = moment()
        found = await handover.measure(given.times, encoding=encoding)
        say(f"| {who} | the speaker's first frame shown | {quantiles(found.pictures)} |")
        say(f"| | the speaker's voice in what is played | {quantiles(found.sounds)} |")
        say(f"| | the server's answer | {quantiles(found.answers)} |")
        held = f"pictures {found.held_pictures:.0f}, sounds {found.held_sounds:.0f}"
        say(f"| | {before} to {moment()}; held back against jitter on average | {held} | | | | |")
    say("")


async def tell_latency(given: argparse.Namespace) -> None:
    """Measure what people wait for."""
    before = moment()
    found = await latency.measure(given.times)
    say("## Latencies, in milliseconds\n")
    say(f"{before} at the beginning, {moment()} at the end.\n")
    say("| from … to … | times | p50 | p95 | min | max |")
    say("|---|---|---|---|---|---|")
    say(f"| WHEP POST to the first frame shown in Chromium, one pair | {quantiles(found.joins[1])} |")
    say(f"| the same, two pairs, both pictures | {quantiles(found.joins[2])} |")
    say(f"| grant's POST to the speaker's first frame shown in Chromium | {quantiles(found.frames)} |")
    say(f"| grant's POST to the speaker's first audible packet | {quantiles(found.sounds)} |")
    say(f"| raised hand's POST to its mark on the status page | {quantiles(found.board)} |")
    say("")


async def tell_joins(given: argparse.Namespace) -> None:
    """Measure how long sixty-three sites wait that come within ten seconds."""
    before = moment()
    found = [await joins.measure() for _ in range(given.runs)]
    sites, browser = [one for run in found for one in run.sites], [one for run in found for one in run.browser]
    say("## A country joins within ten seconds, in milliseconds\n")
    say(f"{before} at the beginning, {moment()} at the end.\n")
    say("| from … to … | times | p50 | p95 | min | max |")
    say("|---|---|---|---|---|---|")
    say(f"| a site's WHEP POST to its first whole keyframe, decrypted | {quantiles(sites)} |")
    say(f"| WHEP POST to the first frame shown in Chromium in their midst | {quantiles(browser)} |")
    say("")


async def tell_delay(given: argparse.Namespace) -> None:
    """Measure how long packets are under way while the server has other work."""
    before = moment()
    planes = {"in the server": await delay.measure_all(0, given.seconds)}
    planes["a process of its own"] = await delay.measure_all(1, given.seconds)
    say("## From the publisher's send to the receiver's kernel, in milliseconds\n")
    say(f"{delay.LOAD}, {given.seconds:g} s each; {before} at the beginning, {moment()} at the end.\n")
    say("| meanwhile | media | packets | p50 | p99 | max | lost |")
    say("|---|---|---|---|---|---|---|")
    for work in delay.WORK:
        for plane, found in planes.items():
            say(f"| {work} | {plane} | {_under_way(found[work])} |")
    say("")


def _under_way(found: delay.Delays) -> str:
    """Write a row's cells."""
    values = found.milliseconds
    cells = (percentile(values, 0.5), percentile(values, 0.99), max(values))
    return " | ".join([str(len(values)), *(f"{value:.2f}" for value in cells), f"{100 * found.lost:.2f} %"])


async def tell_recording(given: argparse.Namespace) -> None:
    """Measure what recording costs, off and on in turn."""
    before, found = moment(), await recording.measure_all(given.runs, given.seconds)
    recorder, megabytes = [100 * one.recorder for one in found], [one.megabytes for one in found]
    say("## Recording the stage\n")
    say(f"{recording.LOAD}, 1.5 Mbit/s; {given.runs} runs of {given.seconds:g} s each; {before} at the beginning.\n")
    say("| recording | packets | p50 | p99 | max, ms | lost | media process, share of a core |")
    say("|---|---|---|---|---|---|---|")
    for name, costs in {"off": [one.without for one in found], "on": [one.recorded for one in found]}.items():
        delays = delay.Delays([one for cost in costs for one in cost.delays], max(cost.lost for cost in costs))
        say(f"| {name} | {_under_way(delays)} | {spread([100 * cost.share for cost in costs])} % |")
    say(f"\nThe recorder took {spread(recorder)} % of a core and {spread(megabytes)} MB for an hour.\n")


async def tell_stills(given: argparse.Namespace) -> None:
    """Measure what stills and signal checks cost."""
    found = [await stills.measure() for _ in range(given.runs)]
    helper, media = [100 * one.helper for one in found], [100 * one.media for one in found]
    say("## Stills and signal checks of 63 sites and the hub, in percent of one core\n")
    say(f"{given.runs} runs, each of a server without and one with stills; {moment()} at the end.\n")
    say("| the helper process | what it adds to the media process | together |")
    say("|---|---|---|")
    together = spread([sum(pair) for pair in zip(helper, media, strict=True)])
    say(f"| {spread(helper)} | {spread(media)} | {together} |")
    say("")


async def tell_lines(_: argparse.Namespace) -> None:
    """Measure what bad lines leave of sound and pictures."""
    say("## Bad lines\n")
    say(f"{moment()} at the beginning.\n")
    say("| line | who | sound missing, s | gaps | frozen, s | longest | sound back, s | picture | as before | sent |")
    say("|---|---|---|---|---|---|---|---|---|---|")
    async for found in lines.measure():
        say(f"| {found.line} | {found.client} | {_fared(found.sight)} | {_sent(found)} |")
    say(f"\n{moment()} at the end.\n")


def _fared(sight: Sight) -> str:
    """Write a row's cells."""
    back = (sight.sound_back, sight.picture_back, sight.full_back)
    cells = ["over 30" if one is None else f"{one:.1f}" for one in back]
    return " | ".join([f"{sight.unheard:.1f}", str(sight.gaps), f"{sight.frozen:.1f}", f"{sight.longest:.1f}", *cells])


def _sent(found: lines.Found) -> str:
    return found.picture if found.rate is None else f"{found.picture}, {found.rate / 1000:.0f} kbit/s"


async def tell_hostile(given: argparse.Namespace) -> None:
    """Measure what hostile datagrams cost, and that a million of them change nothing."""
    costs = await hostile.measure()
    say("## Hostile datagrams\n")
    say(f"{moment()} at the beginning.\n")
    say("| kind | CPU each, µs |")
    say("|---|---|")
    for name, cost in costs.items():
        say(f"| {name} | {cost:.1f} |")
    say(f"| all kinds in turn, the mean | {sum(costs.values()) / len(costs):.1f} |")
    outcome, seconds = await hostile.besiege()
    say("\n| sent | in | counted | pictures meanwhile | lost of them | events | peers | memory grown |")
    say("|---|---|---|---|---|---|---|---|")
    say(
        f"| {outcome.sent} | {seconds:.0f} s | {outcome.counted} | {outcome.pictures} | {outcome.lost} "
        f"| {outcome.events} | {outcome.peers} | {mib(outcome.grown):.1f} MiB |\n"
    )


async def tell_accuracy(given: argparse.Namespace) -> None:
    """Measure how true the record is."""
    say("## The record beside the truth\n")
    say(f"{moment()} at the beginning.\n")
    say(
        "| mode | condition | speech, s | missed | false | confused | DER | edges off, ms: p50 | p95 | turns off, p95 "
        "| unsent |"
    )
    say("|---|---|---|---|---|---|---|---|---|---|---|")
    wrong: dict[str, tuple[str, ...]] = {}
    async for found in accuracy.measure(keep=given.keep):
        say(f"| {found.mode} | {found.condition} | {_true(found)} |")
        wrong |= {found.condition: found.wrong_sites} if found.wrong_sites else {}
    say(f"\nSites credited with speech on air without the floor: {wrong or 'none'}; {moment()} at the end.\n")


def _true(found: accuracy.Found) -> str:
    """Write a row's cells."""
    heard = found.heard
    parts = [f"{heard.scored:.1f}", *(f"{one:.2f}" for one in (heard.missed, heard.false, heard.confused))]
    edges, turns = ([1000 * abs(one) for one in several] for several in (heard.boundaries, found.turns))
    late = f"{percentile(turns, 0.95):.0f}" if turns else ""
    edge = f"{percentile(edges, 0.5):.0f} | {percentile(edges, 0.95):.0f}"
    return " | ".join([*parts, f"{100 * heard.rate:.2f} %", edge, late, f"{found.unsent:.1f} s"])


async def tell_switches(_: argparse.Namespace) -> None:
    """Measure the dominant-speaker decision over the traces that are kept."""
    say("## The dominant speaker, over recorded traces of discussions\n")
    say("| decided by | minutes | switches | false | false in an hour | astray |")
    say("|---|---|---|---|---|---|")
    for name, decide in {"ours": switches.ours, "the loudest wins": switches.loudest}.items():
        one = switches.judged(switches.recorded(), decide)
        cells = (
            f"{one.seconds / 60:.1f}",
            one.all,
            one.false,
            f"{one.false_per_hour:.0f}",
            f"{100 * one.astray:.1f} %",
        )
        say(f"| {name} | {' | '.join(map(str, cells))} |")
    say("")


async def tell_papers(given: argparse.Namespace) -> None:
    """Measure what the files of a long meeting cost."""
    entries, before = papers.journal(), moment()
    papers.settle()
    idle = await papers.waits_for_nothing(2.0)
    costs = [await papers.measure(form, entries, given.times) for form in papers.forms()]
    say("## The files of a long meeting\n")
    say(f"{papers.HOURS} hours, 63 sites, {len(entries)} entries; medians of {given.times}; {before}, {moment()}.\n")
    say("| file | KiB | made in, ms of CPU | the loop waits at most, ms | memory, MiB | verified in, ms of CPU |")
    say("|---|---|---|---|---|---|")
    for cost in costs:
        name = " ".join(filter(None, (cost.form.format.upper(), cost.form.part)))
        cells = (cost.size / 1024, cost.seconds * 1000, cost.late, cost.memory, cost.verified * 1000)
        say(f"| {name} | {' | '.join(f'{cell:.0f}' for cell in cells)} |")
    say(f"| nothing | | | {idle:.0f} | | |\n")


async def tell_conflicts(given: argparse.Namespace) -> None:
    """Measure how long the conflicts of a series take to find."""
    say(f"## A series of {conflicts.BRIEFINGS} briefings of {conflicts.SITES:,} sites, in milliseconds\n")
    say(f"{given.runs} runs, with other times for every date that has a conflict; {moment()} at the beginning.\n")
    say("| in the diary | bookings | conflicts | median (min to max) |")
    say("|---|---|---|---|")
    for case in conflicts.cases():
        found = conflicts.measure(case, given.runs)
        took = spread([1000 * one for one in found.seconds])
        say(f"| {case.name} | {len(case.taken)} | {found.clashes} | {took} |")
    say("")


async def tell_planning(given: argparse.Namespace) -> None:
    """Measure how long the planning pages take."""
    before = moment()
    found = await planning.measure(given.times)
    say("## The planning pages, in milliseconds\n")
    say(f"{planning.BRIEFINGS} briefings of {len(planning.SITES)} sites; {before} at first, {moment()} at the end.\n")
    say("| from the request to the whole page | KiB | times | p50 | p95 | min | max |")
    say("|---|---|---|---|---|---|---|")
    for one in found:
        say(f"| `{one.path}` | {one.size / 1024:.0f} | {quantiles(one.milliseconds)} |")
    written = await planning.measure_series(given.runs)
    say(f"\n| a series of {MOST_DATES} dates of {len(planning.SITES)} sites | median (min to max) |")
    say("|---|---|")
    say(f"| made, conflicts sought | {spread(written.made)} |")
    say(f"| its title and time changed for all dates | {spread(written.changed)} |")
    say("")


PARTS = {
    "forwarding": capacity.tell_forwarding,
    "crowd": capacity.tell_crowd,
    "processes": capacity.tell_processes,
    "delay": tell_delay,
    "recording": tell_recording,
    "memory": tell_memory,
    "joins": tell_joins,
    "latency": tell_latency,
    "handover": tell_handover,
    "stills": tell_stills,
    "hostile": tell_hostile,
    "lines": tell_lines,
    "papers": tell_papers,
    "accuracy": tell_accuracy,
    "switches": tell_switches,
    "conflicts": tell_conflicts,
    "planning": tell_planning,
}


async def run(given: argparse.Namespace) -> None:
    """Measure the parts that were asked for."""
    say(f"{this_machine()}\n")
    for name in given.only or PARTS:
        await PARTS[name](given)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this part; may be repeated")
    parser.add_argument("--runs", type=int, default=3, help="of forwarding, memory and joins (default 3)")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each forwarding run (default 6)")
    parser.add_argument("--times", type=int, default=20, help="of each latency (default 20)")
    parser.add_argument("--keep", type=Path, help="folder for the level traces of the discussions of accuracy")
    uvloop.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
