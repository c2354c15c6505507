"""The `giaoban` command: serve, migrate, demo, user, token, verify."""

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from pydantic import ValidationError

from server import commands, logs
from server.core.errors import UserError
from server.core.people import Role
from server.serve import run, serve
from server.settings import Settings
from server.store.errors import StorageUnavailable

PEOPLE = [role.value for role in (Role.ADMIN, Role.ORGANIZER, Role.CHAIR, Role.SECRETARY, Role.OPERATOR)]
TOKENS = [*PEOPLE, Role.HUB.value]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; a refusal is one sentence on standard error and exit status 2."""
    arguments = parser().parse_args(argv)
    try:
        settings = Settings()
        logs.configure(settings.log_level if "log_level" in settings.model_fields_set else arguments.log_level)
        status: int = arguments.run(arguments, settings)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            print(f"GIAOBAN_{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg']}", file=sys.stderr)
        return 2
    except UserError as error:
        print(f"giaoban: {error.sentence} {error.detail}".rstrip(), file=sys.stderr)
        return 2
    except (OSError, StorageUnavailable) as error:
        print(f"giaoban: {error}", file=sys.stderr)
        return 1
    return status


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    top = argparse.ArgumentParser(prog="giaoban", description="Online briefings: one hub, 63 endpoints, one speaker.")
    top.set_defaults(log_level="info")  # what a command says by itself; GIAOBAN_LOG_LEVEL decides
    verbs = top.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(verbs)
    _add_demo(verbs)
    _add_people(verbs)
    _add_verify(verbs)
    return top


Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse names it nowhere else


def _add_serve(verbs: Verbs) -> None:
    one = verbs.add_parser("serve", help="run the service (settings: GIAOBAN_* variables)")
    one.set_defaults(run=lambda _arguments, settings: run(serve(settings)))
    one = verbs.add_parser("migrate", help="bring the database to the present schema")
    one.set_defaults(run=lambda _arguments, settings: run(commands.migrate(settings)))


def _add_demo(verbs: Verbs) -> None:
    one = verbs.add_parser("demo", help="run everything here: a live briefing with simulated sites")
    one.add_argument("--host", default="127.0.0.1", help="address to serve on (default: this machine only)")
    one.add_argument("--port", type=int, default=8080, help="TCP port (default 8080; 0: a free one)")
    one.add_argument("--media-port", type=int, default=7000, help="UDP port of all media (default 7000; 0: a free one)")
    one.add_argument("--data-dir", type=Path, default=Path(".data/demo"), help="where the demo's database is put")
    one.add_argument("--sites", type=int, default=63, choices=range(1, 64), metavar="1..63", help="how many sites")
    one.add_argument("--credentials-file", type=Path, help="JSON with the URLs and tokens, written when all is up")
    one.add_argument("--no-chair", action="store_true", help="leave the floor to you")
    one.add_argument("--no-media", action="store_true", help="simulate presence and check-in only")
    one.set_defaults(run=_demo, log_level="warning")


def _demo(arguments: argparse.Namespace, settings: Settings) -> int:
    from server.demo import Wishes, demo

    wishes = Wishes(
        host=arguments.host,
        port=arguments.port,
        media_port=arguments.media_port,
        data_dir=arguments.data_dir,
        sites=arguments.sites,
        credentials_file=arguments.credentials_file,
        chair=not arguments.no_chair,
        media=not arguments.no_media,
    )
    return run(demo(wishes, settings))


def _add_people(verbs: Verbs) -> None:
    user = verbs.add_parser("user", help="accounts").add_subparsers(required=True, metavar="ACTION")
    one = user.add_parser("add", help="add an account; the password is asked for, or read from standard input")
    one.add_argument("name")
    one.add_argument("--role", choices=PEOPLE, default=Role.ADMIN.value)
    one.add_argument("--display-name", default="")
    one.set_defaults(
        run=lambda arguments, settings: run(
            commands.add_user(settings, arguments.name, arguments.display_name, Role(arguments.role), _password())
        )
    )
    one = user.add_parser("list", help="list the accounts")
    one.set_defaults(run=lambda _arguments, settings: run(commands.list_users(settings)))
    token = verbs.add_parser("token", help="tokens for programs").add_subparsers(required=True, metavar="ACTION")
    one = token.add_parser("add", help="make a token; it is shown once")
    one.add_argument("label")
    one.add_argument("--role", choices=TOKENS, required=True)
    one.add_argument("--briefing", help="the only briefing it is for")
    one.add_argument("--days", type=float, default=365, help="how long it is valid (default 365)")
    one.set_defaults(
        run=lambda arguments, settings: run(
            commands.add_token(
                settings, arguments.label, Role(arguments.role), briefing=arguments.briefing, days=arguments.days
            )
        )
    )


def _add_verify(verbs: Verbs) -> None:
    one = verbs.add_parser("verify", help="check the hash chain of a briefing's journal, or of all; or exported files")
    one.add_argument("briefing", nargs="?", help="a briefing's id; all of them without it")
    one.add_argument(
        "--file",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="check whether these files are exactly what their journals give",
    )
    one.add_argument("--json", action="store_true", help="print the result as JSON")
    one.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace, settings: Settings) -> int:
    findings = run_verify(settings, arguments.briefing, arguments.file)
    if arguments.json:
        print(json.dumps([finding.document() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            print(finding.line())
    return 0 if all(finding.sound for finding in findings) else 1


def run_verify(
    settings: Settings, briefing: str | None, paths: Sequence[Path] | None = None
) -> "Sequence[commands.Finding | commands.FileFinding]":
    """Verify one briefing's journal or all, or files; see `commands.verify` and `commands.verify_files`."""
    findings: list[commands.Finding | commands.FileFinding] = []

    async def verify() -> int:
        found = commands.verify_files(settings, briefing, paths) if paths else commands.verify(settings, briefing)
        findings.extend(await found)
        return 0

    run(verify())
    return findings


def _password() -> str:
    """Ask for a password, or read it from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise UserError("the two passwords differ")
    return first


if __name__ == "__main__":
    sys.exit(main())
