"""The SQL of a request, taken from the service itself: what PostgreSQL logs while it is answered.

A copy of the statements in a file would rot. pgbench then sends the same statements, as prepared
statements with the same parameters, but for the one that names the article: that is random.
"""

from __future__ import annotations

import json
import os
import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path

from . import shell
from .maqal import DATABASE, NOTHING_KEPT, Cluster, Server
from .shell import BenchError

ENTRY = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:.]+ \S+ \[(?P<pid>\d+)\] (?P<level>[A-Z]+): +(?P<text>.*)$", re.DOTALL
)
EXECUTED = re.compile(r"duration: [\d.]+ ms +(?:execute [^:]+|statement): (?P<sql>.*)$", re.DOTALL)
# Of a session, and not of one transaction alone.
SETTING = re.compile(
    r"(?:statement:|;)\s*SET (?!LOCAL\b)(TIME ZONE|\w+)(?: *=| TO)? *'?([\w./+-]+)'?", re.IGNORECASE
)
# What a connection calls itself that answers reads: others listen, annotate, fold counts.
READER = re.compile(r"SET application_name = 'maqal (?:reads|searches|counts)'")
# What stands around the statements of a read that is of one state, or is not to take long.
AROUND = re.compile(r"(?:BEGIN|COMMIT|ROLLBACK|SET)\b", re.IGNORECASE)
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")
# Columns of a first statement of which later ones need the article's id.
PREFIX = "found_"


@dataclass(frozen=True)
class Statement:
    sql: str
    parameters: tuple[str | None, ...]


def entries(log: str) -> list[tuple[str, str, str]]:
    """Process, level and text of each entry; the lines that go on an entry begin with a tab."""
    whole = log.replace("\n\t", "\0").splitlines()
    found = (ENTRY.match(line.replace("\0", "\n")) for line in whole)
    return [(match["pid"], match["level"], match["text"]) for match in found if match]


def parse(log: str, processes: set[str]) -> list[Statement]:
    """The statements that some processes executed, each with its parameters."""
    statements: list[Statement] = []
    follows_execution = False
    for pid, level, text in entries(log):
        if pid not in processes:
            continue
        executed = EXECUTED.match(text)
        if executed and AROUND.match(executed["sql"]):
            executed = None
        if level == "LOG":
            follows_execution = executed is not None
        if level == "LOG" and executed:
            statements.append(Statement(executed["sql"].rstrip("; \n"), ()))
        elif level == "DETAIL" and follows_execution and text.lower().startswith("parameters:"):
            statements[-1] = Statement(statements[-1].sql, read_parameters(text))
    return statements


def read_parameters(text: str) -> tuple[str | None, ...]:
    found = sorted((int(number), value) for number, value in PARAMETER.findall(text))
    return tuple(None if value == "NULL" else value[1:-1].replace("''", "'") for _, value in found)


# Seconds in which a busy server is asked again.
PATIENCE = 120


class Recorder:
    """A server of one connection for each sort of work, which keeps nothing, all of whose statements PostgreSQL logs."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.server: Server | None = None
        self.settings: dict[str, str] = {}
        # Of the connections that answer reads, as far as they are there, and up to where the log was searched for them.
        self.readers: set[str] = set()
        self.searched = 0

    def __enter__(self) -> Recorder:
        self._log_statements("SET log_min_duration_statement = 0")
        before = self.searched = self.cluster.log.stat().st_size
        options = ["--pool-size", "1", "--workers", "1", *NOTHING_KEPT]
        self.server = self.cluster.start_beside(*options)
        self.get("/v1/tags?limit=1")
        log = self._logged_since(before)
        self.settings = self._settings(log)
        # Until it hears of changes, it keeps nothing of what it reads, and asks again.
        time.sleep(2)
        return self

    def __exit__(self, *_: object) -> None:
        self._log_statements("RESET log_min_duration_statement")
        if self.server:
            self.server.stop()
            self.cluster.guests.remove(self.server)

    def _log_statements(self, change: str) -> None:
        # A setting of the database is the one that new connections take, and no other.
        self.cluster.sql(f"ALTER DATABASE {DATABASE} {change}", database="postgres")

    def _logged_since(self, place: int) -> str:
        # The entry is written just before the answer is sent.
        time.sleep(0.1)
        with self.cluster.log.open("rb") as log:
            log.seek(place)
            return log.read().decode()

    def _readers(self) -> set[str]:
        """The connections that answer reads; each is made when it is first needed."""
        with self.cluster.log.open("rb") as log:
            log.seek(self.searched)
            news = log.read()
        self.searched += len(news)
        self.readers |= {pid for pid, _, text in entries(news.decode()) if READER.search(text)}
        return self.readers

    def _settings(self, log: str) -> dict[str, str]:
        """What maqal sets on each of its connections, the last word of each: a plan may depend on it."""
        texts = [text for _, level, text in entries(log) if level == "LOG" and "statement:" in text]
        found = [pair for text in texts for pair in SETTING.findall(text)]
        settings = {"timezone" if name.upper() == "TIME ZONE" else name.lower(): value for name, value in found}
        # A bad way may take longer than the service lets a statement take.
        settings.pop("statement_timeout", None)
        return settings

    def get(self, path: str) -> bytes:
        """Asks until there is an answer: after a load, work of the server's own may hold its one connection for long."""
        assert self.server
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(self.server.base + path, timeout=PATIENCE) as answer:
                    return bytes(answer.read())
            except urllib.error.HTTPError as error:
                if error.code != 503 or time.monotonic() > until:
                    raise BenchError(f"GET {path} answers {error.code}") from error
            time.sleep(1)

    def record(self, path: str) -> tuple[list[Statement], bytes]:
        """The statements of one request, all prepared before, and its answer."""
        for _ in range(3):
            self.get(path)
        before = self.cluster.log.stat().st_size
        answer = self.get(path)
        statements = parse(self._logged_since(before), self._readers())
        if not statements:
            raise BenchError(f"GET {path} made no statement: is a cache in the way?")
        return statements, answer

    def record_each(self, paths: list[str], first: re.Pattern[str]) -> list[list[Statement]]:
        """The statements of requests that follow one another; each begins with the one that has the pattern."""
        self.get(paths[0])
        before = self.cluster.log.stat().st_size
        for path in paths:
            self.get(path)
        requests: list[list[Statement]] = []
        for statement in parse(self._logged_since(before), self._readers()):
            if first.search(statement.sql):
                requests.append([])
            if requests:
                requests[-1].append(statement)
        if len(requests) != len(paths):
            raise BenchError(f"{len(paths)} requests made {len(requests)} statements with {first.pattern}")
        return requests


@dataclass(frozen=True)
class Script:
    """What pgbench runs as one transaction, which is what one request runs."""

    name: str
    statements: tuple[str, ...]
    variables: dict[str, str]
    random_article: bool
    settings: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """Gives libpq's programs the settings that maqal gives its connections."""
        return {"PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in self.settings.items())}

    @property
    def sql(self) -> str:
        return "\n".join(self.statements) + "\n"

    def for_pgbench(self, folder: Path, distribution: str, articles: int) -> Path:
        draw = {"zipf": f"random_zipfian(1, {articles}, 1.07) - 1", "uniform": f"random(0, {articles - 1})"}
        head = f"\\set n {draw[distribution]}\n" if self.random_article else ""
        path = folder / f"{self.name}-{distribution}.sql"
        path.write_text(head + self.sql)
        return path

    def verify(self, cluster: Cluster, article: int) -> None:
        """Runs it once by psql: each query must find something."""
        text = re.sub(r"(?<!:):([a-z]\w*)", r":'\1'", self.sql)
        text = re.sub(r"(;|\\gset \w+)\n", r"\1\n\\echo rows :ROW_COUNT\n", text)
        values = [f"{name}={value}" for name, value in {**self.variables, "n": str(article)}.items()]
        psql = [
            shell.programs()["psql"],
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            *cluster.connection(),
        ]
        printed = shell.run(
            [*psql, *(word for value in values for word in ("-v", value)), "-f", "-"],
            input=text,
            env=os.environ | self.environment,
        )
        counts = [int(line.split()[1]) for line in printed.splitlines() if re.fullmatch(r"rows \d+", line)]
        asks = [re.match(r"\s*(SELECT|WITH)\b", sql, re.IGNORECASE) is not None for sql in self.statements]
        found = [count > 0 for count, is_query in zip(counts, asks) if is_query]
        if len(counts) != len(asks) or not found or not all(found):
            raise BenchError(f"the script {self.name} does not find what the request finds: {counts} rows")


# What maqal asks of the links of an article, and what a program asks that does not know what those are called.
ALONE = {
    "ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position)": """(
        SELECT json_agg(json_build_array(tag.id, tag.slug, tag.kind, tag.names) ORDER BY link.position)
        FROM article_tags AS link JOIN tags AS tag ON tag.id = link.tag_id WHERE link.article_id = articles.id)""",
    "ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link "
    "WHERE link.article_id = articles.id ORDER BY position)": """(
        SELECT json_agg(json_build_array(entity.id, entity.slug, entity.type, entity.names,
            link.relation, link.salience, link.origin) ORDER BY link.position)
        FROM article_entities AS link JOIN entities AS entity ON entity.id = link.entity_id
        WHERE link.article_id = articles.id)""",
}


def with_names(sql: str) -> str:
    """The same, answering with all that the answer shows: nothing of it is known before."""
    for known, joined in ALONE.items():
        if known not in sql:
            raise BenchError(f"maqal no longer asks so for links: {known}")
        sql = sql.replace(known, joined)
    return sql


def standing_alone(script: Script) -> Script:
    """The same in one statement, with the names of what is linked."""
    (only,) = script.statements
    return replace(script, name=f"{script.name}-alone", statements=(with_names(only),))


def fixed_script(recorder: Recorder, name: str, path: str) -> Script:
    """The script of a request that is always the same."""
    statements, _ = recorder.record(path)
    return assemble(
        name, [(statement, {}) for statement in statements], recorder.settings, random_article=False
    )


def article_script(recorder: Recorder, name: str) -> Script:
    """The script of the reading of a random article: what differs between two is what varies."""
    recorded = []
    for number in (3, 4):
        statements, answer = recorder.record(f"/v1/articles/bench-{number}")
        recorded.append((statements, f"bench-{number}", str(json.loads(answer)["id"])))
    (first, slug, article_id), (second, *_) = recorded
    if [statement.sql for statement in first] != [statement.sql for statement in second]:
        raise BenchError("two articles are read by different statements")
    varying = {
        slug: "('bench-' || :n::text)",
        article_id: f":{PREFIX}id",
        f"{{{article_id}}}": f"('{{' || :{PREFIX}id || '}}')::uuid[]",
    }
    marked = []
    for one, other in zip(first, second):
        different = {
            at: value
            for at, (value, twin) in enumerate(zip(one.parameters, other.parameters))
            if value != twin
        }
        unknown = [value for value in different.values() if value not in varying]
        if unknown:
            raise BenchError(f"a parameter of {name} varies, and is neither slug nor id: {unknown}")
        marked.append((one, {at: varying[str(value)] for at, value in different.items()}))
    return assemble(name, marked, recorder.settings, random_article=True)


def without_false_variables(sql: str) -> str:
    """pgbench takes `:word` for a variable even within a literal, which is therefore cut in two there."""

    def cut(literal: re.Match[str]) -> str:
        parts = re.sub(r":(?=[A-Za-z_])", ":' || '", literal[0])
        return literal[0] if parts == literal[0] else f"({parts})"

    return re.sub(r"'(?:[^']|'')*'", cut, sql)


def assemble(
    name: str, marked: list[tuple[Statement, dict[int, str]]], settings: dict[str, str], random_article: bool
) -> Script:
    """Each parameter becomes a variable of pgbench, so that it stays a parameter: the plan is made as for maqal."""
    needs_id = any(PREFIX in text for _, places in marked for text in places.values())
    variables: dict[str, str] = {}
    texts = []
    for number, (statement, places) in enumerate(marked):
        text, its_variables = with_variables(statement, places, f"s{number}")
        variables |= its_variables
        texts.append(f"{text} \\gset {PREFIX}" if needs_id and number == 0 else f"{text};")
    return Script(name, tuple(texts), variables, random_article, settings)


def with_variables(statement: Statement, places: dict[int, str], prefix: str) -> tuple[str, dict[str, str]]:
    variables: dict[str, str] = {}

    def value(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        parameter = statement.parameters[at]
        if at in places:
            return places[at]
        if parameter is None:
            return "NULL"
        variables[f"{prefix}_{at + 1}"] = parameter
        return f":{prefix}_{at + 1}"

    return re.sub(r"\$(\d+)", value, without_false_variables(statement.sql)), variables
