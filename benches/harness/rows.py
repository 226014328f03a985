"""What is measured of reading: one row, one question."""

from __future__ import annotations

import http.client
import itertools
import json
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import handwritten, paths, searches
from .contenders import Contender, Pgbench, Sample, Wrk
from .handwritten import WAYS as SEARCH_WAYS
from .handwritten import Written
from .maqal import Cluster, Server
from .nginx import WAYS, Nginx
from .shell import BenchError
from .searches import Kind
from .statements import Script
from .targets import Tail, Target

# As many articles lie beside nginx: the most popular ones.
POPULAR = 2_000
CLIENTS = (8, 32)
SENT = f"pgbench, what maqal sends, {min(CLIENTS)} clients"


@dataclass(frozen=True)
class Row:
    name: str
    title: str
    contenders: Callable[[Setting], list[Contender]]
    targets: tuple[Target | Tail, ...] = ()


@dataclass
class Setting:
    """What the rows are measured on."""

    programs: dict[str, str]
    folder: Path
    articles: int
    cluster: Cluster
    hot: Server
    # Keeps nothing.
    cold: Server
    # Keeps articles as lists show them, and no answers.
    searched: Server
    # None, and a script that is not there, where they could not be had: the notes say why.
    nginx: Nginx | None
    scripts: dict[str, Script]
    notes: list[str] = field(default_factory=list)

    def wrk(self, name: str, server: Server, file: Path, encoding: str | None = None) -> Contender:
        wrk = Wrk(self.programs["wrk"], server.base, file, server.cpu, self.cluster.cpu, encoding=encoding)
        return Contender(name, wrk.measure)

    def static(self, file: Path, encoding: str | None = None) -> list[Contender]:
        if self.nginx is None:
            return [Contender("nginx", unavailable("nginx does not serve what maqal does"))]
        program, cpu = self.programs["wrk"], self.nginx.cpu
        return [
            Contender(way, Wrk(program, base, file, cpu, encoding=encoding).measure)
            for way, base in self.nginx.bases.items()
        ]

    def pgbench(self, script: str, distribution: str = "uniform") -> list[Contender]:
        one = self.scripts.get(script)
        if one is None:
            return [Contender(f"pgbench, {clients} clients", unavailable("its script is missing")) for clients in CLIENTS]
        file = one.for_pgbench(self.folder, distribution, self.articles)
        program, connection, postgres = self.programs["pgbench"], self.cluster.connection(), self.cluster.cpu

        def contender(clients: int) -> Contender:
            pgbench = Pgbench(program, connection, file, one.variables, one.environment, postgres, clients)
            return Contender(f"pgbench, {clients} clients", pgbench.measure)

        return [contender(clients) for clients in CLIENTS]

    def pgbench_alone(self, script: str, distribution: str = "uniform") -> list[Contender]:
        """By SQL that answers the request by itself, and by the statements that maqal sends."""
        sent = self.pgbench(script, distribution)[0]
        return [*self.pgbench(f"{script}-alone", distribution), Contender(SENT, sent.measure)]

    def hand_written(self, kind: Kind) -> list[Contender]:
        prepared = handwritten.prepare(self.cluster, kind, self.articles)
        self.notes.append(prepared.note)
        program, connection, postgres = self.programs["pgbench"], self.cluster.connection(), self.cluster.cpu

        def contender(one: Written) -> Contender:
            file = one.for_pgbench(self.folder, kind, prepared.searches)
            pgbench = Pgbench(program, connection, file, {}, one.environment, postgres, min(CLIENTS))
            return Contender(f"pgbench, by {one.name}", pgbench.measure)

        return [contender(one) for one in prepared.written]


def unavailable(why: str) -> Callable[[float], Sample]:
    """The measurement of what could not be prepared."""

    def measure(_seconds: float) -> Sample:
        raise BenchError(why)

    return measure


def hot_article(encoding: str | None) -> Callable[[Setting], list[Contender]]:
    def contenders(on: Setting) -> list[Contender]:
        file = paths.random_articles(on.folder, "zipf", min(POPULAR, on.articles))
        return [on.wrk("maqal", on.hot, file, encoding), *on.static(file, encoding)]

    return contenders


def hot_all(on: Setting) -> list[Contender]:
    return [
        on.wrk(f"maqal, {distribution}", on.hot, paths.random_articles(on.folder, distribution, on.articles))
        for distribution in ("zipf", "uniform")
    ]


def hot_list(path: str) -> Callable[[Setting], list[Contender]]:
    def contenders(on: Setting) -> list[Contender]:
        file = paths.one(on.folder, "list", path)
        return [on.wrk("maqal", on.hot, file), *on.static(file)]

    return contenders


def cold_article(distribution: str) -> Callable[[Setting], list[Contender]]:
    def contenders(on: Setting) -> list[Contender]:
        file = paths.random_articles(on.folder, distribution, on.articles)
        return [on.wrk("maqal", on.cold, file), *on.pgbench_alone("article", distribution)]

    return contenders


def cold_list(script: str, path: str) -> Callable[[Setting], list[Contender]]:
    def contenders(on: Setting) -> list[Contender]:
        return [
            on.wrk("maqal", on.cold, paths.one(on.folder, script, path)),
            # Who asks for the same page while it is read shares the next read of it; these share nothing.
            on.wrk("maqal, different pages", on.cold, different_pages(on, script, path)),
            *on.pgbench_alone(script),
        ]

    return contenders


def coverage(name: str) -> Callable[[Setting], list[Contender]]:
    def contenders(on: Setting) -> list[Contender]:
        file = paths.several(on.folder, name, paths.coverage(name))
        return [on.wrk("maqal", on.cold, file), *on.pgbench(name)]

    return contenders


# More than there are clients, so that hardly two ask for the same page at once.
DIFFERENT = 4 * max(CLIENTS)


def different_pages(on: Setting, name: str, path: str) -> Path:
    """The first pages of the list, each by its cursor."""
    pages = list(itertools.islice(paths_of_pages(on.cold.base, path), DIFFERENT))
    return paths.several(on.folder, f"{name}-pages", pages)


def paths_of_pages(base: str, path: str) -> Iterator[str]:
    connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=30)
    page: str | None = path
    while page:
        yield page
        connection.request("GET", page)
        cursor = json.loads(connection.getresponse().read())["page"]["next_cursor"]
        separator = "&" if "?" in path else "?"
        page = cursor and f"{path}{separator}cursor={urllib.parse.quote(cursor)}"


def deepest_page(base: str, articles: int, furthest: int) -> tuple[int, str]:
    """The number and the address of a deep page that is full, reached as a client reaches it."""
    last = min(furthest, articles // 20)
    for page in itertools.islice(paths_of_pages(base, paths.PAGES), last - 1, last):
        return last, page
    raise BenchError(f"page {last} does not exist")


def depth(on: Setting) -> list[Contender]:
    """Pages that differ: who asks for the same one shares its reads."""
    number = min(5_000, on.articles // 20)
    pages = list(itertools.islice(paths_of_pages(on.cold.base, paths.PAGES), number))
    if len(pages) < number:
        raise BenchError(f"page {number} does not exist")
    on.notes.append(f"The deep pages are the {DIFFERENT} up to page {number:,}.")
    deep = paths.several(on.folder, "deep", pages[-DIFFERENT:])
    first = paths.several(on.folder, "first", pages[:DIFFERENT])
    return [on.wrk("deep pages", on.cold, deep), on.wrk("first pages", on.cold, first)]


def search(kind: Kind) -> Callable[[Setting], list[Contender]]:
    def contenders(on: Setting) -> list[Contender]:
        file = kind.file(on.folder, on.articles)
        return [
            on.wrk("maqal", on.searched, file),
            on.wrk("maqal, nothing kept", on.cold, file),
            *on.hand_written(kind),
        ]

    return contenders


ALONE = "SQL for the whole answer"
PGBENCH = tuple(f"pgbench, {clients} clients" for clients in CLIENTS)


def chosen(names: list[str]) -> tuple[Row, ...]:
    return tuple(row for row in ROWS if row.name in names)


def beside_nginx(text: str) -> tuple[Target, ...]:
    return (Target(f"{text}, beside nginx static", 1.0, "maqal", tuple(WAYS)),)


def beside_pgbench(text: str, at_least: float, sql: str = "the same SQL") -> tuple[Target, ...]:
    return (Target(f"{text}, beside pgbench with {sql}", at_least, "maqal", PGBENCH),)


def search_row(kind: Kind) -> Row:
    beside = tuple(f"pgbench, by {way}" for way in SEARCH_WAYS)
    targets: list[Target | Tail] = [
        Target(f"search for {kind.title}, beside the best hand-written SQL", 0.8, "maqal", beside)
    ]
    if kind is searches.COMMON:
        targets.append(Tail(f"search for {kind.title}, p99 beside the median", 4, "maqal"))
    return Row(kind.name, f"Search for {kind.title}, its answer not kept", search(kind), tuple(targets))


ROWS = (
    Row(
        "hot-article",
        "Hot article, Zipf ids among the 2,000 most popular",
        hot_article(None),
        beside_nginx("hot article"),
    ),
    Row(
        "hot-gzip",
        "The same, compressed (`Accept-Encoding: gzip`, nginx with `gzip_static`)",
        hot_article("gzip"),
    ),
    Row(
        "hot-list",
        f"Hot list, `{paths.LIST}`",
        hot_list(paths.LIST),
        beside_nginx("hot list of 20 with tags"),
    ),
    Row("hot-all", "Hot article, ids among all: what the cache does not hold is read", hot_all),
    Row(
        "cold-article",
        "Cold article with tags and entities, Zipf ids among all",
        cold_article("zipf"),
        beside_pgbench("cold article, Zipf ids", 1.0, ALONE),
    ),
    Row(
        "cold-uniform",
        "Cold article with tags and entities, uniform ids among all",
        cold_article("uniform"),
        beside_pgbench("cold article, uniform ids", 1.0, ALONE),
    ),
    Row(
        "cold-list",
        f"Cold list of 20 with tags, `{paths.LIST}`",
        cold_list("list", paths.LIST),
        beside_pgbench("cold list of 20 with tags", 0.9, ALONE),
    ),
    Row(
        "cold-tag",
        f"Cold list by tag, `{paths.TAG_LIST}`",
        cold_list("tag", paths.TAG_LIST),
        beside_pgbench("cold list by tag", 0.9, ALONE),
    ),
    Row(
        "depth",
        f"Cold, pages deep in `{paths.PAGES}`, by their cursors",
        depth,
        (Target("page 5,000, beside page 1", 0.95, "deep pages", ("first pages",)),),
    ),
    *map(search_row, searches.KINDS),
    *(
        Row(
            name,
            f"Cold, `{paths.coverage(name)[0]}` and its like",
            coverage(name),
            beside_pgbench(f"{name} of an entity" if name != "trending" else name, 0.8),
        )
        for name in paths.COVERAGE
    ),
)
