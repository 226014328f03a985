"""Those that are measured, and how: wrk on a server, pgbench on PostgreSQL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import proc
from .proc import Processes
from .shell import BenchError

LUA = Path(__file__).with_name("paths.lua")


@dataclass(frozen=True)
class Sample:
    """One measurement. CPU in microseconds for each request; latency in milliseconds."""

    rate: float
    p50: float
    p99: float
    server: float | None
    postgres: float | None
    client: float
    # The share of the machine's CPU that went to none of these.
    others: float


@dataclass(frozen=True)
class Contender:
    name: str
    measure: Callable[[float], Sample]


@dataclass(frozen=True)
class Usage:
    """What a client printed, and what it and the servers used meanwhile, in seconds."""

    output: str
    server: float | None
    postgres: float | None
    client: float
    others: float

    def sample(self, requests: int, seconds: float, p50: float, p99: float, client: float) -> Sample:
        if requests == 0:
            raise BenchError("nothing was answered")

        def each(used: float | None) -> float | None:
            return None if used is None else used / requests * 1e6

        rate, of_client = requests / seconds, client / requests * 1e6
        return Sample(rate, p50, p99, each(self.server), each(self.postgres), of_client, self.others)


def observe(
    command: list[str],
    server: Processes | None,
    postgres: Processes | None,
    seconds: float,
    environment: dict[str, str] | None = None,
) -> Usage:
    """Runs a client to its end, and reads what everybody used."""
    watched = [each for each in (server, postgres) if each]
    before, busy, started = (
        [each.cpu_seconds() for each in watched],
        proc.machine_busy_seconds(),
        time.monotonic(),
    )
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=os.environ | (environment or {})
        )
        try:
            client = wait(process, seconds + 60)
        except BaseException:
            process.kill()
            raise
        elapsed, busy_after = time.monotonic() - started, proc.machine_busy_seconds()
        used = [each.cpu_seconds() - earlier for each, earlier in zip(watched, before)]
        output.seek(0)
        printed = output.read()
    if process.returncode != 0:
        raise BenchError(f"{Path(command[0]).name} failed: " + " / ".join(printed.strip().splitlines()[-3:]))
    foreign = (busy_after - busy - sum(used) - client) / (elapsed * proc.CORES)
    spent = dict(zip(watched, used))
    return Usage(
        printed,
        spent[server] if server else None,
        spent[postgres] if postgres else None,
        client,
        max(0.0, foreign),
    )


def wait(process: subprocess.Popen[bytes], seconds: float) -> float:
    """The CPU seconds of a process that ends by itself, and soon enough."""
    until = time.monotonic() + seconds
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_utime + usage.ru_stime
        if time.monotonic() > until:
            process.kill()
        time.sleep(0.02)


@dataclass(frozen=True)
class Wrk:
    """Asks a server for the paths of a file, on connections that stay open."""

    program: str
    base: str
    paths: Path
    server: Processes
    postgres: Processes | None = None
    connections: int = 32
    encoding: str | None = None

    def measure(self, seconds: float) -> Sample:
        threads = min(2, self.connections)
        options = [
            f"-t{threads}",
            f"-c{self.connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "10s",
        ]
        script = ["-s", str(LUA), self.base, "--", str(self.paths)]
        usage = observe(
            [self.program, *options, *script, *([self.encoding] if self.encoding else [])],
            self.server,
            self.postgres,
            seconds,
        )
        found = re.search(r"^measured (.*)$", usage.output, re.MULTILINE)
        if not found:
            raise BenchError(f"wrk did not say what it measured: {usage.output[-300:]}")
        values = {name: int(value) for name, value in (pair.split("=") for pair in found[1].split())}
        if values["status"] or values["socket"]:
            raise BenchError(
                f"{self.base}: {values['status']} answers were no success, {values['socket']} connections failed"
            )
        p50, p99 = values["p50"] / 1e3, values["p99"] / 1e3
        return usage.sample(values["requests"], values["us"] / 1e6, p50, p99, values["cpu"] / 1e6)


@dataclass(frozen=True)
class Pgbench:
    """Runs the statements of a request, without the API."""

    program: str
    connection: list[str]
    script: Path
    variables: dict[str, str]
    environment: dict[str, str]
    postgres: Processes
    clients: int

    def measure(self, seconds: float) -> Sample:
        folder = Path(tempfile.mkdtemp(prefix="pgbench-", dir=self.script.parent))
        try:
            return self._measure(seconds, folder)
        finally:
            shutil.rmtree(folder)

    def _measure(self, seconds: float, folder: Path) -> Sample:
        # Of some transactions the time is noted; of all it would cost as much as the rest of pgbench.
        log = ["--log", "--log-prefix", str(folder / "log"), "--sampling-rate", "0.1"]
        defined = [word for name, value in self.variables.items() for word in ("-D", f"{name}={value}")]
        *host, _, database = self.connection
        load = [
            "-n",
            "-M",
            "prepared",
            "-c",
            str(self.clients),
            "-j",
            str(min(2, self.clients)),
            "-T",
            str(max(1, round(seconds))),
        ]
        usage = observe(
            [self.program, *host, *load, *log, *defined, "-f", str(self.script), database],
            None,
            self.postgres,
            seconds,
            self.environment,
        )
        done, rate = (
            re.search(pattern, usage.output)
            for pattern in (r"actually processed: (\d+)", r"tps = ([\d.]+) \(without initial")
        )
        if not done or not rate or "aborted" in usage.output:
            raise BenchError(f"pgbench: {usage.output[-300:]}")
        times = sorted(float(line.split()[2]) for log_file in folder.iterdir() for line in log_file.open())
        if not times:
            raise BenchError("pgbench was too slow to note a time")
        p50, p99 = (times[int(len(times) * share)] / 1e3 for share in (0.5, 0.99))
        return usage.sample(int(done[1]), int(done[1]) / float(rate[1]), p50, p99, usage.client)
