"""nginx with the bytes of the API as static files, at the addresses that the API has."""

from __future__ import annotations

import http.client
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import shell
from .maqal import Server
from .proc import Processes
from .shell import BenchError

SAVERS = 16
WAYS = {"nginx, sendfile": "sendfile on; tcp_nopush on;", "nginx, no sendfile": "sendfile off;"}

# All that speeds nginx up and is fit for production. `keepalive_requests` would end connections
# that the API keeps; `reuseport` spreads them over the workers. What is best for large files is
# not best for small ones, so that there are two ways, of which the faster one counts.
CONFIG = """
{user}
worker_processes 2;
pid nginx.pid;
error_log error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    tcp_nodelay on;
    keepalive_timeout 75s;
    keepalive_requests 1000000000;
    open_file_cache max=20000 inactive=1h;
    open_file_cache_valid 1h;
    open_file_cache_min_uses 1;
    client_body_temp_path temp-body;
    proxy_temp_path temp-proxy;
    fastcgi_temp_path temp-fastcgi;
    uwsgi_temp_path temp-uwsgi;
    scgi_temp_path temp-scgi;
    default_type application/json;
    types {{ }}
{servers}
}}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port} reuseport;
        root www;
        gzip_static on;
        {way}
        location = /readyz {{ return 204; }}
{exact}
    }}
"""


@dataclass
class Nginx:
    process: subprocess.Popen[bytes]
    # Where each way is served.
    bases: dict[str, str]

    @property
    def cpu(self) -> Processes:
        return Processes(self.process.pid, with_children=True)

    def stop(self) -> None:
        shell.stop(self.process)


def get(
    connection: http.client.HTTPConnection, path: str, encoding: str | None
) -> tuple[dict[str, str | None], bytes]:
    connection.request("GET", path, headers={"Accept-Encoding": encoding} if encoding else {})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise BenchError(f"GET {path} answers {answer.status}")
    return {name: answer.headers.get(name) for name in ("Content-Type", "Content-Encoding")}, body


def connect(base: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(base.removeprefix("http://"), timeout=30)


def mirror(api: Server, paths: list[str], lists: list[str], folder: Path) -> None:
    """Saves what the API answers: `paths` at their own places, `lists` at numbered ones."""
    places = [(path, folder / "www" / path.lstrip("/")) for path in paths]
    places += [(path, folder / "www" / f"list-{number}") for number, path in enumerate(lists)]
    for parent in {place.parent for _, place in places}:
        parent.mkdir(parents=True, exist_ok=True)

    def save(part: list[tuple[str, Path]]) -> None:
        connection = connect(api.base)
        for path, place in part:
            place.write_bytes(get(connection, path, None)[1])
            place.with_name(place.name + ".gz").write_bytes(get(connection, path, "gzip")[1])

    with ThreadPoolExecutor(SAVERS) as savers:
        for _ in savers.map(save, (places[start::SAVERS] for start in range(SAVERS))):
            pass


def start(program: str, api: Server, paths: list[str], lists: list[str], folder: Path) -> Nginx:
    folder.mkdir()
    mirror(api, paths, lists, folder)
    if len({path.split("?")[0] for path in lists}) != len(lists):
        raise BenchError("nginx does not tell addresses apart by their queries")
    ports = {way: shell.free_port() for way in WAYS}
    (folder / "nginx.conf").write_text(config(lists, ports))
    log = folder / "error.log"
    with log.open("wb") as out:
        command = [program, "-p", str(folder), "-c", "nginx.conf", "-g", "daemon off;"]
        process = subprocess.Popen(command, stdout=out, stderr=out)
    bases = {way: f"http://127.0.0.1:{port}" for way, port in ports.items()}
    try:
        for base in bases.values():
            shell.await_ready(f"{base}/readyz", process, log)
            check_same(api.base, base, [*paths[:20], *lists])
    except BaseException:
        shell.stop(process)
        raise
    return Nginx(process, bases)


def config(lists: list[str], ports: dict[str, int]) -> str:
    exact = "\n".join(
        f"        location = {path.split('?')[0]} {{ try_files /list-{number} =500; }}"
        for number, path in enumerate(lists)
    )
    servers = "".join(SERVER.format(port=port, way=WAYS[way], exact=exact) for way, port in ports.items())
    # Root's nginx works as nobody, unless told otherwise, whatever the folder's mode.
    return CONFIG.format(user="user root;" if os.geteuid() == 0 else "", servers=servers)


def sizes(folder: Path) -> str:
    """How long the answers are."""

    def average(pattern: str) -> float:
        found = [file.stat().st_size for file in (folder / "www").glob(pattern)]
        return sum(found) / len(found)

    plain, packed = average("v1/articles/*[0-9]"), average("v1/articles/*.gz")
    return f"An article has {plain:,.0f} bytes on average, compressed {packed:,.0f}; the list has {average('list-0'):,.0f}."


def check_same(one: str, other: str, paths: list[str]) -> None:
    """Both must answer with the same bytes of the same type, compressed where it was asked for."""
    for encoding in (None, "gzip"):
        connections = connect(one), connect(other)
        for path in paths:
            (headers, body), (others_headers, others_body) = (
                get(each, path, encoding) for each in connections
            )
            if headers != others_headers or body != others_body:
                raise BenchError(f"GET {path} is not the same at both: {headers} and {others_headers}")
