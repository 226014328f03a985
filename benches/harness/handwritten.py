"""The page of a search by hand-written SQL: what somebody would write who knows how often each word occurs.

A common word and a rare one are found by different statements. Each is run, its pages are compared with those of the
service, and those that are not hopeless are measured. The columns, the `tsquery` of each search and the rank are taken
from the statements of the service, so that the work is the same; the tables that are read, the order and the way
through the indexes are written here.
"""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path

from . import shell
from .maqal import Cluster
from .searches import Kind
from .shell import BenchError
from .statements import Recorder, Script, Statement, with_names, without_false_variables

ASKED = re.compile(r"\bvector @@ (?:\(SELECT )?\$(\d+)::tsquery")
RANKED = re.compile(r"\$(\d+)::tsquery")
HEADLINE = '"articles"."headline"'
LIMIT = re.compile(r"LIMIT (\$?)(\d+)$")
# How many times slower than the best a statement may be that is measured still, and how many searches are tried.
HOPELESS, TRIED = 3.0, 8

SEARCH = "(SELECT {what} FROM bench_searches WHERE kind = '{kind}' AND k = :k)"
INDEX = "articles.id = ANY (ARRAY(SELECT article_id FROM article_search WHERE vector @@ {search}))"
WALK = "(SELECT vector @@ {search} FROM article_search WHERE article_id = articles.id)"
TAGGED = "EXISTS (SELECT FROM article_tags WHERE article_id = articles.id AND tag_id = {tag})"
NEWEST = "ORDER BY sort_date DESC, id DESC LIMIT {limit}"
PUBLISHED = "articles.status = 'published'"
WAYS = ("index", "dated", "walk", "dated walk", "links")
# What is found bears the date of its article; kept apart, it is not looked for by the index of those dates.
DATED = """articles.id = ANY (ARRAY(
    SELECT article_id FROM (
        SELECT article_id, published_at FROM article_search
        WHERE vector @@ {search} AND published_at IS NOT NULL OFFSET 0) AS found
    ORDER BY published_at DESC, article_id DESC LIMIT {limit}))"""
# It is walked by the index of those dates, without a look at the articles.
DATED_WALK = """articles.id = ANY (ARRAY(
    SELECT article_id FROM article_search WHERE (vector @@ {search}) IS TRUE AND published_at IS NOT NULL
    ORDER BY published_at DESC, article_id DESC LIMIT {limit}))"""
# The dated links of a tag are an index of their own.
LINKS = """articles.id = ANY (ARRAY(
    SELECT link.article_id FROM article_tags AS link WHERE tag_id = {tag} AND published_at IS NOT NULL
        AND (SELECT vector @@ {search} FROM article_search WHERE article_id = link.article_id)
    ORDER BY published_at DESC, article_id DESC LIMIT {limit}))"""
RELEVANCE = """WITH candidates AS MATERIALIZED (
    SELECT articles.id, sort_date FROM articles WHERE {where} ORDER BY sort_date DESC, id DESC LIMIT {limit}
), best AS MATERIALIZED (
    SELECT id AS found, trunc({rank} * 1e6
        * (1 + 30.0::float8 / (30 + greatest((now() AT TIME ZONE 'UTC')::date - (sort_date AT TIME ZONE 'UTC')::date, 0)))) AS score
    FROM candidates AS articles ORDER BY score DESC, found DESC LIMIT 21
)
{columns} JOIN best ON found = articles.id ORDER BY score DESC, found DESC"""


# The page of a list.
TAG_PAGE = """articles.id = ANY (ARRAY(
    SELECT article_id FROM article_tags WHERE tag_id = {tag} AND published_at IS NOT NULL
    ORDER BY published_at DESC, article_id DESC LIMIT {limit}))"""


@dataclass(frozen=True, eq=False)
class Written:
    """One statement for all searches of a kind; `:k` is the number of the search."""

    name: str
    sql: str
    environment: dict[str, str]

    def for_pgbench(self, folder: Path, kind: Kind, searches: int) -> Path:
        path = folder / f"{kind.name}-{self.name.replace(' ', '-')}.sql"
        path.write_text(f"\\set k random(1, {searches})\n{without_false_variables(self.sql)};\n")
        return path

    def run(self, cluster: Cluster, numbers: range) -> list[list[str]]:
        """The ids of each page."""
        text = "".join(f"\\set k {number}\n{self.sql};\n\\echo end\n" for number in numbers)
        psql = [shell.programs()["psql"], "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *cluster.connection()]
        printed = shell.run([*psql, "-f", "-"], input=text, env=os.environ | self.environment)
        pages = printed.split("end\n")[:-1]
        return [re.findall(r"^([0-9a-f-]{36})\|", page, re.MULTILINE)[:20] for page in pages]


def literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def in_place(sql: str, parameters: tuple[str | None, ...]) -> str:
    """The text with its parameters in place; what varies is not among them."""
    return re.sub(r"\$(\d+)", lambda match: literal(parameters[int(match[1]) - 1]), sql)


def closing(text: str, start: int) -> int:
    """Where the parenthesis closes that encloses this place, or the text ends."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth < 0:
            return at
    return len(text)


def outer_select(sql: str) -> str:
    """What a statement selects, up to its own FROM: those of its columns stand in parentheses."""
    for match in re.finditer(r"\sFROM\s", sql):
        before = sql[: match.start()]
        if before.count("(") == before.count(")"):
            return before
    raise BenchError(f"a statement that selects from nothing: {sql}")


@dataclass(frozen=True)
class Recorded:
    """What the service asked PostgreSQL for a search."""

    statements: list[Statement]

    @property
    def search(self) -> Statement:
        return next(each for each in self.statements if ASKED.search(each.sql))

    @property
    def columns(self) -> str:
        """What is selected of articles, without a condition."""
        shown = next(each for each in self.statements if HEADLINE in each.sql)
        return in_place(outer_select(shown.sql), shown.parameters) + " FROM articles"

    @property
    def asked(self) -> str:
        found = ASKED.findall(self.search.sql)
        return str(self.search.parameters[int(found[-1]) - 1])

    @property
    def rank(self) -> str:
        """The score before the dates count, of the row of candidates at hand."""
        sql = self.search.sql
        if "ts_rank" not in sql:
            return ""
        start = sql.index("(SELECT", sql.index("sort_date"))
        return sql[start : closing(sql, start + 1) + 1]

    def ranked(self) -> list[str]:
        return [str(self.search.parameters[int(number) - 1]) for number in RANKED.findall(self.rank)]

    @property
    def limit(self) -> int:
        found = LIMIT.search(self.search.sql)
        if not found:
            raise BenchError(f"a search without a limit: {self.search.sql}")
        return int(str(self.search.parameters[int(found[2]) - 1])) if found[1] else int(found[2])


def listed(script: Script, tag: str | None) -> Script:
    """One statement for the page that the service reads by this script: the newest articles, those of the tag or all."""
    shown = next(text for text in script.statements if HEADLINE in text)
    where = TAG_PAGE.format(tag=id_of(tag), limit=21) if tag else PUBLISHED
    sql = f"{with_names(outer_select(shown))} FROM articles WHERE {where} {NEWEST.format(limit=21)};"
    return replace(script, name=f"{script.name}-alone", statements=(sql,), variables={})


def id_of(tag: str) -> str:
    return f"(SELECT id FROM tags WHERE slug = '{tag}')"


def store(cluster: Cluster, kind: Kind, recorded: list[Recorded]) -> None:
    """The table from which the statements take what each search asks for; a `tsquery` may be too long for a row."""
    rows = [
        f"INSERT INTO bench_searches VALUES ('{kind.name}', {number}, {literal(one.asked)}, "
        f"array[{', '.join(map(literal, one.ranked()))}]::text[], {one.limit})"
        for number, one in enumerate(recorded, start=1)
    ]
    cluster.sql(
        "CREATE TABLE IF NOT EXISTS bench_searches "
        "(kind text, k int, asked text, ranked text[], candidates int, PRIMARY KEY (kind, k))",
        f"DELETE FROM bench_searches WHERE kind = '{kind.name}'",
        *rows,
        "ANALYZE bench_searches",
    )


def statements(kind: Kind, one: Recorded) -> dict[str, str]:
    """By what they are found first."""
    def stored(what: str) -> str:
        return SEARCH.format(kind=kind.name, what=what)

    search = stored("asked::tsquery")
    tag = id_of(kind.tag) if kind.tag else ""
    tagged = f" AND {TAGGED.format(tag=tag)}" if tag else ""
    ways = {name: f"{PUBLISHED}{tagged} AND {form.format(search=search)}" for name, form in (("index", INDEX), ("walk", WALK))}
    newest = NEWEST.format(limit=21)
    if not kind.tag:
        limit = stored("candidates") if kind.is_ranked else 21
        ways["dated"] = DATED.format(search=search, limit=limit)
        ways["dated walk"] = DATED_WALK.format(search=search, limit=limit)
    if kind.is_ranked:
        numbers = iter(range(1, 100))
        rank = RANKED.sub(lambda _: stored(f"ranked[{next(numbers)}]::tsquery"), one.rank)
        fill = {"columns": one.columns, "rank": rank, "limit": stored("candidates")}
        return {name: RELEVANCE.format(where=where, **fill) for name, where in ways.items()}
    if kind.tag:
        ways["links"] = LINKS.format(search=search, tag=tag, limit=21)
    return {name: f"{one.columns} WHERE {where} {newest}" for name, where in ways.items()}


def tried(cluster: Cluster, kind: Kind, written: list[Written], pages: list[list[str]]) -> dict[Written, float]:
    """How long a page takes by each statement; one that is slow at once is not tried again."""
    times: dict[Written, float] = {}
    for one in written:
        for searches in (1, len(pages)):
            began = time.monotonic()
            if one.run(cluster, range(1, searches + 1)) != pages[:searches]:
                raise BenchError(f"{kind.name}: the statement by {one.name} has other pages than the service")
            times[one] = (time.monotonic() - began) / searches
            if times[one] > 1:
                break
    return times


@dataclass(frozen=True)
class Prepared:
    written: list[Written]
    searches: int
    note: str


def prepare(cluster: Cluster, kind: Kind, articles: int) -> Prepared:
    """Records the searches, writes the statements, and tries them."""
    addresses = kind.addresses(articles)
    with Recorder(cluster) as recorder:
        recorded = [Recorded(each) for each in recorder.record_each(addresses, ASKED)]
        pages = [[row["id"] for row in json.loads(recorder.get(path))["data"]] for path in addresses[:TRIED]]
        environment = {"PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in recorder.settings.items())}
    store(cluster, kind, recorded)
    written = [Written(name, sql, environment) for name, sql in statements(kind, recorded[0]).items()]
    times = tried(cluster, kind, written, pages)
    matches = cluster.sql(
        "SELECT min(n), percentile_disc(0.5) WITHIN GROUP (ORDER BY n), max(n) FROM (SELECT count(*) AS n "
        "FROM bench_searches JOIN article_search ON vector @@ asked::tsquery "
        f"WHERE kind = '{kind.name}' AND k <= {2 * TRIED} GROUP BY k) AS counted"
    ).split("|")
    best = min(times.values())
    said = ", ".join(f"{one.name} {seconds * 1e3:,.1f} ms" for one, seconds in times.items())
    note = f"{kind.name}: {len(addresses)} searches, {' to '.join(f'{int(n):,}' for n in matches[::2])} matches; by {said}"
    return Prepared([one for one, seconds in times.items() if seconds <= HOPELESS * best], len(addresses), note)
