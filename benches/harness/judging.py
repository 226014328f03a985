"""Whether a text has an Arabic word, or merely one that looks like it behind particles.

This is a judgement of its own, by the particles that Arabic has and the spellings that writers mix up: it shares
nothing with the analysis that it judges.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum

CONJUNCTIONS = ("", "و", "ف")
PREPOSITIONS = ("", "ب", "ل", "ك")
ENDINGS = ("يات", "يون", "يين", "ية", "ات", "ان", "ين", "ون", "ة", "ي")
# Letters that are written for one another.
SPELLINGS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه"})
ORNAMENTS = re.compile("[\u0640\u064b-\u065f\u0670]")
WORD = re.compile(r"[\w\u064b-\u065f]+")


class Verdict(Enum):
    """What a text has of a word."""

    TRUE = "the word"
    ENDING = "the word with another ending"
    LOOK_ALIKE = "a look-alike alone"
    NOTHING = "nothing of it"


def written(word: str) -> str:
    """As it is written, without vowel signs."""
    return ORNAMENTS.sub("", unicodedata.normalize("NFC", word))


def folded(word: str) -> str:
    return written(word).translate(SPELLINGS)


def with_particles(word: str) -> set[str]:
    """The word behind every chain of particles."""
    forms = {c + p + a + word for c in CONJUNCTIONS for p in PREPOSITIONS for a in ("", "ال")}
    return forms | {c + "لل" + word for c in CONJUNCTIONS}


def with_endings(word: str) -> set[str]:
    """The word with every ending in the place of its own, spellings made one."""
    stems = {word} | {word.removesuffix(end) for end in ENDINGS if word.endswith(end) and len(word) > len(end) + 2}
    return {folded(stem + ending) for stem in stems for ending in ("", *ENDINGS)}


def behind_particles(words: Iterable[str]) -> set[str]:
    return {form for word in words for form in with_particles(word)}


def inflected(words: Iterable[str]) -> set[str]:
    """The words with every ending, behind particles, spellings made one."""
    return behind_particles(ending for word in words for ending in with_endings(word))


class Judge:
    """Knows a word, and the words that look like it.

    What may be read as the word behind particles or as a longer word without is the longer word.
    """

    def __init__(self, word: str, look_alikes: frozenset[str]) -> None:
        self.word = word
        self.look_alikes = look_alikes
        longer = frozenset(other for other in look_alikes if len(other) > len(word))
        self.own, self.longer = with_particles(word), behind_particles(longer)
        self.own_folded = {folded(form) for form in self.own}
        self.longer_folded = {folded(form) for form in self.longer}
        self.confusing = self.own_folded | inflected(longer)
        self.others = inflected(look_alikes - longer)
        self.inflected = inflected(frozenset([word])) - self.confusing

    def has_word(self, text_word: str) -> bool:
        key = folded(text_word)
        if key not in self.own_folded:
            return False
        # The spelling may tell: `وأصل` is an origin, `واصل` went on.
        return key not in self.longer_folded or text_word in self.own - self.longer

    def verdict(self, text: str) -> Verdict:
        words = {written(found) for found in WORD.findall(text)}
        if any(self.has_word(word) for word in words):
            return Verdict.TRUE
        keys = {folded(word) for word in words}
        if keys & self.inflected:
            return Verdict.ENDING
        return Verdict.LOOK_ALIKE if keys & (self.confusing | self.others) else Verdict.NOTHING
