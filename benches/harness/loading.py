"""Articles into a database."""

from __future__ import annotations

import time
from pathlib import Path

from . import shell, sql_load
from .maqal import DATABASE, Cluster


def can_import(cluster: Cluster) -> bool:
    return cluster.maqal.offers("articles", "import")


def load(cluster: Cluster, file: Path, database: str = DATABASE) -> float:
    """Imports the lines of the file into a migrated database; the seconds that it took."""
    started = time.monotonic()
    if can_import(cluster):
        cluster.maqal.command("import", "articles", str(file), DATABASE_URL=cluster.url(database))
    else:
        shell.say("load", "this maqal has no import: loading by SQL, which is no measurement of it")
        sql_load.load(cluster, file, database)
    return time.monotonic() - started
