"""The commands: `simulate` for all sites of a briefing, `agent` for one, `rehearse` for the checks of their lines."""

import argparse
import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from endpoints import clips, rehearsal
from endpoints.api import Api, Invitation
from endpoints.chair import Pace
from endpoints.peer import Ground
from endpoints.places import place_of
from endpoints.secure import Certificate
from endpoints.simulation import Credentials, Simulation, Wishes, open_session, say
from endpoints.site import Habits, Site
from endpoints.studio import NICENESS, Studio
from endpoints.wheel import Wheel
from endpoints.wire import Wire


def main() -> None:
    """Run a command until it is interrupted."""
    arguments = parser().parse_args()
    commands = {"agent": _agent, "simulate": _simulate, "rehearse": _rehearse}
    uvloop.run(commands[arguments.command](arguments))


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(prog="python -m endpoints", description="Simulated sites of a Giao Ban briefing.")
    commands = top.add_subparsers(dest="command", required=True)
    agent = commands.add_parser("agent", help="run one site")
    agent.add_argument("--join-url", required=True, help="the site's join link")
    simulate = commands.add_parser("simulate", help="run every site of a credentials file, the hub and a chair")
    simulate.add_argument("--credentials-file", type=Path, required=True)
    simulate.add_argument("--sites", type=int, help="only the first N")
    simulate.add_argument("--no-chair", action="store_true", help="leave the floor to a person")
    simulate.add_argument("--turn-seconds", type=float, nargs=2, metavar=("FROM", "TO"), default=Pace().turn)
    rehearse = commands.add_parser("rehearse", help="check the lines of every site of a credentials file")
    rehearse.add_argument("--credentials-file", type=Path, required=True)
    rehearse.add_argument("--sites", type=int, help="only the first N")
    for command in (agent, simulate):
        command.add_argument("--no-media", action="store_true", help="presence and check-in only")
        command.add_argument("--always-talk", action="store_true", help="send speech without the floor too")
        command.add_argument("--no-hands", action="store_true", help="never ask for the floor")
    for command in (agent, simulate, rehearse):
        command.add_argument("--clips", type=Path, default=clips.home(), help="where clips are kept between runs")
        command.add_argument("--seconds", type=float, help="stop after this long")
        command.add_argument("--until-eof", action="store_true", help="stop when standard input closes")
    return top


def _habits(arguments: argparse.Namespace) -> Habits:
    return Habits(raises_hand=not arguments.no_hands, always_talks=arguments.always_talk)


async def _simulate(arguments: argparse.Namespace) -> None:
    wishes = Wishes(
        sites=arguments.sites,
        media=not arguments.no_media,
        chair=not arguments.no_chair,
        habits=_habits(arguments),
        pace=Pace(turn=tuple(arguments.turn_seconds)),
        clips=arguments.clips,
    )
    simulation = Simulation(Credentials.read(arguments.credentials_file), wishes)
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(simulation.run()), group.create_task(simulation.tell_progress())]
        await _until_stopped(arguments)
        say(simulation.summary())
        for task in running:
            task.cancel()


async def _agent(arguments: argparse.Namespace) -> None:
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(open_session())
        invitation, me = await Invitation.from_join_url(session, arguments.join_url)
        place = place_of(me["endpoint"], me["endpoint_name"])
        studio = await stack.enter_async_context(Studio(arguments.clips))
        wire = await stack.enter_async_context(Wire())
        group = await stack.enter_async_context(asyncio.TaskGroup())
        ground = repertoire = None
        running = []
        if not arguments.no_media:
            ground = Ground(wire, Wheel(), Certificate())
            running.append(group.create_task(ground.wheel.run()))
            await studio.prepare()
            repertoire = await studio.of_site(place)
            repertoire.high = await studio.wide_picture(place)
        site = Site(Api(session, invitation), place, _habits(arguments), ground=ground, repertoire=repertoire)
        running.append(group.create_task(site.run()))
        say(f"{place.name}: đang tham gia")
        await _until_stopped(arguments)
        for task in running:
            task.cancel()


async def _rehearse(arguments: argparse.Namespace) -> None:
    os.nice(NICENESS)  # a meeting on the same machine goes first
    credentials = Credentials.read(arguments.credentials_file)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(rehearsal.rehearse(credentials, sites=arguments.sites, clips=arguments.clips))
        await _until_stopped(arguments)
        running.cancel()


async def _until_stopped(arguments: argparse.Namespace) -> None:
    """Wait for SIGINT, SIGTERM, the end of the time, or the end of standard input."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if arguments.until_eof:
        loop.add_reader(sys.stdin, _notice_eof, stop)
    try:
        async with asyncio.timeout(arguments.seconds):
            await stop.wait()
    except TimeoutError:
        pass
    finally:
        if arguments.until_eof:
            loop.remove_reader(sys.stdin)


def _notice_eof(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        stop.set()


if __name__ == "__main__":
    main()
