"""Articles of our own making, as the lines that `maqal import articles` and POST /v1/articles take.

The same ones every time: article N is called bench-N, so that a client names a random one without
asking. Sizes, tags and entities are spread as in a news archive: few are in most articles.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import accumulate
from pathlib import Path
from typing import TextIO

from . import words

TAGS = 200
ENTITIES = 20_000
SENTENCES = 6_000
# Coined words: some that are in a few hundredths of the articles, and so many rare ones that each is in about 100.
MIDDLING = 100
MIDDLING_IN_EACH = 4
RARE_MATCHES = 100
# Of ten articles seven are in Arabic.
ARABIC_SHARE = 0.7
# They fill five years up to this day, in the order in which they came.
LAST_DAY = datetime(2026, 1, 1, tzinfo=timezone.utc)
DAYS = 5 * 365
# Links that are drawn in one go: a draw for each article costs several times as much.
BATCH = 10_000

TAG_KINDS = ("topic", "section", "series", "keyword", "genre")
RELATIONS = ("about", "mentions", "mentions", "mentions", "author")


def zipf_weights(count: int, exponent: float) -> list[float]:
    """Cumulative weights: the k-th is drawn 1 / k^exponent as often as the first."""
    return list(accumulate(1 / (rank**exponent) for rank in range(1, count + 1)))


def vocabulary(language: str) -> tuple[list[str], list[float]]:
    if language == "ar":
        large = [opening + stem for stem in words.AR_STEMS for opening in words.AR_OPENINGS]
        small = words.AR_SMALL
    else:
        large = [stem + ending for stem in words.EN_STEMS for ending in words.EN_ENDINGS]
        small = words.EN_SMALL
    shuffled = random.Random(language)
    shuffled.shuffle(large)
    # The small words come first: they are the frequent ones.
    everything = [*small, *large]
    return everything, zipf_weights(len(everything), 0.75)


def sentences(language: str) -> list[str]:
    draw = random.Random(f"sentences {language}")
    vocabulary_words, weights = vocabulary(language)
    lengths = draw.choices(range(6, 22), k=SENTENCES)
    text = [" ".join(draw.choices(vocabulary_words, cum_weights=weights, k=length)) for length in lengths]
    return [sentence[0].upper() + sentence[1:] + "." for sentence in text]


def tag_objects() -> list[str]:
    """Each tag as JSON; the first is the most frequent."""
    english, arabic = words.EN_STEMS, words.AR_STEMS
    return [
        f'{{"slug":"bench-tag-{n}","kind":"{TAG_KINDS[n % len(TAG_KINDS)]}",'
        f'"names":{{"ar":"{arabic[n % len(arabic)]} {n}","en":"{english[n % len(english)].title()} {n}"}}}}'
        for n in range(TAGS)
    ]


def entity_names(n: int) -> tuple[str, str, str]:
    """Type, English name and Arabic name of entity n."""
    kind = (
        "person",
        "person",
        "organisation",
        "place",
        "person",
        "organisation",
        "place",
        "event",
        "person",
        "work",
    )[n % 10]
    rest = n // 10
    place = words.PLACES[rest % len(words.PLACES)]
    if kind == "person":
        first = words.FIRST_NAMES[n % len(words.FIRST_NAMES)]
        middle = words.FIRST_NAMES[rest // 7 % len(words.FIRST_NAMES)]
        family = words.FAMILY_NAMES[rest % len(words.FAMILY_NAMES)]
        return kind, f"{first[0]} {middle[0]} {family[0]}", f"{first[1]} {middle[1]} {family[1]}"
    if kind == "organisation":
        body = words.BODIES[rest % len(words.BODIES)]
        return kind, f"{place[0]} {body[0]} {rest}", f"{body[1]} {place[1]} {rest}"
    if kind == "place":
        part = words.PARTS_OF_PLACES[rest % len(words.PARTS_OF_PLACES)]
        return kind, f"{part[0]} {place[0]} {rest}", f"{place[1]} {part[1]} {rest}"
    if kind == "event":
        occasion = words.OCCASIONS[rest % len(words.OCCASIONS)]
        return (
            kind,
            f"{place[0]} {occasion[0]} {1990 + rest % 36}",
            f"{occasion[1]} {place[1]} {1990 + rest % 36}",
        )
    work = words.WORKS[rest % len(words.WORKS)]
    return kind, f"{work[0]} {place[0]} {rest}", f"{work[1]} {place[1]} {rest}"


def entity_objects() -> list[str]:
    """Each entity as JSON, up to what it is to the article."""

    def as_json(n: int) -> str:
        kind, english, arabic = entity_names(n)
        return f'{{"slug":"bench-entity-{n}","type":"{kind}","names":{{"ar":"{arabic}","en":"{english}"}}'

    return [as_json(n) for n in range(ENTITIES)]


@dataclass(frozen=True)
class Links:
    """Draws the tags, or the entities, of articles."""

    objects: list[str]
    weights: list[float]
    counts: range
    draw: random.Random

    def batch(self, articles: int) -> Iterator[list[str]]:
        """For each article some different ones."""
        amounts = self.draw.choices(self.counts, k=articles)
        # One or two more than wanted, for those that come twice.
        drawn = iter(self.draw.choices(self.objects, cum_weights=self.weights, k=sum(amounts) + 2 * articles))
        for amount in amounts:
            different = dict.fromkeys(next(drawn) for _ in range(amount + 2))
            yield list(different)[:amount]


def links() -> tuple[Links, Links]:
    tags = Links(tag_objects(), zipf_weights(TAGS, 0.9), range(2, 7), random.Random("tags"))
    entities = Links(entity_objects(), zipf_weights(ENTITIES, 0.9), range(3, 12), random.Random("entities"))
    return tags, entities


def entity_list(entities: list[str]) -> str:
    return ",".join(
        f'{entity},"relation":"{RELATIONS[at % 5]}","salience":{0.9 / (at + 1):.2f}}}'
        for at, entity in enumerate(entities)
    )


def rare_words(count: int) -> int:
    """How many there are among so many articles: each in RARE_MATCHES of the Arabic ones."""
    return max(1, round(count * ARABIC_SHARE / RARE_MATCHES))


def coined_numbers(count: int, draw: random.Random) -> list[int]:
    """The coined words of an article: first the middling ones, whose numbers come before those of the rare."""
    return [*draw.sample(range(MIDDLING), MIDDLING_IN_EACH), MIDDLING + draw.randrange(rare_words(count))]


def body(draw: random.Random, pool: list[str], coined: str) -> str:
    """Paragraphs; half of the bodies are shorter than the average, a few are several times as long."""
    count = max(3, min(60, round(draw.lognormvariate(2.35, 0.5))))
    chosen = draw.choices(pool, k=count)
    paragraphs = [" ".join(chosen[at : at + 3]) for at in range(0, count, 3)]
    return "\\n\\n".join([*paragraphs, coined])


def article(
    n: int,
    published: datetime,
    draw: random.Random,
    pools: dict[str, list[str]],
    tags: list[str],
    entities: list[str],
    coined: list[int],
) -> str:
    language = "en" if n % 10 in (2, 5, 8) else "ar"
    pool = pools[language]
    names = " ".join(words.coined(number, language) for number in coined)
    headline, standfirst, alternative, caption = draw.choices(pool, k=4)
    byline = (
        words.FIRST_NAMES[n % 40][language == "ar"] + " " + words.FAMILY_NAMES[n // 40 % 40][language == "ar"]
    )
    return (
        f'{{"slug":"bench-{n}","status":"published","language":"{language}","headline":"{headline[:-1]}",'
        f'"alternative_headline":"{alternative[:-1]}","standfirst":"{standfirst}","body":"{body(draw, pool, names)}",'
        f'"body_format":"text","byline":"{byline}","source":"bench","external_id":"{n}",'
        f'"canonical_url":"https://example.org/news/{n}",'
        f'"image":{{"url":"https://example.org/images/{n}.jpg","alt":"{caption}"}},'
        f'"published_at":"{published:%Y-%m-%dT%H:%M:%SZ}","metadata":{{"desk":"d{n % 12}","reading_minutes":{1 + n % 6}}},'
        f'"tags":[{",".join(tags)}],"entities":[{entity_list(entities)}]}}\n'
    )


def lines(count: int) -> Iterator[str]:
    """The lines of articles 0 to count - 1."""
    draw, coins = random.Random("articles"), random.Random("coined")
    pools = {language: sentences(language) for language in ("ar", "en")}
    tags, entities = links()
    first_day, step = LAST_DAY - timedelta(days=DAYS), timedelta(days=DAYS) / count
    for start in range(0, count, BATCH):
        size = min(BATCH, count - start)
        batches = zip(range(start, start + size), tags.batch(BATCH), entities.batch(BATCH))
        for n, its_tags, its_entities in batches:
            # Some come late: an archive is not quite in the order of its dates.
            late = timedelta(hours=draw.randrange(48))
            coined = coined_numbers(count, coins)
            yield article(n, first_day + step * n - late, draw, pools, its_tags, its_entities, coined)


def write(count: int, out: TextIO) -> None:
    out.writelines(lines(count))


def make(count: int, path: Path) -> Path:
    with path.open("w", encoding="utf-8") as out:
        write(count, out)
    return path


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.stdout)
