"""Where it was measured: without it a figure says nothing."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from datetime import datetime, timezone

from . import proc, shell
from .maqal import Cluster, Maqal

SETTINGS = (
    "shared_buffers",
    "work_mem",
    "max_connections",
    "random_page_cost",
    "jit",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "max_wal_size",
    "max_parallel_workers_per_gather",
    "data_checksums",
)


@dataclass(frozen=True)
class Machine:
    date: str
    command: str
    hardware: str
    programs: str
    load: str


@dataclass(frozen=True)
class Postgres:
    version: str
    settings: str
    megabytes: float


def commit() -> str:
    """The commit that is checked out, and whether files differ from it."""
    try:
        name = shell.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=shell.ROOT).strip()
        changed = shell.run(["git", "status", "--porcelain", "--untracked-files=no"], cwd=shell.ROOT).strip()
    except (OSError, shell.BenchError):
        return "no git"
    return f"commit {name}{', with changes' if changed else ''}"


def look(maqal: Maqal, programs: dict[str, str]) -> Machine:
    # wrk says its version and its usage, and fails; nginx writes to standard error.
    wrk, nginx = shell.first_line([programs["wrk"], "-v"]), shell.first_line([programs["nginx"], "-v"])
    versions = [maqal.version(), commit(), " ".join(wrk.split()[:2]), nginx.removeprefix("nginx version: ")]
    average = proc.load_average()
    busy = " (busy: the figures will be noisy)" if average > 0.2 * proc.CORES else ""
    return Machine(
        date=datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        command=shlex.join(["benches/run", *without_paths(sys.argv[1:])]),
        hardware=f"{proc.CORES} cores, {proc.cpu_model()}, {proc.memory_gb():.0f} GB",
        programs=", ".join([*versions, shell.first_line([programs["pgbench"], "--version"])]),
        load=f"load average {average:.2f} before the start{busy}",
    )


def without_paths(arguments: list[str]) -> list[str]:
    """The results name no folder of the machine."""
    kept: list[str] = []
    for before, argument in zip(["", *arguments], arguments):
        if not argument.startswith(("--work", "--output")) and before not in ("--work", "--output"):
            kept.append(argument)
    return kept


def postgres(cluster: Cluster) -> Postgres:
    settings = [f"{name} {cluster.sql(f'SHOW {name}')}" for name in SETTINGS]
    size = int(cluster.sql("SELECT pg_database_size(current_database())")) / 1e6
    return Postgres(cluster.sql("SHOW server_version"), ", ".join(settings), size)
