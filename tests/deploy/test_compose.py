"""The compose file: Compose itself reads it, and what must hold for the safety of an office holds."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.programs import program

DEPLOY = Path(__file__).parents[2] / "deploy"
ANSWERS = {"DB_PASSWORD": "0123456789abcdef", "DOMAIN": "giaoban.example", "MEDIA_ADDRESSES": "192.0.2.10,198.51.100.7"}


def compose_command() -> list[str]:
    """Return the Compose of this machine: the plugin where there is one, else Debian's program."""
    plugin = [shutil.which("docker") or "false", "compose"]
    if subprocess.run([*plugin, "version"], capture_output=True, check=False).returncode == 0:
        return plugin
    return [program("docker-compose")]


def composed(folder: Path, answers: dict[str, str]) -> subprocess.CompletedProcess[str]:
    shutil.copytree(DEPLOY, folder / "deploy")
    (folder / "deploy" / "giaoban.env").touch()
    (folder / "deploy" / "turn.secret").touch()
    return subprocess.run(
        [*compose_command(), "--file", "deploy/compose.yaml", "--profile", "turn", "config"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **answers},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The services as Compose understands them."""
    result = composed(tmp_path_factory.mktemp("compose"), ANSWERS)
    assert result.returncode == 0, result.stderr
    services: dict[str, Any] = yaml.safe_load(result.stdout)["services"]
    return services


def test_compose_reads_the_four_services(services: dict[str, Any]) -> None:
    assert sorted(services) == ["database", "proxy", "server", "turn"]


@pytest.mark.parametrize("missing", sorted(ANSWERS))
def test_compose_refuses_to_start_without(missing: str, tmp_path: Path) -> None:
    result = composed(tmp_path, {name: value for name, value in ANSWERS.items() if name != missing})

    assert result.returncode != 0
    assert missing in result.stderr


def test_only_the_proxy_and_the_media_port_are_reached_from_outside(services: dict[str, Any]) -> None:
    published = {
        (name, int(port["published"]), port["protocol"])
        for name, service in services.items()
        for port in service.get("ports", [])
    }

    assert published == {("server", 7000, "udp"), ("proxy", 80, "tcp"), ("proxy", 443, "tcp")}


def test_the_proxy_lets_go_of_a_silent_site_in_seconds(services: dict[str, Any]) -> None:
    """Or the service would call it present for a quarter of an hour: only the proxy sees that nobody acknowledges."""
    assert {name: int(value) for name, value in services["proxy"]["sysctls"].items()} == {"net.ipv4.tcp_retries2": 4}


def test_the_database_shares_no_network_with_the_proxy(services: dict[str, Any]) -> None:
    assert set(services["database"]["networks"]) == {"back"}
    assert set(services["proxy"]["networks"]) == {"front"}


@pytest.mark.parametrize("name", ["database", "proxy", "server", "turn"])
def test_a_service_can_write_nothing_and_gain_nothing(name: str, services: dict[str, Any]) -> None:
    service = services[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")


def test_the_file_holds_no_key(services: dict[str, Any]) -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")

    assert ANSWERS["DB_PASSWORD"] in json.dumps(services["server"]["environment"])
    assert ":${DB_PASSWORD:?" in text
    assert "POSTGRES_PASSWORD: ${DB_PASSWORD}" in text
