"""Health and meters: what supervisors and Prometheus read."""

from pathlib import Path

import pytest

from server.core.people import Role
from server.settings import Settings
from tests.web.support import Client, Planned, answer, bearer
from tests.web.test_problems import check_problem


async def test_healthy_service_lives_and_can_serve(client: Client) -> None:
    assert await answer(await client.get("/healthz")) == {"status": "alive"}
    assert await answer(await client.get("/readyz")) == {"status": "ready"}
    assert (await client.head("/healthz")).status == 200


def spoil(folder: Path) -> None:
    """Overwrite the database and its log; not the index, which SQLite maps into this process and believes."""
    for suffix in ("", "-wal"):
        (folder / f"giaoban.sqlite3{suffix}").write_bytes(b"this is no database " * 400)


async def test_service_without_its_database_lives_but_cannot_serve(client: Client, settings: Settings) -> None:
    spoil(settings.data_dir)

    await answer(await client.get("/healthz"))
    refused = await client.get("/readyz")

    await check_problem(refused, 503, "storage_unavailable")
    assert int(refused.headers["Retry-After"]) > 0


async def test_meters_count_by_template_and_never_tell_an_address(
    client: Client, tokens: dict[Role, str], planned: Planned
) -> None:
    secret = planned.links["38"]
    await client.get(f"/api/v1/briefings/{planned.id}", headers=bearer(tokens[Role.CHAIR]))
    await client.get(f"/join/{secret}")
    await client.get(f"/api/{secret}")

    text = await (await client.get("/metrics")).text()

    counted = 'giaoban_http_requests_total{method="GET",route="/api/v1/briefings/{briefing_id}",status="200"} 1.0'
    assert counted in text
    assert 'route="unknown"' in text
    assert planned.id not in text
    assert secret not in text


async def test_logs_never_tell_an_address(client: Client, planned: Planned, capfd: pytest.CaptureFixture[str]) -> None:
    secret = planned.links["38"]
    for path in (f"/join/{secret}", f"/api/v1/{secret}", f"/join/{secret}/more"):
        await client.get(path)
        await client.post(path, data=b"x")

    told = capfd.readouterr()
    assert secret not in told.out + told.err
