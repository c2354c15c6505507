"""The record over HTTP, and the proof of its journal."""

import csv
import io
import sqlite3
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from server import commands
from server.app import build
from server.core.events import BriefingDrafted, BriefingEdited
from server.core.ids import BriefingId
from server.core.journal import Entry, Head
from server.records.documents.profile import BadProfile
from server.records.label import labels_in
from server.settings import Settings
from server.store import journal
from server.web.keys import DATABASE
from tests.service import Service, site


async def one_turn(served: Service) -> str:
    path = await served.briefing()
    await served.call("POST", f"{path}/floor/requests", site(path, "38"), {"speaker": "Lan", "topic": "Bão số 5"})
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    await served.call("POST", f"{path}/floor/revoke", "chair", {"endpoint": "38"})
    await served.call("POST", f"{path}/close", "chair")
    return path


async def test_record_names_the_turn_in_every_form(served: Service) -> None:
    path = await one_turn(served)

    turns = (await served.call("GET", f"{path}/turns", "operator")).body["turns"]
    as_json = await served.call("GET", f"{path}/record", "organizer")
    as_csv = await served.call("GET", f"{path}/record?format=csv", "chair")
    attendance = await served.call("GET", f"{path}/record?format=csv&part=attendance", "chair")
    doubts = await served.call("GET", f"{path}/record?format=csv&part=disagreements", "secretary")
    as_rttm = await served.call("GET", f"{path}/record?format=rttm", "chair")

    assert [(one["number"], one["endpoint"], one["speaker"], one["reason"]) for one in turns] == [
        (1, "38", "Lan", "revoked")
    ]
    assert as_json.body["turns"] == turns
    assert as_json.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(as_csv.text.removeprefix("\ufeff"))))
    assert (rows[0]["name"], rows[0]["topic"]) == ("Thanh Hóa", "Bão số 5")
    assert len(attendance.text.splitlines()) == 5  # a heading, three sites, the head
    assert as_json.body["disagreements"] == []  # a turn of a moment may be silent
    assert doubts.text.startswith("\ufeffkind,endpoint,name,turn,speaker,started_at,ended_at,seconds")
    assert as_rttm.status == 200
    head = (await served.call("GET", f"{path}/verify", "organizer")).body["head"]["hash"]
    assert all(head in one.text for one in (as_json, as_csv, attendance, as_rttm))


@pytest.mark.parametrize(
    ("query", "media_type", "begins"),
    [
        ("format=vtt", "text/vtt; charset=utf-8", b"WEBVTT"),
        ("format=xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("format=docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
        (
            "format=docx&document=attendance&profile=party",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            b"PK",
        ),
    ],
)
async def test_record_is_given_in_every_form_and_names_itself(
    served: Service, query: str, media_type: str, begins: bytes
) -> None:
    path = await one_turn(served)

    async with served.http.get(f"{path}/record?{query}", headers=served.bearer("chair")) as answer:
        content = await answer.read()

    head = (await served.call("GET", f"{path}/verify", "organizer")).body["head"]
    assert (answer.status, answer.headers["Content-Type"]) == (200, media_type)
    assert content.startswith(begins)
    assert {label.head for label in labels_in(content)} == {Head(head["seq"], head["hash"])}
    part = dict(parse_qsl(query)).get("document", "minutes")
    wanted = {"docx": f"-{part}.docx"}.get(query[7:11], f".{query.removeprefix('format=')}")
    assert answer.headers["Content-Disposition"].endswith(f'{wanted}"')


async def test_names_of_sites_are_in_the_journal(served: Service) -> None:
    path = await served.briefing(until="draft")
    changed = await served.call("PATCH", path, "organizer", {"endpoints": ["38", "96"]})
    assert changed.status == 200

    entries = await journal_of(served, path)

    plans = [entry.event.plan for entry in entries if isinstance(entry.event, BriefingDrafted | BriefingEdited)]
    assert [plan.names for plan in plans] == [("Hà Nội", "Thanh Hóa", "Cà Mau"), ("Thanh Hóa", "Cà Mau")]


async def journal_of(served: Service, path: str) -> list[Entry]:
    async with served.app[DATABASE].read() as session:
        return await journal.load(session, BriefingId(path.rsplit("/", 1)[1]))


async def test_unknown_layout_is_refused(served: Service) -> None:
    path = await served.briefing(until="draft")

    refused = await served.call("GET", f"{path}/record?format=docx&profile=baroque", "organizer")

    assert (refused.status, refused.code) == (422, "unknown_profile")


def test_a_bad_layout_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "state.toml").write_text("[page]\ntop = 'high'", encoding="utf-8")

    with pytest.raises(BadProfile, match=r"state\.toml: page\.top"):
        build(Settings.model_validate({"data_dir": tmp_path, "profiles_dir": str(tmp_path)}))


async def test_unknown_form_is_refused(served: Service) -> None:
    path = await served.briefing(until="draft")

    refused = await served.call("GET", f"{path}/record?format=exe", "organizer")

    assert (refused.status, refused.code) == (422, "invalid_body")


async def test_altered_entry_is_named_by_page_and_command(served: Service, tmp_path: Path) -> None:
    path = await one_turn(served)
    settings = Settings.model_validate({"data_dir": tmp_path})
    before = await commands.verify(settings, path.rsplit("/", 1)[1])
    with sqlite3.connect(tmp_path / "giaoban.sqlite3") as database:
        database.execute("UPDATE journal_entry SET data = replace(data, 'Lan', 'Hoa') WHERE seq = 6")
    database.close()

    shown = (await served.call("GET", f"{path}/verify", "organizer")).body
    after = await commands.verify(settings, None)

    assert before[0].sound
    assert (shown["sound"], shown["flaw"]["seq"]) == (False, 6)
    assert [(one.sound, one.flaw and one.flaw.seq) for one in after] == [(False, 6)]
