"""Contenders measured in turns, A B A B …, so that what disturbs the machine disturbs all of them."""

from __future__ import annotations

import http.client
import subprocess
from dataclasses import dataclass
from statistics import median

from . import shell
from .contenders import Contender, Sample


@dataclass(frozen=True)
class Effort:
    """How long is measured."""

    seconds: float
    rounds: int

    @property
    def warm_up(self) -> float:
        """None where nothing is measured but whether all works."""
        return self.seconds / 3 if self.seconds >= 3 else 0


@dataclass(frozen=True)
class Ratio:
    """One contender beside another: the median of the rounds, and from where to where they went."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Result:
    """All rounds of one contender: none, where it could not be measured, for the reason that is given."""

    name: str
    samples: list[Sample]
    missing: str | None = None

    def middle(self, field: str) -> float | None:
        values = [value for sample in self.samples if (value := getattr(sample, field)) is not None]
        return median(values) if values else None

    @property
    def rate(self) -> float:
        return self.middle("rate") or 0.0

    @property
    def spread(self) -> float:
        """From the slowest to the fastest round, as a share of the median."""
        rates = [sample.rate for sample in self.samples]
        return (max(rates) - min(rates)) / self.rate if rates else 0.0

    def beside(self, other: Result, field: str = "rate") -> Ratio:
        """Round by round: two measurements that followed each other met the same machine."""
        pairs = zip(self.samples, other.samples)
        ratios = [
            getattr(one, field) / getattr(another, field) for one, another in pairs if getattr(another, field)
        ]
        return Ratio(median(ratios), min(ratios), max(ratios)) if ratios else Ratio(0, 0, 0)


def compete(row: str, contenders: list[Contender], effort: Effort) -> list[Result]:
    """Who cannot be measured leaves the race, and the others go on."""
    samples: dict[str, list[Sample]] = {contender.name: [] for contender in contenders}
    missing: dict[str, str] = {}

    def measure(contender: Contender, seconds: float) -> None:
        if contender.name in missing:
            return
        try:
            sample = contender.measure(seconds)
        except FAULTS as fault:
            missing[contender.name] = reason(fault)
            samples[contender.name].clear()
        else:
            if seconds != effort.warm_up:
                samples[contender.name].append(sample)

    for contender in contenders if effort.warm_up else []:
        measure(contender, effort.warm_up)
    for _ in range(effort.rounds):
        for contender in contenders:
            measure(contender, effort.seconds)
    results = [Result(name, of_one, missing.get(name)) for name, of_one in samples.items()]
    for result in results:
        if result.missing:
            shell.say(row, f"{result.name}: not measured: {result.missing}")
            continue
        shell.say(
            row,
            f"{result.name}: {result.rate:,.0f}/s, p99 {result.middle('p99'):.2f} ms, spread {result.spread:.0%}",
        )
    return results


# What goes wrong with one measurement, on a machine that is slow or busy: a line of the report, and no end of it.
FAULTS = (shell.BenchError, OSError, http.client.HTTPException, ValueError, KeyError, subprocess.SubprocessError)


def reason(fault: BaseException) -> str:
    return " ".join(str(fault).split()) or type(fault).__name__
