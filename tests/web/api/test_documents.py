"""Documents over HTTP: taken for what they are, given to whom they are for alone, and papers that are due."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from server.store import contacts
from server.web.keys import DATABASE
from server.web.security import SANDBOX
from tests.files.samples import PDF, docx, office
from tests.service import service
from tests.web.api.filing import NAME, House, planned
from tests.web.api.test_invitations import contact, subjects

MACROS = office("application/vnd.ms-word.document.macroEnabled.main+xml")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with service(tmp_path, log_level="error", document_mb=1, documents_mb=2, papers_mb=1) as served:
        yield await planned(served)


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "documents").rglob("*") if path.is_file())


async def test_document_reaches_the_sites_it_is_for_and_no_other(house: House) -> None:
    await house.attach(name="Cho tất cả.pdf", item="Khai mạc")
    some = await house.attach(name="Cho một nơi.pdf", addressees="hub")
    await house.attach(name="Cho trung tâm.pdf", addressees="hub")
    changed = await house.call("PATCH", f"/documents/{some}", body={"endpoints": ["38"]})

    assert (changed.status, changed.body["endpoints"]) == (200, ["38"])
    everything = ["Cho tất cả.pdf", "Cho một nơi.pdf", "Cho trung tâm.pdf"]
    assert {who: await house.shown(who) for who in ("organizer", "chair", "secretary", "admin", "38", "01")} == {
        **dict.fromkeys(("organizer", "chair", "secretary", "admin"), everything),
        "38": everything[:2],
        "01": everything[:1],
    }
    fetched = {
        who: (await house.fetch(f"/documents/{some}/file", who))[0]
        for who in ("organizer", "chair", "secretary", "admin", "operator", "hub", "", "38", "01")
    }
    assert fetched == {
        **dict.fromkeys(("organizer", "chair", "secretary", "admin", "38"), 200),
        **dict.fromkeys(("operator", "hub"), 403),
        "": 401,
        "01": 404,
    }


async def test_site_learns_nothing_of_the_others(house: House) -> None:
    one = await house.attach()
    await house.call("PATCH", f"/documents/{one}", body={"endpoints": ["38", "01"]})
    await house.fetch(f"/documents/{one}/file", "01")
    await house.ask()

    found = (await house.call("GET", "/documents", "38")).body

    assert set(found["documents"][0]) == {
        *("id", "name", "media_type", "octets", "sha256", "item", "attached_at", "fetched_at"),
    }
    assert found["documents"][0]["fetched_at"] is None
    assert [one["endpoint"] for one in found["papers"][0]["owed"]] == ["38"]
    assert "endpoints" not in found["papers"][0]


async def test_draft_shows_its_documents_to_the_staff_alone(house: House) -> None:
    draft = House(house.served, await house.served.briefing(until="draft"))
    one = await draft.attach()

    assert (await draft.shown("38"), await draft.shown("secretary")) == ([], [NAME])
    assert (await draft.fetch(f"/documents/{one}/file", "38"))[0] == 404


async def test_download_is_whole_named_and_in_a_sandbox(house: House) -> None:
    one = await house.attach()

    status, content, headers = await house.fetch(f"/documents/{one}/file", "38")

    assert (status, content) == (200, PDF)
    assert {name: headers[name] for name in ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options")} == {
        "Content-Type": "application/pdf",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"Bao cao thang 11.pdf\"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20th%C3%A1ng%2011.pdf"
    )


async def test_ranges_of_a_document_are_given(house: House) -> None:
    one = await house.attach()

    status, content, headers = await house.fetch(f"/documents/{one}/file", "38", Range="bytes=5-9")
    beyond = await house.fetch(f"/documents/{one}/file", "38", Range="bytes=9999-")

    assert (status, content, headers["Content-Range"]) == (206, PDF[5:10], f"bytes 5-9/{len(PDF)}")
    assert beyond[0] == 416


async def test_first_download_of_each_site_stands_in_the_journal(house: House) -> None:
    one = await house.attach()
    for who in ("38", "38", "01", "organizer"):
        await house.fetch(f"/documents/{one}/file", who)
    headed = await house.call("HEAD", f"/documents/{one}/file", "96")

    shown = (await house.call("GET", "/documents")).body["documents"][0]
    own = (await house.call("GET", "/documents", "38")).body["documents"][0]

    assert headed.status == 200
    assert sorted(shown["fetched"]) == ["01", "38"]
    assert own["fetched_at"] == shown["fetched"]["38"]
    assert await house.kinds() == ["DocumentAttached", "DocumentFetched", "DocumentFetched"]


async def test_answer_that_has_nothing_of_the_file_is_no_download(house: House) -> None:
    one = await house.attach()
    _, _, headers = await house.fetch(f"/documents/{one}/file", "organizer")

    answers = [
        await house.fetch(f"/documents/{one}/file", "38", **conditions)
        for conditions in (
            {"If_None_Match": headers["ETag"]},
            {"If_Modified_Since": headers["Last-Modified"]},
            {"If_Match": '"another"'},
            {"Range": "bytes=9999-"},
        )
    ]
    kinds = await house.kinds()
    first = await house.fetch(f"/documents/{one}/file", "38", Range="bytes=0-4")

    assert [status for status, _, _ in answers] == [304, 304, 412, 416]
    assert kinds == ["DocumentAttached"]
    assert (first[:2], await house.kinds()) == ((206, PDF[:5]), ["DocumentAttached", "DocumentFetched"])


async def test_withdrawn_document_is_gone_until_it_is_restored(house: House) -> None:
    one = await house.attach()

    assert (await house.call("DELETE", f"/documents/{one}")).status == 204
    assert await house.shown("38") == []
    assert (await house.fetch(f"/documents/{one}/file", "38"))[0] == 404
    assert (await house.fetch(f"/documents/{one}/file", "secretary"))[0] == 200
    assert (await house.call("POST", f"/documents/{one}/restore")).status == 204
    assert await house.shown("38") == [NAME]


@pytest.mark.parametrize(
    ("content", "query", "refusal"),
    [
        (PDF, {"name": "báo cáo.exe"}, (422, "document_name")),
        (PDF, {"name": NAME, "item": "Không có"}, (422, "no_such_agenda_item")),
        (PDF, {}, (422, "invalid_body")),
        (PDF, {"name": NAME, "addressees": "38"}, (422, "invalid_body")),
        (b"", {"name": NAME}, (422, "file_empty")),
        (b"MZ\x90\0\x03", {"name": NAME}, (422, "file_type")),
        (MACROS, {"name": "a.docx"}, (422, "file_macros")),
        (PDF + b"\0" * 1_000_000, {"name": NAME}, (413, "file_too_large")),
    ],
    ids=["name", "item", "no name", "addressees", "empty", "type", "macros", "large"],
)
async def test_refused_file_leaves_nothing_behind(
    house: House, tmp_path: Path, content: bytes, query: dict[str, str], refusal: tuple[int, str]
) -> None:
    refused = await house.send("/documents", content, **query)

    assert (refused.status, refused.code) == refusal
    assert (await house.kinds(), kept(tmp_path)) == ([], [])


async def test_file_without_an_announced_length_is_cut_off_at_the_limit(house: House, tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield PDF.ljust(100_000, b"\0")
            await asyncio.sleep(0)

    refused = await house.send("/documents", endless(), name=NAME)

    assert (refused.status, refused.code) == (413, "file_too_large")
    assert kept(tmp_path) == []


async def test_same_file_again_is_refused_and_all_together_are_bounded(house: House) -> None:
    large = PDF.ljust(900_000, b"\0")
    await house.attach(large, "1.pdf")
    again = await house.send("/documents", large, name="1.pdf")
    await house.attach(large, "2.pdf")
    third = await house.send("/documents", large, name="3.pdf")

    assert (again.status, again.code) == (409, "already_attached")
    assert (third.status, third.code) == (409, "documents_full")


async def test_damaged_file_is_not_given(house: House, tmp_path: Path) -> None:
    one = await house.attach()
    digest = sha256(PDF).hexdigest()
    (tmp_path / "documents" / digest[:2] / digest).write_bytes(PDF[:-1] + b"!")

    status, content, _ = await house.fetch(f"/documents/{one}/file", "38")

    assert (status, json.loads(content)["code"]) == (409, "file_damaged")
    assert await house.kinds() == ["DocumentAttached"]


async def test_compressed_body_is_refused(house: House) -> None:
    headers = house.served.bearer("organizer") | {"Content-Encoding": "gzip"}
    async with house.served.http.post(
        f"{house.path}/documents?name=a.pdf", data=b"\x1f\x8b", headers=headers
    ) as answer:
        assert answer.status == 415


async def test_who_sends_too_many_files_waits(house: House) -> None:
    refused = [await house.send("/documents", b"", name=NAME) for _ in range(110)]

    assert {(one.status, one.code) for one in refused} == {(422, "file_empty"), (429, "too_fast")}
    assert "Retry-After" in next(one.headers for one in refused if one.status == 429)


async def test_files_sent_to_one_briefing_keep_nobody_waiting_in_another(house: House) -> None:
    other = await planned(house.served)
    refused = [await house.send("/documents", b"", name=NAME) for _ in range(110)]

    assert refused[-1].code == "too_fast"
    assert (await other.send("/documents", PDF, name=NAME)).status == 201


async def test_who_sends_many_files_at_once_has_a_few_on_their_way_and_room_again_afterwards(
    house: House, tmp_path: Path
) -> None:
    go_on, number = asyncio.Event(), await house.ask()

    async def slow() -> AsyncIterator[bytes]:
        yield PDF
        await go_on.wait()

    async with asyncio.TaskGroup() as senders:
        sent = [senders.create_task(house.send(f"/papers/{number}/files", slow(), "38", name=NAME)) for _ in range(9)]
        async with asyncio.timeout(10):
            while sum(one.done() for one in sent) < 5:  # noqa: ASYNC110 - over HTTP
                await asyncio.sleep(0.02)
        under_way = len(list((tmp_path / "documents" / "arriving").glob("*")))
        other = await house.send("/documents", PDF, name=NAME)
        go_on.set()
    again = await house.send(f"/papers/{number}/files", docx(), "38", name="a.docx")

    assert sorted({one.result().code for one in sent if one.result().status == 429}) == ["too_fast"]
    assert sum(one.result().status == 429 for one in sent) == 5
    assert (under_way, other.status, again.status) == (4, 201, 201)


async def test_site_is_told_that_its_list_has_changed_but_not_what_is_on_it(house: House) -> None:
    async with AsyncExitStack() as streams:
        heard = {code: await streams.enter_async_context(listening(house, code)) for code in ("38", "01")}
        one = await house.attach(addressees="hub")
        await house.call("PATCH", f"/documents/{one}", body={"endpoints": ["38"]})
        await house.fetch(f"/documents/{one}/file", "38")
        await house.call("POST", "/open")

        told = {code: await text_until(answer, b"BriefingOpened") for code, answer in heard.items()}

    assert {code: text.count("event: documents\ndata: {}\n") for code, text in told.items()} == {"38": 1, "01": 0}
    assert not [code for code, text in told.items() if "DocumentAttached" in text or NAME in text]


@asynccontextmanager
async def listening(house: House, code: str) -> AsyncIterator[ClientResponse]:
    """Open the event stream of a site, and read its beginning."""
    async with house.served.http.get(f"{house.path}/events", headers=house.served.bearer(house.who(code))) as answer:
        await text_until(answer, b"event: line")
        yield answer


async def text_until(answer: ClientResponse, mark: bytes) -> str:
    """Read a stream up to the line that has this in it."""
    read_so_far = b""
    async with asyncio.timeout(10):
        while mark not in read_so_far:
            read_so_far += await answer.content.readline()
    return read_so_far.decode()


async def test_papers_are_handed_in_read_and_chased(house: House) -> None:
    number = await house.ask("Báo cáo tháng", endpoints=["38", "01"])
    assert (await house.call("GET", "/documents", "96")).body["papers"] == []
    first = await house.send(f"/papers/{number}/files", PDF, "38", name=NAME)
    second = await house.send(f"/papers/{number}/files", docx(), "38", name="Bản sửa.docx")
    again = await house.send(f"/papers/{number}/files", docx(), "96", name="Bản sửa.docx")
    chased = await house.call("POST", f"/papers/{number}/chase")
    hasty = await house.call("POST", f"/papers/{number}/chase")

    assert (first.status, second.status, again.code) == (201, 201, "no_such_request")
    assert (chased.body, hasty.code) == ({"chased": ["01"], "mailed": []}, "nobody_to_chase")
    shown = (await house.call("GET", "/documents")).body["papers"][0]
    assert [(one["endpoint"], one["standing"], len(one["versions"])) for one in shown["owed"]] == [
        ("01", "awaited", 0),
        ("38", "in_time", 2),
    ]
    paths = [f"/papers/{number}/files/{one.body['id']}" for one in (first, second)]
    assert [(await house.fetch(path, who))[0] for path in paths for who in ("secretary", "38", "01")] == [
        *(200, 200, 404),
        *(200, 200, 404),
    ]
    assert (await house.fetch(paths[0], "chair"))[1] == PDF


async def test_request_is_changed_withdrawn_and_restored(house: House) -> None:
    number = await house.ask()
    changed = await house.call("PATCH", f"/papers/{number}", body={"title": "Tham luận", "endpoints": ["38"]})

    assert (changed.body["title"], changed.body["endpoints"]) == ("Tham luận", ["38"])
    assert (await house.call("DELETE", f"/papers/{number}")).status == 204
    assert (await house.call("GET", "/documents", "38")).body["papers"] == []
    assert (await house.call("POST", f"/papers/{number}/restore")).status == 204
    assert len((await house.call("GET", "/documents", "38")).body["papers"]) == 1


@pytest.mark.parametrize("number", ["2", "0", "x", "9" * 12, "-1"])
async def test_unknown_paper_is_not_found(house: House, number: str) -> None:
    missing = await house.call("POST", f"/papers/{number}/chase")

    assert (missing.status, missing.code) == (404, "no_such_request")


async def test_paper_due_after_the_start_is_refused(house: House) -> None:
    due = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    refused = await house.call("POST", "/papers", body={"title": "Báo cáo", "due": due})

    assert (refused.status, refused.code) == (422, "due_too_late")


async def test_secret_papers_are_not_told_to_a_service_without_the_certificate(tmp_path: Path) -> None:
    given: dict[str, Any] = {"log_level": "error", "secret": "x" * 43}
    async with service(tmp_path, certified_for_secrets=True, **given) as served:
        house = await planned(served, classification="secret")
        one = await house.attach()
        assert (await house.fetch(f"/documents/{one}/file", "38"))[0] == 200
    async with service(tmp_path, again=True, **given) as served:
        house = House(served, house.path)
        refused = [
            json.loads((await house.fetch(f"/documents/{one}/file", who))[1])["code"] for who in ("38", "secretary")
        ]
        attached = await house.send("/documents", docx(), name="a.docx")

    assert (refused, attached.code) == (["not_certified"] * 2, "not_certified")


async def test_whoever_owes_a_paper_is_reminded_by_mail_where_there_is_a_contact(tmp_path: Path) -> None:
    async with service(tmp_path, log_level="error", mail_from="vp@example.vn") as served:
        async with served.app[DATABASE].begin() as session:
            await contacts.add(session, contact("01"), contact("38"))
        house = await planned(served)
        number = await house.ask("Báo cáo tháng")
        await house.send(f"/papers/{number}/files", PDF, "01", name=NAME)

        chased = await house.call("POST", f"/papers/{number}/chase")

        assert chased.body == {"chased": ["38", "96"], "mailed": ["38"]}
        assert await subjects(served, house.path, 1) == ["Đề nghị nộp tài liệu dm38@example.vn"]
