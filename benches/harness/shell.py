"""Other programs: whether they are here, and running them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What each program is in, on Debian and Ubuntu.
PACKAGES = {
    "wrk": "wrk",
    "nginx": "nginx-light",
    "psql": "postgresql-client",
    "pgbench": "postgresql-contrib",
}
# nginx and pgbench are not always where a user looks.
PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/lib/postgresql/*/bin")


class BenchError(Exception):
    """The run cannot go on, for this reason."""


def say(topic: str, text: str) -> None:
    print(f"{topic:<13} {text}", flush=True)


def find_program(name: str) -> str | None:
    found = shutil.which(name)
    if found:
        return found
    places = (path for place in PLACES for path in Path("/").glob(f"{place[1:]}/{name}"))
    return next((str(path) for path in sorted(places, reverse=True)), None)


def programs() -> dict[str, str]:
    """The path of each program that a run needs; nothing is installed here."""
    found = {name: find_program(name) for name in PACKAGES}
    missing = [PACKAGES[name] for name, path in found.items() if path is None]
    if missing:
        names = ", ".join(name for name, path in found.items() if path is None)
        raise BenchError(f"needs {names}: on Debian and Ubuntu, apt-get install {' '.join(missing)}")
    return {name: path for name, path in found.items() if path is not None}


def run(command: list[str], *, timeout: float = 3600, **options: object) -> str:
    """What the program prints; what it complains of, where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)  # type: ignore[call-overload]
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()[-5:]
        raise BenchError(f"{Path(command[0]).name} failed: " + " / ".join(said))
    return str(done.stdout)


def first_line(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return (done.stdout or done.stderr).strip().splitlines()[0]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def await_ready(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 120) -> None:
    """Returns as soon as the server answers there."""
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > until:
                last = "".join(log.read_text(errors="replace").splitlines(keepends=True)[-10:])
                raise BenchError(f"{url} does not answer ({error}): {last}") from error
            time.sleep(0.05)


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            print("a server does not stop, and is killed", file=sys.stderr)
            process.kill()
            process.wait()
