"""The servers under test: maqal, and the private PostgreSQL that it runs."""

from __future__ import annotations

import os
import subprocess
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import shell
from .proc import Processes
from .shell import BenchError

USER = "postgres"
DATABASE = "maqal"


def build() -> Path:
    """The build of profile `dist`; MAQAL_BINARY names another."""
    named = os.environ.get("MAQAL_BINARY")
    if named:
        return Path(named).resolve()
    binary = Path(os.environ.get("CARGO_TARGET_DIR", shell.ROOT / "target")) / "dist" / "maqal"
    if not binary.exists():
        shell.say("build", "cargo build --profile dist")
        shell.run(["cargo", "build", "--profile", "dist", "--locked", "--quiet"], cwd=shell.ROOT)
    return binary


@dataclass(frozen=True)
class Maqal:
    """The program."""

    binary: Path

    def environment(self, **more: str) -> dict[str, str]:
        """The caller's, without any setting of a maqal of his; no line for each request."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("MAQAL_") and name != "DATABASE_URL"
        }
        return kept | {"RUST_LOG": "warn"} | more

    def command(self, *arguments: str, **environment: str) -> str:
        return shell.run([str(self.binary), *arguments], env=self.environment(**environment))

    def version(self) -> str:
        """With the profile that it was built by: cargo's folder for it, which a binary that was moved has left."""
        folder = self.binary.parent
        profile = folder.name if folder.parent.name == "target" else "unknown"
        return shell.first_line([str(self.binary), "--version"]) + f" (profile {profile})"


@dataclass
class Server:
    """One `maqal serve`."""

    process: subprocess.Popen[bytes]
    base: str

    @property
    def cpu(self) -> Processes:
        return Processes(self.process.pid)

    @property
    def port(self) -> int:
        return urllib.parse.urlsplit(self.base).port or 0

    def stop(self) -> None:
        shell.stop(self.process)


@dataclass
class Cluster:
    """The private PostgreSQL of a data directory, which a `maqal serve` runs, and what serves from it."""

    maqal: Maqal
    data_dir: Path
    owner: Server | None = None
    guests: list[Server] = field(default_factory=list)

    def start(self, *options: str) -> Server:
        self.owner = self._serve(list(options), {"MAQAL_DATA_DIR": str(self.data_dir)})
        return self.owner

    def start_beside(self, *options: str) -> Server:
        """One more server on the same PostgreSQL."""
        server = self._serve(list(options), {"DATABASE_URL": self.url()})
        self.guests.append(server)
        return server

    def stop(self) -> None:
        for server in [*self.guests, *([self.owner] if self.owner else [])]:
            server.stop()
        self.owner, self.guests = None, []

    def _serve(self, options: list[str], environment: Mapping[str, str]) -> Server:
        address = f"127.0.0.1:{shell.free_port()}"
        log = self.data_dir.parent / f"maqal-{address.split(':')[1]}.log"
        with log.open("wb") as out:
            command = [str(self.maqal.binary), "serve", "--bind", address, *PATIENT, *options]
            process = subprocess.Popen(
                command, stdout=out, stderr=out, env=self.maqal.environment(**environment)
            )
        try:
            shell.await_ready(f"http://{address}/readyz", process, log)
        except BaseException:
            shell.stop(process)
            raise
        return Server(process, f"http://{address}")

    def _pid_file(self) -> list[str]:
        for path in self.data_dir.glob("postgres-*/postmaster.pid"):
            return path.read_text().splitlines()
        raise BenchError(
            f"no PostgreSQL runs in {self.data_dir}: as root, choose a --work folder that the account postgres can walk to"
        )

    @property
    def cpu(self) -> Processes:
        return Processes(int(self._pid_file()[0]), with_children=True)

    @property
    def log(self) -> Path:
        return self.data_dir / "postgres.log"

    def connection(self, database: str = DATABASE) -> list[str]:
        """The options by which psql and pgbench connect: over the socket that maqal uses."""
        port, socket_dir = self._pid_file()[3:5]
        return ["-h", socket_dir, "-p", port, "-U", USER, "-d", database]

    def url(self, database: str = DATABASE) -> str:
        port, socket_dir = self._pid_file()[3:5]
        return f"postgresql://{USER}@/{database}?host={urllib.parse.quote(socket_dir, safe='')}&port={port}"

    def sql(self, *statements: str, database: str = DATABASE) -> str:
        """Runs them one by one; what the last one answers, unadorned."""
        psql = [
            shell.programs()["psql"],
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            *self.connection(database),
        ]
        return shell.run([*psql, *(word for sql in statements for word in ("-c", sql))]).strip()

    def settle(self, database: str = DATABASE) -> None:
        """The same state for all who are measured: vacuumed, counted, and written out."""
        self.sql("VACUUM (FREEZE, ANALYZE)", "CHECKPOINT", database=database)


# What keeps no answer, and what keeps neither answers nor the articles of lists.
# More searches at a time than a service would let wait: here they are to be answered, not refused.
PATIENT = ["--search-timeout", "20000", "--rank-timeout", "10000"]
NO_ANSWERS = ["--cache-size", "0"]
NOTHING_KEPT = [*NO_ANSWERS, "--listed-cache-size", "0"]
