"""What organizers and sites send to plan with: whatever is made of it is taken whole or refused, nothing in between."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schedules.rule import write_rule
from server.web.keys import LIMITS
from tests.files.samples import PDF, PRESENTATION, archive, docx, office, open_document, xlsx
from tests.fuzz.spoiling import spoiling
from tests.schedules.rules import rules
from tests.schedules.test_itip import CALENDAR, mail
from tests.service import Answer, Service, read, service, site
from tests.web.api.test_line_checks import FOUND, planned

CALLS = pytest.mark.parametrize("calls", [10, pytest.param(500, marks=[pytest.mark.soak, pytest.mark.timeout(600)])])
REFUSED = frozenset({400, 409, 413, 415, 422})
CONTACTS = "/api/v1/rosters/63/contacts"
TABLE = "Mã điểm cầu,Điểm cầu,Họ và tên,Chức vụ,Thư điện tử,Điện thoại,Vai trò,Ngôn ngữ\n" + "".join(
    f'{code},,"Lê Thị ""Liên""",Chánh Văn phòng,lien{code}@thanhhoa.gov.vn,0912 345 678,đầu mối,vi\n'
    for code in ("01", "38", "96", "hub")
)
SERIES = "/api/v1/series"
DRAFT = {
    "title": "Giao ban",
    "starts_at": "2099-11-27T01:00:00Z",
    "ends_at": "2099-11-27T03:00:00Z",
    "endpoints": ["01"],
}
TABLES = [TABLE.encode(), TABLE.encode("utf-8-sig"), TABLE.replace(",", ";").encode(), TABLE.encode("utf-16")]
FILES = [
    PDF,
    docx(),
    xlsx(),
    office(PRESENTATION + ".main+xml"),
    open_document("text"),
    archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>" * 50}),
    "Báo cáo tháng 11\n".encode(),
    b"\x89PNG\r\n\x1a\n" + bytes(40),
]

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(0, 100),
    st.sampled_from(
        [10**30, -1, 2**63, 1e308, 0.5, "", "\0", "\ud800", "9" * 5000, "\u202e", [], {}, [[]], {"": None}]
    ),
    st.text(max_size=20),
    st.datetimes().map(lambda moment: moment.isoformat()),
)


@dataclass(frozen=True)
class Desk:
    """A service, and calls to it out of a thread of hypothesis."""

    served: Service
    loop: asyncio.AbstractEventLoop

    def __call__(self, method: str, path: str, who: str = "organizer", body: bytes = b"", **headers: str) -> Answer:
        """Make a request with these bytes, and let nothing unforeseen pass."""
        answer = asyncio.run_coroutine_threadsafe(self._sent(method, path, who, body, headers), self.loop).result(30)
        assert answer.status < 300 or answer.status in REFUSED, f"{method} {path} {body[:2000]!r}: {answer.text}"
        return answer

    async def _sent(self, method: str, path: str, who: str, body: bytes, headers: dict[str, str]) -> Answer:
        sent = self.served.bearer(who) | {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.served.http.request(method, path, data=body, headers=sent) as answer:
            return await read(answer)

    def json(self, method: str, path: str, who: str, body: Any) -> Answer:
        """Make a request with a JSON body, also one that no strict writer would write."""
        return self(method, path, who, json.dumps(body).encode(), Content_Type="application/json")

    def journal(self, path: str) -> list[str]:
        """Return the kinds of a briefing's entries."""
        return [one["kind"] for one in self("GET", f"{path}/journal").body["entries"]]


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    async with service(folder, log_level="error", document_mb=1, documents_mb=50, papers_mb=50) as served:
        served.app[LIMITS].files_by_caller.rate = 1e9
        served.app[LIMITS].moves_by_site.rate = 1e9
        yield Desk(served, asyncio.get_running_loop())


async def fuzzed(calls: int, strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    """Check so many made-up values, in a thread of their own."""
    once = settings(
        max_examples=calls,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(once(given(strategy)(check)))


def spoiled_bodies(sample: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Give a body in which a few values are others, or which says something unheard of."""
    inner = [(name, one) for name, value in sample.items() if isinstance(value, dict) for one in value]
    places = [("unheard_of",), *((name,) for name in sample), *inner]
    return st.lists(st.tuples(st.sampled_from(places), odd), max_size=3).map(partial(_with, sample))


def _with(sample: dict[str, Any], values: list[tuple[tuple[str, ...], Any]]) -> Any:
    body = copy.deepcopy(sample)
    for (*outer, name), value in values:
        place = body
        for one in outer:
            place = place[one] if isinstance(place[one], dict) else place
        place[name] = value
    return body


@CALLS
async def test_any_file_is_a_document_or_leaves_nothing(tmp_path: Path, calls: int) -> None:
    def kept() -> int:
        return sum(path.is_file() for path in (tmp_path / "documents").rglob("*"))

    async with desk(tmp_path) as call:
        path = await planned(call.served)

        def check(drawn: tuple[bytes, str]) -> None:
            content, name = drawn
            before = (call.journal(path), kept())
            answer = call("POST", f"{path}/documents?name={quote(name, safe='')}", body=content)
            if answer.status != 201:
                assert (call.journal(path), kept()) == before, answer.text

        names = st.sampled_from(["a.pdf", "b.docx", "c.xlsx", "d.odt", "e.txt", "..", "a/../b.pdf", "CON.txt"])
        await fuzzed(calls, st.tuples(spoiling(FILES, most=2), names | st.text(max_size=30)), check)


@CALLS
async def test_any_table_of_contacts_is_taken_over_whole_or_not_at_all(tmp_path: Path, calls: int) -> None:
    async with desk(tmp_path) as call:

        def check(table: bytes) -> None:
            before = call("GET", CONTACTS).body
            looked = call("POST", f"{CONTACTS}/preview", body=table, Content_Type="text/csv")
            assert call("GET", CONTACTS).body == before
            taken = call("POST", f"{CONTACTS}/import", body=table, Content_Type="text/csv")
            is_sound = looked.status == 200 and not looked.body["faults"]
            assert (taken.status == 200) == is_sound, (looked.text, taken.text)
            if not is_sound:
                assert call("GET", CONTACTS).body == before
            call("GET", f"{CONTACTS}.csv")

        texts = st.text(max_size=200).map(lambda text: text.encode(errors="replace"))
        await fuzzed(calls, spoiling(TABLES, most=2) | texts, check)


@CALLS
async def test_any_reply_is_an_answer_is_kept_aside_or_is_refused(tmp_path: Path, calls: int) -> None:
    async with desk(tmp_path) as call:
        path = await planned(call.served)
        uid = f"giaoban-{path.rsplit('/', 1)[1]}"
        calendar = CALENDAR.replace("giaoban-b1", uid).replace("SEQUENCE:2", "SEQUENCE:0")
        known = {"endpoint": "38", "name": "Lê Thị Liên", "email": "ubnd+hop@thanhhoa.example.vn"}
        assert (await call.served.call("POST", CONTACTS, "organizer", known)).status == 201

        def check(content: bytes) -> None:
            before = call.journal(path)
            answer = call("POST", "/api/v1/replies", body=content)
            if answer.status != 200 or answer.body["endpoint"] is None:
                assert call.journal(path) == before, answer.text
            call("GET", f"{path}/invitations")

        await fuzzed(calls, spoiling([calendar.encode(), mail(calendar), mail(calendar, cte="8bit")], most=2), check)


@CALLS
async def test_any_line_check_is_written_or_refused(tmp_path: Path, calls: int) -> None:
    async with desk(tmp_path) as call:
        path = await planned(call.served)

        def check(body: Any) -> None:
            call.json("POST", f"{path}/line-checks", site(path, "38"), body)
            call("GET", f"{path}/line-checks", "operator")

        await fuzzed(calls, spoiled_bodies(FOUND), check)


@CALLS
async def test_any_rule_is_a_series_or_is_refused(tmp_path: Path, calls: int) -> None:
    near = st.datetimes(datetime(2090, 1, 1), datetime(2110, 1, 1))  # noqa: DTZ001 - as a clock on the wall shows it
    walls = (near | st.datetimes()).map(lambda moment: moment.isoformat(timespec="seconds")) | st.just(
        "2099-12-25T08:00:00"
    )
    spoiled = spoiling([b"FREQ=MONTHLY;BYDAY=-1FR;COUNT=4"], most=2).map(lambda text: text.decode("latin-1"))
    exceptions = st.fixed_dictionaries({"original": walls, "to": walls})
    wanted = {
        "rule": rules().map(write_rule) | spoiled,
        "dropped": st.lists(walls, max_size=2),
        "moved": st.lists(exceptions, max_size=1),
    }
    begins = {"first": walls, "minutes": st.integers(0, 1500)}
    async with desk(tmp_path) as call:

        def check(drawn: tuple[dict[str, Any], dict[str, Any]]) -> None:
            body, begin = drawn
            call.json("POST", f"{SERIES}/preview", "organizer", body | begin)
            draft = call.json("POST", "/api/v1/briefings", "organizer", DRAFT).body["id"]
            path, series = f"/api/v1/briefings/{draft}", call("GET", SERIES).body
            before = series, call.journal(path)
            made = call.json("POST", SERIES, "organizer", body | {"briefing": draft, "accepted": "Đã biết"})
            if made.status != 201:
                assert (call("GET", SERIES).body, call.journal(path)) == before, made.text
                return
            own = f"{SERIES}/{made.body['id']}"
            shown = call("GET", own)
            assert [one["original"] for one in shown.body["dates"]] == [one["original"] for one in made.body["dates"]]
            call.json("POST", f"{own}/cancel", "organizer", {"reason": "Thử"})

        await fuzzed(calls, st.tuples(st.fixed_dictionaries(wanted), st.fixed_dictionaries(begins)), check)
