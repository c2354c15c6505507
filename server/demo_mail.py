"""The demo's mail server (RFC 5321, the least of it): every mail is kept as a file, and none goes any further."""

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

GREETING = "220 giaoban-demo"
EXTENSIONS = "250-giaoban-demo\r\n250-8BITMIME\r\n250 SMTPUTF8"
NOBODY = ".invalid>"
"""How an address ends that nobody has (RFC 6761, section 6.4): mails to it are refused, as the outbox shows."""

LARGEST_LINE = 1 << 20  # bytes


@asynccontextmanager
async def letterbox(folder: Path) -> AsyncIterator[int]:
    """Take mails at a port of this machine, which is given, until the context ends."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    numbers = count(1)
    talking: set[StreamWriter] = set()

    async def converse(reader: StreamReader, writer: StreamWriter) -> None:
        talking.add(writer)
        await _converse(folder, numbers, reader, writer)
        await writer.wait_closed()
        talking.discard(writer)

    server = await asyncio.start_server(converse, "127.0.0.1", 0, limit=LARGEST_LINE)
    async with server:
        yield int(server.sockets[0].getsockname()[1])
    for writer in talking:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for writer in talking), return_exceptions=True)


async def _converse(folder: Path, numbers: Iterator[int], reader: StreamReader, writer: StreamWriter) -> None:
    """Answer one client until it leaves."""
    _say(writer, GREETING)
    recipient = b""
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            _say(writer, "354 go on")
            await _keep(folder, next(numbers), recipient, reader)
        elif verb == b"RCPT":
            recipient = line
        _say(writer, _answer(verb, line))
        if verb == b"QUIT":
            break
    writer.close()


def _answer(verb: bytes, line: bytes) -> str:
    match verb:
        case b"EHLO":
            return EXTENSIONS
        case b"RCPT" if NOBODY in line.decode(errors="replace").lower():
            return "550 no such mailbox"
        case b"HELO" | b"MAIL" | b"RCPT" | b"DATA" | b"RSET" | b"NOOP":
            return "250 OK"
        case b"QUIT":
            return "221 bye"
        case _:
            return "502 not here"


async def _keep(folder: Path, number: int, recipient: bytes, reader: StreamReader) -> None:
    """Write a message down, to the line with a dot alone; a dot that was doubled is one (section 4.5.2)."""
    lines = []
    while (line := await reader.readline()) not in (b".\r\n", b""):
        lines.append(line.removeprefix(b"."))
    address = re.search(r"<([\w.@+-]+)>", recipient.decode(errors="replace"))
    name = f"{number:04} {address[1] if address else 'mail'}.eml"
    await asyncio.to_thread((folder / name).write_bytes, b"".join(lines))


def _say(writer: StreamWriter, answer: str) -> None:
    writer.write(answer.encode() + b"\r\n")
