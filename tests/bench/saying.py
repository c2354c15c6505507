"""What the tables are printed with."""

import sys


def say(line: str) -> None:
    """Print a line at once: whoever waits twenty minutes wants to see something."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def mib(octets: float) -> float:
    """Return bytes in MiB."""
    return octets / 2**20
