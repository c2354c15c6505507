"""The demo: the product on one machine, with a live briefing, simulated sites, a scripted chair, and a planned week.

The server runs in this process and the sites in another, which knows the service by its protocol alone. Everything is
seeded through the HTTP interface, as an organizer would do it.
"""

import asyncio
import json
import secrets
import shutil
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from aiohttp import ClientSession, web

from endpoints import rosters
from server.app import utc_now
from server.core.errors import UserError
from server.core.events import rfc3339
from server.core.ids import BriefingId
from server.core.people import Role
from server.demo_mail import letterbox
from server.demo_week import Week, plan_week, posted
from server.live.room import Room
from server.serve import running, stop_signal
from server.settings import Settings
from server.store.database import Database
from server.web import tokens, users
from server.web.keys import DATABASE, ROOMS, SETTINGS

ALL_UP_WITHIN = 90.0
"""Seconds the sites get to come in before the demo says what it has."""

LEAVE_WITHIN = 10.0
"""Seconds the sites get to say goodbye."""

AGENDA = (
    ("opening", "Khai mạc và điểm danh", 5),
    ("report", "Báo cáo kết quả công tác 6 tháng đầu năm", 20),
    ("directive", "Quán triệt chỉ thị về chuyển đổi số", 15),
    ("discussion", "Thảo luận của các điểm cầu", 60),
    ("conclusion", "Kết luận của chủ trì", 10),
)

SPEAKERS = (
    ("38", "Ông Lê Văn Dũng", "Kết quả ba tháng thực hiện đề án chuyển đổi số"),
    ("hub", "Bà Trần Thị Hạnh", "Trả lời kiến nghị của các điểm cầu"),
    ("96", "Ông Nguyễn Hoàng Nam", "Phòng chống hạn mặn mùa khô"),
)
"""Who is registered for the discussion."""

TURN_MINUTES = 5
_RECORDINGS, _DOCUMENTS, _MAILS = "recordings", "documents", "mails"  # folders, below the demo's own

MAIL = {
    "mail_from": "vanphong@giaoban.example",
    "mail_name": "Văn phòng Ban Nội chính",
    "mail_sent_by": "",
    "smtp_host": "127.0.0.1",
    "smtp_tls": "none",
    "smtp_user": "",
    "smtp_password_file": "",
    "imap_host": "",
}
"""The demo writes to nobody: whatever is set for real mails is left aside."""

ROLES = (Role.ORGANIZER, Role.CHAIR, Role.SECRETARY, Role.OPERATOR, Role.HUB)
ACCOUNTS = (
    (Role.ADMIN, "admin", "Quản trị hệ thống"),
    (Role.ORGANIZER, "organizer", "Ban tổ chức"),
    (Role.CHAIR, "chair", "Chủ trì hội nghị"),
    (Role.SECRETARY, "secretary", "Thư ký hội nghị"),
    (Role.OPERATOR, "operator", "Trực kỹ thuật"),
)


class SimulatorFailed(UserError):
    """The simulated sites could not be started; what they said stands above."""

    code = "simulator_failed"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line."""

    host: str
    port: int
    media_port: int
    data_dir: Path
    sites: int
    credentials_file: Path | None
    chair: bool
    media: bool


@dataclass(frozen=True, slots=True)
class Seed:
    """What the demo starts with."""

    base_url: str
    briefing: BriefingId
    tokens: dict[str, str]
    sites: dict[str, dict[str, str]]

    def credentials(self) -> str:
        """Write the credentials file's content; see `docs/protocol.md`."""
        document = {
            "base_url": self.base_url,
            "briefing_id": self.briefing,
            "tokens": self.tokens,
            "sites": self.sites,
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    def rehearsing(self, week: Week) -> Self:
        """Return what the sites of the planned briefing need, and nobody else's token."""
        sites = {
            code: {"join_url": f"{self.base_url}/join/{token}", "token": token} for code, token in week.sites.items()
        }
        return replace(self, briefing=BriefingId(week.briefing), tokens={}, sites=sites)


async def demo(wishes: Wishes, settings: Settings) -> int:
    """Run the demo until SIGINT or SIGTERM."""
    _empty(wishes.data_dir)
    if wishes.credentials_file is not None:
        wishes.credentials_file.unlink(missing_ok=True)
    print("Starting the server…", flush=True)
    async with (
        letterbox(wishes.data_dir / _MAILS) as smtp_port,
        running(_settings(wishes, settings, smtp_port)) as (app, base_url),
    ):
        await _show(app, base_url, wishes)
    return 0


async def _show(app: web.Application, base_url: str, wishes: Wishes) -> None:
    """Fill the house, and show it until somebody stops it."""
    password = f"giaoban-{secrets.token_hex(4)}"
    await _accounts(app[DATABASE], password)
    seed = await _seed(app, base_url, wishes.sites)
    inside = wishes.data_dir / "simulator.json"
    _write_private(inside, seed.credentials())
    _tell(seed, password, wishes)
    async with _simulator("simulate", inside, *_manners(wishes)) as simulator, AsyncExitStack() as stack:
        await _wait_until_all_are_up(await app[ROOMS].get(seed.briefing), wishes, simulator)
        if wishes.credentials_file is not None:
            _write_private(wishes.credentials_file, seed.credentials())
        print("Ready. Stop with Ctrl+C.", flush=True)
        async with asyncio.TaskGroup() as group:
            week = group.create_task(_show_week(app, seed, wishes, stack))
            await stop_signal()
            week.cancel()


async def _show_week(app: web.Application, seed: Seed, wishes: Wishes, stack: AsyncExitStack) -> None:
    """Plan the organizer's week, and have its rehearsal's lines checked until the stack is left."""
    headers = {"Authorization": f"Bearer {seed.tokens['organizer']}"}
    async with ClientSession(seed.base_url, headers=headers) as http:
        week = await plan_week(http, list(seed.sites), ZoneInfo(app[SETTINGS].time_zone), utc_now())
    _tell_of_week(seed, week, wishes.data_dir / _MAILS)
    if wishes.media:
        rehearsing = wishes.data_dir / "rehearsal.json"
        _write_private(rehearsing, seed.rehearsing(week).credentials())
        await stack.enter_async_context(_simulator("rehearse", rehearsing))


def _settings(wishes: Wishes, settings: Settings, smtp_port: int) -> Settings:
    """Return the settings of a demo: its own folder, ports and mail server; sites get a minute before they are late."""
    return Settings.model_validate(
        {
            **settings.model_dump(),
            "host": wishes.host,
            "port": wishes.port,
            "media_port": wishes.media_port,
            "data_dir": wishes.data_dir,
            "recording_dir": str(wishes.data_dir / _RECORDINGS),
            "documents_dir": str(wishes.data_dir / _DOCUMENTS),
            **MAIL,
            "smtp_port": smtp_port,
            "database_url": "",
            "late_minutes": 1,
        }
    )


def _empty(folder: Path) -> None:
    """Begin with an empty database: the demo's own files are removed, nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (_RECORDINGS, _DOCUMENTS, _MAILS):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("giaoban.sqlite3", "giaoban.sqlite3-wal", "giaoban.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    """Write a file of secrets whole or not at all, for this account only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(text, encoding="utf-8")
    part.replace(path)


async def _accounts(database: Database, password: str) -> None:
    for role, name, display_name in ACCOUNTS:
        await users.create_user(database, name=name, display_name=display_name, role=role, password=password)


async def _seed(app: web.Application, base_url: str, sites: int) -> Seed:
    """Plan, publish and open one briefing that begins now, through the HTTP interface."""
    given = {
        role.value: await tokens.create_token(
            app[DATABASE], role=role, label=f"demo {role}", expires_at=utc_now() + timedelta(days=2)
        )
        for role in ROLES
    }
    headers = {"Authorization": f"Bearer {given['organizer']}"}
    async with ClientSession(base_url, headers=headers) as http:
        briefing = await posted(http, "/api/v1/briefings", _live(sites))
        path = f"/api/v1/briefings/{briefing['id']}"
        for move in ("schedule", "open", "start"):
            await _moved_on(http, path, move)
        links = await posted(http, f"{path}/join-links", {"endpoints": "all"})
    found = {
        link["endpoint"]: {"join_url": link["url"], "token": link["url"].rsplit("/", 1)[1]} for link in links["links"]
    }
    return Seed(base_url, BriefingId(briefing["id"]), given, found)


async def _moved_on(http: ClientSession, path: str, move: str) -> None:
    """Make one step of the lifecycle, unless the clock has made it already."""
    async with http.post(f"{path}/{move}") as answer:
        if answer.status == web.HTTPConflict.status_code and (await answer.json())["code"] == "wrong_phase":
            return
        answer.raise_for_status()


def _live(sites: int) -> dict[str, Any]:
    now = utc_now().replace(microsecond=0)
    codes = [unit.code for unit in rosters.load("63").units[:sites]]
    speakers = [
        {"endpoint": code, "speaker": name, "topic": topic} for code, name, topic in SPEAKERS if code in {*codes, "hub"}
    ]
    return {
        "title": "Hội nghị giao ban trực tuyến toàn quốc",
        "starts_at": rfc3339(now),
        "ends_at": rfc3339(now + timedelta(hours=3)),
        "endpoints": codes,
        "agenda": [
            {"kind": kind, "title": title, "minutes": minutes, "speakers": speakers if kind == "discussion" else []}
            for kind, title, minutes in AGENDA
        ],
        "turn_minutes": TURN_MINUTES,
    }


def _tell(seed: Seed, password: str, wishes: Wishes) -> None:
    """Print where to look and how to sign in."""
    url, briefing = seed.base_url, seed.briefing
    first = next(iter(seed.sites.values()))["join_url"]
    print(
        f"""
Giao Ban demo: {wishes.sites} sites, a live briefing.

  Organizer  {url}/
  Chair      {url}/briefings/{briefing}/chair
  Status     {url}/briefings/{briefing}/status
  Notes      {url}/briefings/{briefing}/notes
  Record     {url}/briefings/{briefing}/record
  One site   {first}

  Sign in as {", ".join(name for _, name, _ in ACCOUNTS)}; the password of each is {password}
""",
        flush=True,
    )


def _tell_of_week(seed: Seed, week: Week, mails: Path) -> None:
    """Print where planning is seen."""
    url, planned = seed.base_url, f"{seed.base_url}/briefings/{week.briefing}"
    print(
        f"""
And a planned week, for the organizer:

  Briefing   {planned}
  Answers    {planned}/invitations
  Documents  {planned}/documents
  Rehearsal  {planned}/go
  Series     {url}/series/{week.series}
  Month      {url}/planning/month
  Mails      {url}/outbox   (none leaves this machine; they are files in {mails})
""",
        flush=True,
    )


def _manners(wishes: Wishes) -> list[str]:
    return [*([] if wishes.chair else ["--no-chair"]), *([] if wishes.media else ["--no-media"])]


@asynccontextmanager
async def _simulator(command: str, credentials: Path, *manners: str) -> AsyncIterator[Process]:
    """Run the sites in a process of their own; it ends with this one, however this one ends: its input closes."""
    started = [sys.executable, "-m", "endpoints", command, "--credentials-file", str(credentials), "--until-eof"]
    process = await asyncio.create_subprocess_exec(*started, *manners, stdin=asyncio.subprocess.PIPE)
    try:
        yield process
    finally:
        await _ended(process)


async def _ended(process: Process) -> None:
    """Ask the sites to leave, and end those that do not."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), LEAVE_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _wait_until_all_are_up(room: Room, wishes: Wishes, simulator: Process) -> None:
    """Wait for every site to be present, checked in and, with media, publishing; say so if some are not.

    Raises SimulatorFailed when the simulator has ended.
    """
    deadline = asyncio.get_running_loop().time() + ALL_UP_WITHIN
    while not _all_up(room, wishes):
        if simulator.returncode is not None:
            raise SimulatorFailed(f"exit status {simulator.returncode}")
        if asyncio.get_running_loop().time() > deadline:
            counts = room.status().counts
            print(f"Not all sites came: {counts.checked_in} of {wishes.sites} checked in.", flush=True)
            return
        await asyncio.sleep(0.2)


def _all_up(room: Room, wishes: Wishes) -> bool:
    counts = room.status().counts
    publishing = counts.publishing if wishes.media else wishes.sites
    hub = room.state.hub_media is not None or not wishes.media
    return hub and min(counts.present, counts.checked_in, publishing) >= wishes.sites
