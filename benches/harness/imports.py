"""How fast `maqal import` is, beside PostgreSQL's own COPY of the same rows into the same tables."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from . import loading, shell
from .maqal import Cluster

TARGET = 0.5
# What COPY finds there already, and what it is timed for.
BEFORE = ("tags", "entities")
TIMED = ("articles", "article_tags", "article_entities", "article_search")
# The order in which the import wrote them.
ORDER = {
    "articles": "id",
    "article_tags": "article_id, position",
    "article_entities": "article_id, position",
    "article_search": "article_id",
}


@dataclass(frozen=True)
class ImportResult:
    articles: int
    imported: list[float]
    copied: list[float]

    @property
    def ratio(self) -> float:
        """COPY's time beside the import's: 1 is as fast."""
        return median(copy / imported for copy, imported in zip(self.copied, self.imported))


def columns(cluster: Cluster, table: str) -> str:
    """All but those that PostgreSQL generates."""
    return cluster.sql(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
        f"WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
    )


def export(cluster: Cluster, folder: Path) -> dict[str, str]:
    """Writes the rows of the loaded database to files; the command that copies each of them in again."""
    commands = {}
    for table in (*BEFORE, *TIMED):
        file, names = folder / f"{table}.copy", columns(cluster, table)
        # The triggers count anew.
        values = names.replace("article_count", "0 AS article_count")
        cluster.sql(f"\\copy (SELECT {values} FROM {table} ORDER BY {ORDER.get(table, 'id')}) TO '{file}'")
        commands[table] = f"\\copy {table} ({names}) FROM '{file}'"
    return commands


def empty_database(cluster: Cluster, name: str) -> None:
    cluster.sql(
        f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}", "CHECKPOINT", database="postgres"
    )
    cluster.maqal.command("migrate", DATABASE_URL=cluster.url(name))


def time_import(cluster: Cluster, lines: Path) -> float:
    empty_database(cluster, "bench_import")
    seconds = loading.load(cluster, lines, "bench_import")
    cluster.sql("DROP DATABASE bench_import", database="postgres")
    return seconds


def time_copy(cluster: Cluster, commands: dict[str, str]) -> float:
    empty_database(cluster, "bench_copy")
    cluster.sql(*(commands[table] for table in BEFORE), database="bench_copy")
    started = time.monotonic()
    cluster.sql(*(commands[table] for table in TIMED), database="bench_copy")
    seconds = time.monotonic() - started
    cluster.sql("DROP DATABASE bench_copy", database="postgres")
    return seconds


def compare(cluster: Cluster, lines: Path, articles: int, folder: Path, rounds: int) -> ImportResult:
    commands = export(cluster, folder)
    result = ImportResult(articles, [], [])
    for _ in range(rounds):
        result.imported.append(time_import(cluster, lines))
        result.copied.append(time_copy(cluster, commands))
        shell.say("import", f"import {result.imported[-1]:.1f} s, COPY {result.copied[-1]:.1f} s")
    for table in commands:
        (folder / f"{table}.copy").unlink()
    return result
