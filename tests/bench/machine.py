"""What the numbers were measured on, and what a process has used: all of it from /proc."""

import os
import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """The computer under the benchmarks."""

    cores: int
    cpu: str
    kernel: str
    python: str

    def __str__(self) -> str:
        return f"{self.cores} cores of {self.cpu}, Linux {self.kernel}, Python {self.python}"


def this_machine() -> Machine:
    """Describe the computer this runs on."""
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    model = found[1].strip() if found else platform.machine()
    return Machine(os.cpu_count() or 1, model, platform.release(), platform.python_version())


def moment() -> str:
    """Tell the time, and how busy the machine has been: a measurement stands beside both."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load average {load_average()}"


def load_average() -> str:
    """Tell how many programs wanted a core in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def cpu_seconds(pid: int) -> float:
    """Read the CPU time all threads of a process have used, in user and system mode (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """Read how much of a process is in memory (proc(5), status)."""
    found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def open_files(pid: int) -> int:
    """Count a process' files and sockets."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def family(pid: int) -> dict[int, str]:
    """Find a process and all below it that run a Python module, with the module's name (`python -m NAME`)."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = [pid]
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return {one: module for one in found if (module := _module(one)) is not None}


def _parent(folder: Path) -> int | None:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return None


def _module(pid: int) -> str | None:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return command[command.index("-m") + 1] if "-m" in command else None
