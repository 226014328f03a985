"""What the kernel knows of processes and of the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


@dataclass(frozen=True)
class Processes:
    """A process, all its threads, and perhaps the processes that it has started."""

    pid: int
    with_children: bool = False

    def cpu_seconds(self) -> float:
        """User and system time so far. Whoever ends adds its own to its parent's, so that a
        difference of two readings misses nobody who ended in between."""
        fields = stat(self.pid)
        if not self.with_children:
            return TICK * (int(fields[11]) + int(fields[12]))
        total = sum(int(field) for field in fields[11:15])
        for child in self.children():
            try:
                total += sum(int(field) for field in stat(child)[11:13])
            except (FileNotFoundError, ProcessLookupError):
                continue
        return TICK * total

    def children(self) -> list[int]:
        found: list[int] = []
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
        return found


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident memory, now and at its highest."""
    lines = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    now, highest = (int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, highest


def machine_busy_seconds() -> float:
    """CPU time that was used by anybody, the hypervisor's other guests included."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(
        int, Path("/proc/stat").read_text().split()[1:9]
    )
    return TICK * (user + nice + system + irq + softirq + steal)


def load_average() -> float:
    return os.getloadavg()[0]


def cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return os.uname().machine


def memory_gb() -> float:
    return int(Path("/proc/meminfo").read_text().split()[1]) / 1024 / 1024
