"""Searches of one kind that differ: who asks for the same page as another waits for the same read of it.

The words of a kind occur about as often as each other: the stems of `words`, in all their forms, are common, and how
often the coined ones occur is known from how `articles` deals them out.
"""

from __future__ import annotations

import itertools
import random
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import articles, paths, words
from .articles import MIDDLING, RARE_MATCHES

# Several times as many as clients.
DIFFERENT = 128
NEWEST = "&sort=-published_at"


@dataclass(frozen=True)
class Kind:
    """What is searched for, as the parameter `q`, and how the list is ordered and filtered."""

    name: str
    title: str
    queries: Callable[[int], list[str]]
    rest: str = NEWEST
    tag: str | None = None

    @property
    def is_ranked(self) -> bool:
        return "sort=" not in self.rest

    def addresses(self, count: int) -> list[str]:
        """The searches, among so many articles; always the same ones."""
        rest = self.rest + (f"&tags={self.tag}" if self.tag else "")
        return [f"/v1/articles?q={urllib.parse.quote(query)}{rest}" for query in self.queries(count)]

    def file(self, folder: Path, count: int) -> Path:
        return paths.several(folder, self.name, self.addresses(count))


def common(_: int) -> list[str]:
    return words.AR_STEMS[:DIFFERENT]


def middling(_: int) -> list[str]:
    return [words.coined(number, "ar") for number in range(MIDDLING)]


def rare(count: int) -> list[str]:
    numbers = range(min(DIFFERENT, articles.rare_words(count)))
    return [words.coined(MIDDLING + number, "ar") for number in numbers]


def two_words(_: int) -> list[str]:
    draw = random.Random("two words")
    return [" ".join(draw.sample(words.AR_STEMS, 2)) for _ in range(DIFFERENT)]


def phrases(_: int) -> list[str]:
    """Neighbours in sentences of which the articles are made; function words are asked for by nobody."""
    sentences = random.Random("phrases").sample(articles.sentences("ar"), DIFFERENT)
    return [f'"{phrase}"' for sentence in sentences for phrase in itertools.islice(neighbours(sentence), 1)]


def neighbours(sentence: str) -> Iterator[str]:
    in_order = sentence.rstrip(".").split()
    for pair in zip(in_order, in_order[1:]):
        if not set(pair) & set(words.AR_SMALL):
            yield " ".join(pair)


COMMON = Kind("search-common", "a common word", common)
KINDS = (
    COMMON,
    Kind("search-middling", f"a word of {articles.MIDDLING_IN_EACH} % of the Arabic articles", middling),
    Kind("search-rare", f"a word of about {RARE_MATCHES} articles", rare),
    Kind("search-two", "two common words", two_words),
    Kind("search-tag", f"a common word, with `tags={paths.TAG}`", common, tag=paths.TAG),
    Kind("search-phrase", "a phrase of two words", phrases),
    Kind("ranked-common", "a common word, by relevance", common, rest=""),
    Kind("ranked-rare", f"a word of about {RARE_MATCHES} articles, by relevance", rare, rest=""),
)
