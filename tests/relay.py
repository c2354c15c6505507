"""coturn for tests: Debian's, with the deployment's configuration, on a host of a test network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.network import Host
from tests.programs import program

SECRET = "shared between the service and its relay"
_CONFIGURATION = Path(__file__).parents[1] / "deploy" / "turnserver.conf"
_UP = b"IO method"


def urls(host: Host) -> tuple[str, ...]:
    """Return how browsers reach a relay on this host, best first."""
    return (
        f"turn:{host.address}:3478?transport=udp",
        f"turn:{host.address}:3478?transport=tcp",
        f"turns:{host.address}:443?transport=tcp",
    )


@asynccontextmanager
async def relay(host: Host, folder: Path, *, peer: str) -> AsyncIterator[None]:
    """Run coturn on a host; it relays to the address `peer` alone."""
    key, certificate = certified(host.address, folder)
    command = host.command(
        program("turnserver"),
        *("-c", _CONFIGURATION, f"--pidfile={folder}/relay.pid", f"--userdb={folder}/relay.sqlite3"),
        *(f"--static-auth-secret={SECRET}", "--realm=giaoban.example", f"--allowed-peer-ip={peer}"),
        *(f"--listening-ip={host.address}", f"--relay-ip={host.address}"),
        *("--tls-listening-port=443", f"--cert={certificate}", f"--pkey={key}"),
    )
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(10):
            await process.stdout.readuntil(_UP)
        async with asyncio.TaskGroup() as group:
            reader = group.create_task(_drain(process.stdout))
            yield
            reader.cancel()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65_536):
        pass


def certified(address: str, folder: Path) -> tuple[Path, Path]:
    """Make a key and a certificate that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = folder / "relay.key", folder / "relay.crt"
    encoding = serialization.Encoding.PEM
    private = (encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key_file.write_bytes(key.private_bytes(*private))
    certificate_file.write_bytes(certificate.public_bytes(encoding))
    return key_file, certificate_file
