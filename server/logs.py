"""Structured logs: one event per line, as JSON for machines or in plain words for a terminal."""

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Send every event of this level and above to standard error, one line each."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is then: tests put another in its place
        cache_logger_on_first_use=False,  # so that tests can listen, whatever was logged before
    )
    logging.getLogger("aiohttp.server").addFilter(is_no_quotation)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def level() -> str:
    """Return the level that `configure` was given last, for a process of ours to be given too."""
    number: int = structlog.get_logger().bind().get_effective_level()
    return logging.getLevelName(number).lower()


def is_no_quotation(record: logging.LogRecord) -> bool:
    """Drop what aiohttp says of a request that is no HTTP: it quotes the line, and a line may hold a secret.

    Whoever sends such bytes gets their 400; nobody else has to know.
    """
    from aiohttp.http_exceptions import HttpProcessingError  # the media process has no use for aiohttp

    return record.exc_info is None or not isinstance(record.exc_info[1], HttpProcessingError)
