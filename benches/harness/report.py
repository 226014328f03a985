"""benches/RESULTS.md: what was measured, in a form that can be read and compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .growth import Growth
from .imports import TARGET as IMPORT_TARGET
from .imports import ImportResult
from .machine import Machine, Postgres
from .rounds import Effort, Result
from .rows import Row

HEAD = """# Measurements

Written by `just bench` and `just bench-growth`; each leaves the other's part in place. All programs share the machine:
a client's CPU is missing to the server, at every contender alike. Ratios are of one run, round beside round.
"""
REQUESTS, GROWTH = "## Requests", "## Growth"
MEMORY_TARGET = 160.0


@dataclass(frozen=True)
class Outcome:
    articles: int
    results: list[tuple[Row, list[Result]]]
    notes: list[str]
    statements: dict[str, int]
    memory: tuple[float, float] | None
    imported: ImportResult | None
    postgres: Postgres


def number(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def table(head: list[str], lines: list[list[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *lines]) + "\n"


def circumstances(machine: Machine, postgres: Postgres, effort: Effort) -> str:
    turns = f"{effort.rounds} rounds of {effort.seconds:g} s a contender, in turns"
    if effort.warm_up:
        turns += f", after {effort.warm_up:.1f} s each to warm up"
    lines = [
        f"- {machine.date}, `{machine.command}`",
        f"- {machine.hardware}; {machine.load}",
        f"- {machine.programs}",
        f"- {turns}",
        f"- PostgreSQL {postgres.version}, database of {postgres.megabytes:,.0f} MB; {postgres.settings}",
    ]
    return "\n".join(lines) + "\n"


def contender_line(result: Result) -> list[str]:
    if result.missing:
        return [f"{result.name}: not measured: {result.missing.replace('|', '/')}", *["–"] * 8]
    return [
        result.name,
        number(result.rate),
        f"{result.spread:.0%}",
        number(result.middle("p50"), 2),
        number(result.middle("p99"), 2),
        number(result.middle("server"), 1),
        number(result.middle("postgres"), 1),
        number(result.middle("client"), 1),
        f"{result.middle('others') or 0:.0%}",
    ]


def row_part(row: Row, results: list[Result]) -> str:
    head = [
        "",
        "requests/s",
        "spread",
        "p50 ms",
        "p99 ms",
        "server µs",
        "PostgreSQL µs",
        "client µs",
        "others",
    ]
    if not results:
        return f"### {row.title}\n\nNot measured: see above.\n"
    return f"### {row.title}\n\n" + table(head, [contender_line(result) for result in results])


def verdict(is_met: bool | None) -> str:
    return "–" if is_met is None else "yes" if is_met else "**no**"


def target_lines(outcome: Outcome) -> list[list[str]]:
    lines = []
    for row, results in outcome.results:
        for target in row.targets:
            found = target.verdict(results)
            lines.append([found.text, found.bound, found.measured, verdict(found.is_met)])
    if outcome.imported:
        ratio_of_import = outcome.imported.ratio
        text = f"import of {outcome.imported.articles:,} articles, beside COPY of the same rows"
        lines.append(
            [text, f"≥ {IMPORT_TARGET}", f"{ratio_of_import:.2f}", verdict(ratio_of_import >= IMPORT_TARGET)]
        )
    if outcome.memory:
        now, highest = outcome.memory
        lines.append(
            [
                "memory of the server after the requests",
                f"≤ {MEMORY_TARGET:.0f} MB",
                f"{now:.0f} MB (highest {highest:.0f})",
                verdict(now <= MEMORY_TARGET),
            ]
        )
    return lines


EXPLANATION = """
Medians of the rounds; the spread is from the slowest to the fastest round. CPU is user and system time in microseconds
for each request: of the server (maqal, or nginx with its workers), of all processes of PostgreSQL, of the client (wrk or
pgbench); *others* is the share of the machine's CPU that none of these used.

- wrk asks over 32 connections that stay open, with 2 threads, requests that are written beforehand; Zipf's exponent is
  1.07. maqal logs no line for each request (`RUST_LOG=warn`).
- nginx has 2 workers, `open_file_cache` and no access log. It serves bytes that were saved from maqal and compared with
  it, with `sendfile` and without, of which the faster counts. maqal sends more header fields.
- pgbench (`-M prepared -j 2`, the time to connect left out) sends the statements that PostgreSQL logs while maqal answers
  one request, with the settings that maqal gives its connections, over the same socket; the faster of 8 and 32 clients
  counts. It takes text where maqal takes PostgreSQL's binary format; its p50 and p99 are of a sample of 10 %.
- maqal keeps what tags and entities are called and asks for their ids alone. Beside cold articles and lists, pgbench
  therefore sends the same statements with the names joined, so that it gets all that the answer shows, as any program
  would that keeps nothing; the statements as maqal sends them are measured as well.
- Of searches no two requests at a time ask for the same page, and no answer is kept; the articles that lists have shown
  are (`--listed-cache-size`, 8 MiB), and beside it a maqal that keeps nothing is measured. Beside maqal, 8 clients of pgbench send hand-written SQL
  for the same pages, with the same columns and the same rank: matches from the index of lexemes first, articles walked
  from the newest on (by their own index or by that of their vectors), or the links of a tag walked. Each way finds what maqal finds; the fastest counts, and one that
  takes more than three times as long is not measured.
"""


def import_part(imported: ImportResult) -> str:
    lines = [
        ["maqal import", *(number(seconds, 1) for seconds in imported.imported)],
        ["psql COPY", *(number(seconds, 1) for seconds in imported.copied)],
    ]
    head = ["seconds", *(f"round {at + 1}" for at in range(len(imported.copied)))]
    text = (
        f"### Import of {imported.articles:,} articles into an empty, migrated database\n\n"
        "COPY takes the finished rows of `articles`, `article_tags` and `article_entities`, with all indexes and triggers; tags\n"
        "and entities are there already. The import reads JSON lines, and makes tags and entities too.\n\n"
    )
    return text + table(head, lines)


def requests_part(machine: Machine, outcome: Outcome, effort: Effort) -> str:
    counts = ", ".join(f"{name} {count}" for name, count in outcome.statements.items())
    facts = (
        circumstances(machine, outcome.postgres, effort)
        + f"- {outcome.articles:,} articles; statements of a request: {counts}\n"
    )
    facts += "".join(f"- {note}\n" for note in outcome.notes)
    parts = [
        REQUESTS + "\n\n" + facts,
        table(["target", "", "measured", "met"], target_lines(outcome)),
        EXPLANATION.lstrip(),
    ]
    parts += [row_part(row, results) for row, results in outcome.results]
    parts += [import_part(outcome.imported)] if outcome.imported else []
    return "\n".join(parts)


def growth_lines(growth: Growth) -> list[list[str]]:
    lines = []
    for question, results in growth.rows.items():
        for what, fields in (("p50 ms", ("p50",)), ("CPU µs, server + PostgreSQL", ("server", "postgres"))):
            values = [sum(result.middle(name) or 0 for name in fields) for result in results]
            lines.append(
                growth_line(f"{question}: {what}", values, growth.allowed(), 3 if what == "p50 ms" else 0)
            )
    lines.append(growth_line("import: seconds for 1,000 articles", growth.imports, growth.allowed(), 2))
    return lines


def growth_line(text: str, values: list[float], allowed: float, digits: int) -> list[str]:
    ratio = values[-1] / values[0] if values[0] else 0.0
    return [text, *(number(value, digits) for value in values), f"{ratio:.2f}", verdict(ratio <= allowed)]


def growth_part(machine: Machine, growth: Growth, effort: Effort) -> str:
    head = [
        "one connection, no cache",
        *(f"{size:,}" for size in growth.sizes),
        "largest / smallest",
        f"≤ {growth.allowed():.2f}",
    ]
    pages, sizes = (", ".join(number(each) for each in values) for values in (growth.pages, growth.megabytes))
    about = (
        "Each size has a PostgreSQL of its own, and all take turns. Flat but for the logarithm: the largest may cost\n"
        f"log {growth.sizes[-1]:,} / log {growth.sizes[0]:,} = {growth.allowed():.2f} times the smallest. The deepest pages are "
        f"{pages}; the databases\nhave {sizes} MB. Programs that are not measured used up to {growth.others:.0%} of the machine.\n"
    )
    return "\n".join(
        [
            GROWTH + "\n\n" + circumstances(machine, growth.postgres, effort),
            about,
            table(head, growth_lines(growth)),
        ]
    )


def write(path: Path, part: str) -> None:
    """Puts the part in the place of its kind, and leaves the other one as it is."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = {}
    for heading in (REQUESTS, GROWTH):
        start = old.find(f"\n{heading}\n")
        if start >= 0:
            ends = [end for other in (REQUESTS, GROWTH) if (end := old.find(f"\n{other}\n", start + 1)) >= 0]
            parts[heading] = old[start + 1 : min(ends, default=len(old))].rstrip() + "\n"
    parts[part.splitlines()[0]] = part.rstrip() + "\n"
    path.write_text(
        "\n".join([HEAD, *(parts[heading] for heading in (REQUESTS, GROWTH) if heading in parts)]),
        encoding="utf-8",
    )
