"""A service with a scheduled briefing, and the calls about its documents and papers."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from tests.files.samples import PDF
from tests.service import Answer, Service, read, site

NAME = "Báo cáo tháng 11.pdf"


@dataclass(frozen=True)
class House:
    """A service with a scheduled briefing of Hà Nội, Thanh Hóa and Cà Mau."""

    served: Service
    path: str

    def who(self, name: str) -> str:
        return site(self.path, name) if name.isdigit() else name

    async def call(self, method: str, what: str, who: str = "organizer", body: Any = None, **headers: str) -> Answer:
        return await self.served.call(method, self.path + what, self.who(who), body, **headers)

    async def send(self, what: str, content: Any, who: str = "organizer", **query: str) -> Answer:
        asked = "&".join(f"{name}={quote(value)}" for name, value in query.items())
        headers = self.served.bearer(self.who(who))
        async with self.served.http.post(f"{self.path}{what}?{asked}", data=content, headers=headers) as answer:
            return await read(answer)

    async def attach(self, content: Any = PDF, name: str = NAME, **query: str) -> str:
        made = await self.send("/documents", content, name=name, **query)
        assert made.status == 201, made.text
        return str(made.body["id"])

    async def ask(self, title: str = "Báo cáo", *, minutes: float = 30, endpoints: Any = "all") -> int:
        due = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
        made = await self.call("POST", "/papers", body={"title": title, "due": due, "endpoints": endpoints})
        assert made.status == 201, made.text
        return int(made.body["number"])

    async def shown(self, who: str) -> list[str]:
        return [one["name"] for one in (await self.call("GET", "/documents", who)).body["documents"]]

    async def kinds(self) -> list[str]:
        entries = (await self.call("GET", "/journal")).body["entries"]
        return [one["kind"] for one in entries if one["kind"].startswith(("Document", "Paper"))]

    async def fetch(self, what: str, who: str, **headers: str) -> tuple[int, bytes, Any]:
        sent = self.served.bearer(self.who(who)) | {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.served.http.get(self.path + what, headers=sent) as answer:
            return answer.status, await answer.read(), answer.headers


async def planned(served: Service, **changes: Any) -> House:
    starts = datetime.now(UTC) + timedelta(hours=2)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    changed: dict[str, Any] = times | changes
    return House(served, await served.briefing(until="scheduled", **changed))
