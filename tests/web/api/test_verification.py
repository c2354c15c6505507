"""Verification over HTTP and on the command line: an export is vouched for, a forged one is shown where."""

import asyncio
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from server.__main__ import main
from server.records.differences import unpacked
from server.records.label import EDITION
from server.web.verification import LARGEST_FILE
from tests.service import Answer, Service, read, site
from tests.web.api.test_record import one_turn

QUERIES = ("format=json", "format=csv", "format=rttm", "format=vtt", "format=xlsx", "format=docx&profile=party")


async def export(served: Service, path: str, query: str, language: str = "vi") -> bytes:
    headers = {**served.bearer("chair"), "Accept-Language": language}
    async with served.http.get(f"{path}/record?{query}", headers=headers) as answer:
        assert answer.status == 200
        return await answer.read()


async def verify(served: Service, path: str, content: bytes, who: str = "chair") -> Answer:
    async with served.http.post(f"{path}/verify", data=io.BytesIO(content), headers=served.bearer(who)) as answer:
        return await read(answer)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_an_export_is_genuine_whatever_language_its_reader_and_its_checker_have(
    served: Service, query: str, language: str
) -> None:
    path = await one_turn(served)
    content = await export(served, path, query, language)

    found = await verify(served, path, content)

    assert (found.status, found.body["outcome"], found.body["differences"]) == (200, "genuine", [])
    assert found.body["journal"]["sound"]
    assert found.body["file"]["head"] == found.body["journal"]["head"]


async def test_a_forged_export_is_shown_where(served: Service) -> None:
    path = await one_turn(served)
    content = await export(served, path, "format=docx")

    found = (await verify(served, path, content.replace("Bão số 5".encode(), "Bão số 6".encode()))).body

    assert found["outcome"] == "altered"
    (one,) = found["differences"]
    assert (one["part"], "Bão số 5" in one["expected"], "Bão số 6" in one["found"]) == ("word/document.xml", True, True)


async def test_a_file_of_another_briefing_is_named(served: Service) -> None:
    path, other = await one_turn(served), await served.briefing(until="draft")

    found = (await verify(served, other, await export(served, path, "format=rttm"))).body

    assert (found["outcome"], found["file"]["briefing"]) == ("other_briefing", path.rsplit("/", 1)[1])


async def test_an_altered_journal_is_told_with_the_file(served: Service, tmp_path: Path) -> None:
    path = await one_turn(served)
    content = await export(served, path, "format=json")
    alter(tmp_path)

    found = (await verify(served, path, content)).body

    assert (found["outcome"], found["journal"]["flaw"]["seq"]) == ("journal_altered", 6)


async def test_a_file_that_is_too_large_is_refused(served: Service) -> None:
    path = await served.briefing(until="draft")

    refused = await verify(served, path, bytes(LARGEST_FILE + 1))

    assert (refused.status, refused.code) == (413, "too_large")


async def test_whoever_may_not_read_the_record_may_not_have_files_compared_with_it(served: Service) -> None:
    path = await served.briefing(until="draft")

    assert [(await verify(served, path, b"", who)).status for who in ("operator", "hub")] == [403, 403]


async def test_the_command_vouches_for_files_and_shows_forged_ones(
    served: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = await one_turn(served)
    content = await export(served, path, "format=csv")
    sound, forged = tmp_path / "sound.csv", tmp_path / "forged.csv"
    sound.write_bytes(content)
    forged.write_bytes(content.replace(b"Lan", b"Hoa"))
    monkeypatch.setenv("GIAOBAN_DATA_DIR", str(tmp_path))

    statuses = [await command("verify", "--file", str(one)) for one in (sound, forged)]
    said = capsys.readouterr().out.splitlines()
    as_json = await command("verify", path.rsplit("/", 1)[1], "--json", "--file", str(forged))

    assert (statuses, as_json) == ([0, 1], 1)
    assert said[0].startswith(f"{sound}: genuine, journal ")
    assert said[1].startswith(f"{forged}: NOT GENUINE (altered)")
    assert said[2].startswith("  line 2, column ")
    assert json.loads(capsys.readouterr().out)[0]["outcome"] == "altered"


async def command(*arguments: str) -> int:
    """Run a command as a person would: in a thread, for it has a loop of its own."""
    return await asyncio.to_thread(main, arguments)


async def test_the_command_is_not_led_astray_by_labels_that_a_site_typed(
    served: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = await served.briefing()
    typed = f"giaoban:{EDITION};briefing=another;format=csv;part=turns;language=vi;head=7:{'ab' * 32}"
    await served.call("POST", f"{path}/floor/requests", site(path, "38"), {"speaker": "Lan", "topic": typed})
    await served.call("POST", f"{path}/floor/grant", "chair", {"endpoint": "38"})
    table, paper = tmp_path / "turns.csv", tmp_path / "minutes.docx"
    table.write_bytes(await export(served, path, "format=csv"))
    made = unpacked(await export(served, path, "format=docx"))
    with zipfile.ZipFile(paper, "w", zipfile.ZIP_DEFLATED) as saved_again:
        for name, content in made.items():
            saved_again.writestr(name, content)
    monkeypatch.setenv("GIAOBAN_DATA_DIR", str(tmp_path))

    statuses = [await command("verify", "--file", str(one)) for one in (table, paper)]

    assert statuses == [0, 1]
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{table}: genuine, journal {path.rsplit('/', 1)[1]} ")
    assert said[1].startswith(f"{paper}: NOT GENUINE (altered)")


async def test_the_command_asks_for_the_briefing_of_a_file_that_names_none(
    served: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIAOBAN_DATA_DIR", str(tmp_path))
    (tmp_path / "letter.txt").write_text("Kính gửi", encoding="utf-8")

    status = await command("verify", "--file", str(tmp_path / "letter.txt"))

    assert (status, "name the briefing" in capsys.readouterr().err) == (2, True)


def alter(folder: Path) -> None:
    """Change a name in the journal behind the service's back."""
    with sqlite3.connect(folder / "giaoban.sqlite3") as database:
        database.execute("UPDATE journal_entry SET data = replace(data, 'Lan', 'Hoa') WHERE seq = 6")
    database.close()
