"""Whether a request costs more as the archive grows: the same rows at several sizes, in turns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from . import articles, loading, machine, paths, rounds, rows, searches, shell
from .contenders import Contender, Wrk
from .machine import Postgres
from .maqal import NOTHING_KEPT, Cluster, Maqal, Server
from .rounds import Effort, Result


@dataclass
class Archive:
    """One size: a cluster of its own, and a server without a cache."""

    articles: int
    folder: Path
    cluster: Cluster
    server: Server
    import_seconds: float
    database_mb: float


@dataclass(frozen=True)
class Growth:
    sizes: list[int]
    # Row by row, a result for each size.
    rows: dict[str, list[Result]]
    imports: list[float]
    megabytes: list[float]
    pages: list[int]
    # Of the largest.
    postgres: Postgres

    @property
    def others(self) -> float:
        """The largest share of the machine's CPU that went elsewhere."""
        return max(result.middle("others") or 0 for results in self.rows.values() for result in results)

    def allowed(self) -> float:
        """How much more the largest may cost: a search in a tree takes as many steps as the logarithm says."""
        return math.log(self.sizes[-1]) / math.log(self.sizes[0])


def load(maqal: Maqal, folder: Path, count: int) -> Archive:
    folder.mkdir(mode=0o711)
    folder.chmod(0o711)
    shell.say("growth", f"loading {count:,} articles")
    lines = articles.make(count, folder / "articles.ndjson")
    cluster = Cluster(maqal, folder / "data")
    server = cluster.start(*NOTHING_KEPT)
    try:
        seconds = loading.load(cluster, lines)
        lines.unlink()
        loading.settle(cluster)
        megabytes = int(cluster.sql("SELECT pg_database_size(current_database())")) / 1e6
    except BaseException:
        cluster.stop()
        raise
    return Archive(count, folder, cluster, server, seconds, megabytes)


def contender(program: str, archive: Archive, file: Path) -> Contender:
    """One connection: what it waits is what the request takes."""
    wrk = Wrk(program, archive.server.base, file, archive.server.cpu, archive.cluster.cpu, connections=1)
    return Contender(f"{archive.articles:,}", wrk.measure)


def run(maqal: Maqal, wrk: str, sizes: list[int], folder: Path, effort: Effort) -> Growth:
    archives: list[Archive] = []
    try:
        for count in sizes:
            archives.append(load(maqal, folder / f"growth-{count}", count))
        return measure(wrk, archives, effort)
    finally:
        for archive in archives:
            archive.cluster.stop()


def measure(wrk: str, archives: list[Archive], effort: Effort) -> Growth:
    deep = [
        rows.deepest_page(archive.server.base, archive.articles, archive.articles) for archive in archives
    ]
    questions = {
        "item, uniform ids": [
            paths.random_articles(each.folder, "uniform", each.articles) for each in archives
        ],
        f"newest list, `{paths.LIST}`": [paths.one(each.folder, "list", paths.LIST) for each in archives],
        f"list by tag, `{paths.TAG_LIST}`": [
            paths.one(each.folder, "tag", paths.TAG_LIST) for each in archives
        ],
        f"deepest page of `{paths.PAGES}`": [
            paths.one(each.folder, "deep", path) for each, (_, path) in zip(archives, deep)
        ],
        **{
            f"search for {kind.title}": [kind.file(each.folder, each.articles) for each in archives]
            for kind in searches.KINDS
        },
    }
    results = {
        question: rounds.compete(
            "growth", [contender(wrk, each, file) for each, file in zip(archives, files)], effort
        )
        for question, files in questions.items()
    }
    return Growth(
        [each.articles for each in archives],
        results,
        [each.import_seconds / each.articles * 1000 for each in archives],
        [each.database_mb for each in archives],
        [number for number, _ in deep],
        machine.postgres(archives[-1].cluster),
    )
