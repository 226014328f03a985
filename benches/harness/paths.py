"""The addresses that are asked for, written to files for wrk, in the order in which it takes them."""

from __future__ import annotations

import random
from pathlib import Path

from .articles import zipf_weights

ARTICLE = "/v1/articles/bench-{}"
LIST = "/v1/articles?include=tags"
# Neither the most nor the least frequent of 200.
TAG = "bench-tag-20"
TAG_LIST = f"/v1/tags/{TAG}/articles?include=tags"
PAGES = "/v1/articles?limit=20"
# How one entity is covered, neither the most nor the least frequent: each has a place for what makes its requests differ.
COVERAGE = {
    "timeline": "/v1/entities/bench-entity-20/timeline?from=2000-01-01T00:{}:00Z",
    "cooccurring": "/v1/entities/bench-entity-20/cooccurring?min_count={}",
    "trending": "/v1/entities/trending?at=2025-12-01T00:{}:00Z",
}
# The exponent of pgbench's random_zipfian in the scripts.
EXPONENT = 1.07
# Enough that wrk does not come around soon, little enough for its memory.
DRAWN = 200_000


def article(number: int) -> str:
    return ARTICLE.format(number)


def numbers(distribution: str, articles: int) -> list[int]:
    draw = random.Random(f"{distribution} {articles}")
    if distribution == "zipf":
        return draw.choices(range(articles), cum_weights=zipf_weights(articles, EXPONENT), k=DRAWN)
    return draw.choices(range(articles), k=DRAWN)


def random_articles(folder: Path, distribution: str, articles: int) -> Path:
    path = folder / f"{distribution}-{articles}.paths"
    if not path.exists():
        path.write_text("".join(article(number) + "\n" for number in numbers(distribution, articles)))
    return path


def coverage(name: str) -> list[str]:
    """Requests that differ, and ask for as much."""
    return [COVERAGE[name].format(f"{minute:02}") for minute in range(1, 60)]


def one(folder: Path, name: str, path: str) -> Path:
    return several(folder, name, [path])


def several(folder: Path, name: str, addresses: list[str]) -> Path:
    file = folder / f"{name}.paths"
    file.write_text("".join(address + "\n" for address in addresses))
    return file
