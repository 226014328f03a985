"""What the evaluations of the search share: a private database with their articles, and questions to it."""

from __future__ import annotations

import json
import re
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import loading, shell
from .maqal import NOTHING_KEPT, Cluster, Maqal, Server, build

WORD = re.compile(r"\w+")
FIELDS = ("headline", "standfirst", "body")


@contextmanager
def filled(articles: Path) -> Iterator[tuple[Cluster, Server]]:
    """A database with the articles of a file of import lines, and a server without a cache."""
    maqal = Maqal(build())
    # Not /tmp, which may be memory.
    with tempfile.TemporaryDirectory(prefix="maqal-eval-", dir="/var/tmp") as folder:
        # As root, PostgreSQL runs as another account, which must get through to its data.
        Path(folder).chmod(0o711)
        cluster = Cluster(maqal, Path(folder) / "data")
        try:
            server = cluster.start(*NOTHING_KEPT)
            texts = Path(folder) / "texts.ndjson"
            without_labels(articles, texts)
            shell.say("import", f"{loading.load(cluster, texts):.1f} s")
            texts.unlink()
            cluster.sql("ANALYZE")
            yield cluster, server
        finally:
            cluster.stop()


def without_labels(articles: Path, texts: Path) -> None:
    """The articles without the tags and entities by which they would be found as well: what is judged are texts, and
    what editors have noted is often the truth."""
    with articles.open(encoding="utf-8") as lines, texts.open("w", encoding="utf-8") as out:
        for line in lines:
            article = json.loads(line)
            for labels in ("tags", "entities"):
                article.pop(labels, None)
            out.write(json.dumps(article, ensure_ascii=False) + "\n")


def published(articles: Path) -> Iterator[dict]:
    """The articles of a file that a reader without a key finds."""
    with articles.open(encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            if article.get("status", "published") == "published":
                yield article


def found(server: Server, at_most: int | None = None, **parameters: str) -> list[dict]:
    """The articles of a list in its order: the first ones, page by page, or all of them in no order of relevance."""
    if at_most is None:
        with asked(server, parameters, "application/x-ndjson") as answer:
            return [json.loads(line) for line in answer]
    articles: list[dict] = []
    cursor: str | None = None
    while len(articles) < at_most:
        more = {"limit": str(min(100, at_most - len(articles)))} | ({"cursor": cursor} if cursor else {})
        with asked(server, parameters | more, "application/json") as answer:
            page = json.load(answer)
        articles += page["data"]
        cursor = page["page"]["next_cursor"]
        if not cursor:
            break
    return articles


def asked(server: Server, parameters: dict[str, str], accept: str):
    query = urllib.parse.urlencode(parameters)
    request = urllib.request.Request(f"{server.base}/v1/articles?{query}", headers={"Accept": accept})
    return urllib.request.urlopen(request, timeout=60)


def quoted(text: str) -> str:
    """A literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
