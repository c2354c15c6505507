"""The media process as it is started, `python -m server.media_process LEVEL`: it logs where the server does."""

import sys

from server import logs
from server.media.process import worker


def main() -> None:
    """Run until a server says stop, or none has been there for too long."""
    logs.configure(sys.argv[1])
    worker.main()


if __name__ == "__main__":
    main()
