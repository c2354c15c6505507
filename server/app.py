"""The only composer: builds every part of the service and hands each what it needs."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

import ifaddr
from aiohttp import web

from endpoints.rosters import Roster, Rosters
from schedules.clock import Clock
from schedules.due import ANNOUNCED, Policy
from schedules.working_days import WorkCalendar, calendar_of, read_days, vietnam
from server import bridge, falling_due, logs, post, sweeping
from server.archive import Archive
from server.core.ids import BriefingId, EndpointCode, RosterName
from server.core.state import ENDED, RUNNING, Briefing, Phase
from server.core.status import MediaStatus, Place, PlaceOf, ServiceStatus
from server.files.files import Files
from server.gauges import Gauges
from server.live.histories import Histories
from server.live.rooms import Rooms
from server.live.world import World
from server.media.plane import MediaPlane, Program
from server.media.process import cluster
from server.media.process.cluster import Cluster
from server.media.process.messages import Setup
from server.media.process.supervisor import Supervisor
from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from server.records.documents import profile
from server.records.files import House
from server.records.recordings.shelf import Shelf
from server.reminding import Reminding
from server.settings import Settings
from server.store import briefings
from server.store.database import Database
from server.store.ledger import StoredLedger
from server.tasks import Tasks, every
from server.web import own_rosters, site
from server.web.admissions import ADMISSIONS, LOOK_EVERY, Admissions
from server.web.keys import (
    CALENDAR,
    CLOCK,
    DATABASE,
    FILES,
    HISTORIES,
    HOUSE,
    OFFICE,
    PLANE,
    REMINDERS,
    ROOMS,
    ROSTERS,
    SECRET,
    SETTINGS,
    SHELF,
)
from server.web.meters import METERS
from server.web.pages import install

LOOPBACK = "127.0.0.1"
TICK = 1.0
"""Seconds between looks at what time alone brings about."""

SHORTEST_SECRET = 32
"""Bytes of the server's own secret."""

TASKS = web.AppKey("tasks", Tasks)
ALARM = web.AppKey("alarm", Clock)
REMINDING = web.AppKey("reminding", Reminding)
MEDIA_STAYS = web.AppKey("media_stays", asyncio.Event)
"""Set when the media process shall outlive this server, for the next one."""


def utc_now() -> datetime:
    """Return the present moment: the server's clock decides."""
    return datetime.now(UTC)


def build(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> web.Application:
    """Build the application; nothing is opened before it starts."""
    app = site.application([*site.TABLES, *install.TABLES])
    app[SETTINGS] = settings
    app[CLOCK] = clock
    app[SECRET] = secret_of(settings)
    app[ROSTERS] = Rosters()
    app[HOUSE] = house_of(settings, app[ROSTERS].called)
    app[CALENDAR] = work_calendar_of(settings)
    app[MEDIA_STAYS] = asyncio.Event()
    install.install_pages(app)
    if settings.recordings is not None:
        app[SHELF] = Shelf(settings.recordings)
    app.cleanup_ctx.extend([_database, _tasks, _media, _rooms, _signals, _post, _alarm])
    app[FILES] = Files(settings.documents)
    return app


def secret_of(settings: Settings) -> bytes:
    """Return the key of the join links; made once and kept in the data directory unless it is configured."""
    if settings.secret:
        return settings.secret.encode()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.data_dir / "secret"
    if not path.exists():
        whole = path.with_name("secret.part")  # half a secret must never be taken for one
        whole.unlink(missing_ok=True)
        whole.touch(mode=0o600)
        whole.write_text(secrets.token_urlsafe(32), encoding="ascii")
        whole.replace(path)
    secret = path.read_text(encoding="ascii").strip().encode()
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"the secret in {path} is too short; remove the file to have a new one made")
    return secret


def house_of(settings: Settings, called: Callable[[RosterName], Mapping[str, str]]) -> House:
    """Read the layouts of the office's papers. Raises BadProfile."""
    folder = Path(settings.profiles_dir) if settings.profiles_dir else None
    return House(profile.load(folder), settings.time_zone, called)


def work_calendar_of(settings: Settings) -> WorkCalendar:
    """Read the days of the office, over the public holidays. Raises BadDays."""
    own = read_days(Path(settings.days_file).read_text(encoding="utf-8")) if settings.days_file else ()
    return calendar_of(vietnam(), own)


def database_url(settings: Settings) -> str:
    """Return the configured database, else the embedded one in the data directory."""
    if settings.database_url:
        return settings.database_url
    path = Path(settings.data_dir)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"sqlite+aiosqlite:///{path.resolve() / 'giaoban.sqlite3'}"


async def _database(app: web.Application) -> AsyncIterator[None]:
    app[DATABASE] = await Database.open(database_url(app[SETTINGS]))
    await own_rosters.look(app[DATABASE], app[ROSTERS])
    yield
    await app[DATABASE].close()


async def _tasks(app: web.Application) -> AsyncIterator[None]:
    async with Tasks() as tasks:
        app[TASKS] = tasks
        yield


async def _media(app: web.Application) -> AsyncIterator[None]:
    app[PLANE] = await start_media(app[SETTINGS], app[CLOCK])
    app[ADMISSIONS] = Admissions(app, app[PLANE])
    yield
    await (app[PLANE].leave() if app[MEDIA_STAYS].is_set() else app[PLANE].stop())


async def _rooms(app: web.Application) -> AsyncIterator[None]:
    ledger = StoredLedger(app[DATABASE], partial(post.look, app))
    world = World(
        ledger=ledger,
        grace=app[SETTINGS].grace,
        clock=app[CLOCK],
        route=partial(_route, app[PLANE]),
        place_of=lambda state: _places(app[ROSTERS].load(state.planned.roster)),
        service=partial(_service, app[PLANE]),
        changed=lambda _room: None,
        moved=partial(_moved, app),
    )
    app[ROOMS], app[HISTORIES] = Rooms(world), Histories(ledger)
    app.on_shutdown.append(_end_streams)
    async with app[DATABASE].read() as session:
        unfinished = await briefings.unfinished(session)
    running = {one.id for one in unfinished if one.phase in RUNNING}
    alive = {one.media for one in app[PLANE].resources if one.arrives}
    await app[ROOMS].recover(running, alive)
    for over in {one.briefing for one in app[PLANE].resources} - running:
        await app[PLANE].close_briefing(over)
    yield


def _service(plane: MediaPlane) -> ServiceStatus:
    standing = plane.standing
    return ServiceStatus(MediaStatus(standing.since), standing.alarms)


async def _signals(app: web.Application) -> AsyncIterator[None]:
    rooms, plane = app[ROOMS], app[PLANE]
    app[METERS].registry.register(Gauges(rooms, plane))
    app[TASKS].run("media events", lambda: bridge.carry(plane.events(), rooms))
    app[TASKS].run("status", rooms.show_changes)
    app[TASKS].run("tick", partial(every, TICK, rooms.tick))
    app[TASKS].run("files", partial(sweeping.sweep, app[FILES], app[DATABASE], app[CLOCK]))
    app[TASKS].run(
        "rosters", partial(every, own_rosters.LOOK_EVERY, partial(own_rosters.look, app[DATABASE], app[ROSTERS]))
    )
    app[TASKS].run("admissions", partial(every, LOOK_EVERY, app[ADMISSIONS].look_again))
    yield


async def _alarm(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    policy = Policy(
        lobby=timedelta(minutes=settings.lobby_minutes),
        late_after=timedelta(minutes=settings.late_minutes),
        overrun=timedelta(minutes=settings.overrun_minutes),
        keep_recordings=settings.keep_recordings,
    )
    archive = Archive(app[SHELF], app[DATABASE], app[ROOMS]) if SHELF in app else None
    reminding = None
    if OFFICE in app:
        reminding = Reminding(app[DATABASE], post.sender_of(app), app[CALENDAR], app[CLOCK], partial(post.send, app))
        app[REMINDING] = app[REMINDERS] = reminding
    act = partial(falling_due.act, app[ROOMS], archive, reminding, falling_due.decisions(settings))
    app[ALARM] = Clock(partial(falling_due.timetables, app[DATABASE], archive, reminding), act, policy, app[CLOCK])
    await app[ALARM].start()
    yield
    if SHELF in app:
        app[SHELF].close()
    await app[ALARM].stop()


async def _post(app: web.Application) -> AsyncIterator[None]:
    post.begin(app, app[TASKS])
    yield
    await post.end(app)


async def _end_streams(app: web.Application) -> None:
    app[ROOMS].close()


async def start_media(settings: Settings, clock: Callable[[], datetime]) -> MediaPlane:
    """Start the media plane, or attach to the process of an earlier server. Raises OSError when its port is taken.

    Answers must come from the address that was asked, or browsers drop them; for a socket on every address the kernel
    takes the one the route prefers. That is a candidate too on a network, but never is on the loopback.
    """
    try:
        return await (_processed(settings, clock) if settings.media_processes else _embedded(settings, clock))
    except OSError as error:
        raise OSError(error.errno, f"{_ports(settings)} of all media: {error.strerror}") from error


def _ports(settings: Settings) -> str:
    first, last = settings.media_port, settings.media_port + settings.media_processes - 1
    return f"UDP ports {first} to {last}" if last > first else f"UDP port {first}"


async def _processed(settings: Settings, clock: Callable[[], datetime]) -> MediaPlane:
    addresses = media_addresses(settings)
    setup = Setup(
        host=_media_host(settings, addresses),
        port=settings.media_port,
        addresses=addresses,
        linger=settings.media_linger_seconds,
        sfu=_sfu_settings(settings),
    )
    command = ("-m", "server.media_process", logs.level())
    if settings.media_processes == 1:
        return await Supervisor.start(cluster.path_of(settings.data_dir, 0), setup, command, clock=clock)
    return await Cluster.start(settings.data_dir, setup, command, processes=settings.media_processes, clock=clock)


async def _embedded(settings: Settings, clock: Callable[[], datetime]) -> Sfu:
    addresses = media_addresses(settings)
    return await Sfu.start(
        host=_media_host(settings, addresses),
        port=settings.media_port,
        public_addresses=addresses,
        clock=clock,
        settings=_sfu_settings(settings),
    )


def _media_host(settings: Settings, addresses: tuple[str, ...]) -> str:
    return LOOPBACK if addresses == (LOOPBACK,) else settings.media_host


def _sfu_settings(settings: Settings) -> SfuSettings:
    return SfuSettings(
        off_air_rate=settings.rate_off_air,
        on_deck_rate=settings.rate_on_deck,
        on_air_rate=settings.rate_on_air,
        content_rate=settings.rate_content,
        lost_after=settings.media_lost_after,
        max_peers=settings.media_peers,
        stills_every=settings.stills_seconds,
        recording_dir=str(settings.recordings or ""),
        recording_low=settings.recording_low_mb * 1_000_000,
    )


def media_addresses(settings: Settings) -> tuple[str, ...]:
    """Return the candidates browsers are told: the configured ones, else this machine's IPv4 addresses.

    A service that takes HTTP on the loopback address alone has no other media address either.
    """
    if settings.media_addresses:
        return settings.media_addresses
    if settings.host in {LOOPBACK, "localhost"}:
        return (LOOPBACK,)
    own = [str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return tuple(address for address in own if not address.startswith("127.")) or (LOOPBACK,)


def _route(
    plane: MediaPlane,
    briefing: BriefingId,
    on_air: EndpointCode | None,
    on_deck: tuple[EndpointCode, ...],
    presenting: EndpointCode | None,
    *,
    recording: bool,
) -> None:
    plane.route(briefing, Program(on_air, on_deck, presenting, recording))


@lru_cache(16)
def _places(roster: Roster) -> PlaceOf:
    places = {unit.code: Place(unit.name, unit.region) for unit in roster.units}
    return lambda code: places.get(code) or Place(code, "")


async def _moved(app: web.Application, before: Briefing, after: Briefing) -> None:
    """After a change of plan, phase or reminders: end the media of what is over, show out who is uninvited.

    Reminders of another time, or of what has begun or is over, are taken back; and the alarm is set anew.
    """
    if after.phase in ENDED or (before.phase is Phase.REHEARSAL and after.phase is Phase.SCHEDULED):
        await app[PLANE].close_briefing(after.id)
    await _show_out(app, after.id, uninvited(before, after))
    if REMINDING in app and before.phase in ANNOUNCED:
        moved = before.planned.starts_at != after.planned.starts_at
        if moved or after.phase not in ANNOUNCED:
            await app[REMINDING].withdraw(after.id, moved=moved)
    if ALARM in app:
        await app[ALARM].rearm(after.id)


def uninvited(before: Briefing, after: Briefing) -> frozenset[EndpointCode]:
    """Return the sites that were on the list and are no more."""
    return frozenset(before.plan.endpoints if before.plan else ()) - frozenset(after.planned.endpoints)


async def _show_out(app: web.Application, briefing: BriefingId, endpoints: Iterable[EndpointCode]) -> None:
    """End the streams and the media of sites."""
    room = app[ROOMS].found(briefing)
    for endpoint in endpoints:
        if room is not None:
            room.feed.show_out(endpoint)
        await app[PLANE].expel(briefing, endpoint)
