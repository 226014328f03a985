"""What the measurements are to show."""

from __future__ import annotations

from dataclasses import dataclass

from .rounds import Ratio, Result


@dataclass(frozen=True)
class Verdict:
    """A target beside what was measured."""

    text: str
    bound: str
    measured: str
    # Nobody knows where it was not measured.
    is_met: bool | None


def spread(ratio: Ratio) -> str:
    return f"{ratio.value:.2f} ({ratio.low:.2f}–{ratio.high:.2f})"


@dataclass(frozen=True)
class Target:
    """At least so many times the best of the others; those of them that were not worth measuring are not there."""

    text: str
    at_least: float
    of: str
    beside: tuple[str, ...]

    def verdict(self, results: list[Result]) -> Verdict:
        by_name = {result.name: result for result in results}
        others = [by_name[name] for name in self.beside if name in by_name and by_name[name].samples]
        if not others or self.of not in by_name or not by_name[self.of].samples:
            return Verdict(self.text, f"≥ {self.at_least}", "not measured", None)
        best = max(others, key=lambda result: result.rate)
        ratio = by_name[self.of].beside(best)
        text = self.text if len(self.beside) == 1 else f"{self.text} ({best.name})"
        return Verdict(text, f"≥ {self.at_least}", spread(ratio), ratio.value >= self.at_least)


@dataclass(frozen=True)
class Tail:
    """The slowest hundredth takes less than so many times the median."""

    text: str
    below: float
    of: str

    def verdict(self, results: list[Result]) -> Verdict:
        samples = [sample for result in results if result.name == self.of for sample in result.samples]
        if not samples:
            return Verdict(self.text, f"< {self.below:g}", "not measured", None)
        ratios = sorted(sample.p99 / sample.p50 for sample in samples)
        ratio = Ratio(ratios[len(ratios) // 2], ratios[0], ratios[-1])
        return Verdict(self.text, f"< {self.below:g}", spread(ratio), ratio.value < self.below)
