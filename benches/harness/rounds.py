"""Contenders measured in turns, A B A B …, so that what disturbs the machine disturbs all of them."""

from __future__ import annotations

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
    """All rounds of one contender."""

    name: str
    samples: list[Sample]

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
        return (max(rates) - min(rates)) / self.rate

    def beside(self, other: Result, field: str = "rate") -> Ratio:
        """Round by round: two measurements that followed each other met the same machine."""
        pairs = zip(self.samples, other.samples)
        ratios = [
            getattr(one, field) / getattr(another, field) for one, another in pairs if getattr(another, field)
        ]
        return Ratio(median(ratios), min(ratios), max(ratios)) if ratios else Ratio(0, 0, 0)


def compete(row: str, contenders: list[Contender], effort: Effort) -> list[Result]:
    for contender in contenders if effort.warm_up else []:
        contender.measure(effort.warm_up)
    samples: dict[str, list[Sample]] = {contender.name: [] for contender in contenders}
    for _ in range(effort.rounds):
        for contender in contenders:
            samples[contender.name].append(contender.measure(effort.seconds))
    results = [Result(name, of_one) for name, of_one in samples.items()]
    for result in results:
        shell.say(
            row,
            f"{result.name}: {result.rate:,.0f}/s, p99 {result.middle('p99'):.2f} ms, spread {result.spread:.0%}",
        )
    return results
