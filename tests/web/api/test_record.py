"""The record over HTTP, and the proof of its journal."""

import csv
import io
import sqlite3
from pathlib import Path

from server import commands
from server.settings import Settings
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
    as_rttm = await served.call("GET", f"{path}/record?format=rttm", "chair")

    assert [(one["number"], one["endpoint"], one["speaker"], one["reason"]) for one in turns] == [
        (1, "38", "Lan", "revoked")
    ]
    assert as_json.body["turns"] == turns
    assert as_json.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(as_csv.text.removeprefix("\ufeff"))))
    assert (rows[0]["name"], rows[0]["topic"]) == ("Thanh Hóa", "Bão số 5")
    assert len(attendance.text.splitlines()) == 5  # a heading, three sites, the head
    assert as_rttm.status == 200
    head = (await served.call("GET", f"{path}/verify", "organizer")).body["head"]["hash"]
    assert all(head in one.text for one in (as_json, as_csv, attendance, as_rttm))


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
