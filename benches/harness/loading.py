"""Articles into a database."""

from __future__ import annotations

import time
from pathlib import Path

from .maqal import DATABASE, Cluster


def load(cluster: Cluster, file: Path, database: str = DATABASE) -> float:
    """Imports the lines of the file into a migrated database; the seconds that it took."""
    started = time.monotonic()
    cluster.maqal.command("import", "articles", str(file), DATABASE_URL=cluster.url(database))
    return time.monotonic() - started


def settle(cluster: Cluster) -> None:
    """Waits until the service, which runs, has looked for all new names in all articles."""
    while cluster.sql("SELECT count(*) FROM annotation_queue") != "0":
        time.sleep(1)
    cluster.settle()
