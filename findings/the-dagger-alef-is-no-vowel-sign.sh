#!/usr/bin/env bash
# PyArabic 0.6.15 (PyPI), the usual toolbox for Arabic in Python.
#
# Guess: strip_tashkeel leaves the letters alone, so that a word with all of its vowel signs is the word of a newspaper.
#
# Seen: it knows eight signs. The alef that is written above its word (U+0670: in "hadha", "rahman", "Allah") stays, and
# with it a word that equals no other; strip_diacritics takes it off, and tatweel falls to a third function.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install PyArabic==0.6.15
seen=$("$folder/venv/bin/python" - <<'PYTHON'
from pyarabic import araby

for word in ("هَٰذَا", "كَتَبَ", "كتـــاب"):
    print(ascii(araby.strip_tashkeel(word)), ascii(araby.strip_diacritics(word)), ascii(araby.strip_tatweel(word)))
PYTHON
)
expected="'\\u0647\\u0670\\u0630\\u0627' '\\u0647\\u0630\\u0627' '\\u0647\\u064e\\u0670\\u0630\\u064e\\u0627'
'\\u0643\\u062a\\u0628' '\\u0643\\u062a\\u0628' '\\u0643\\u064e\\u062a\\u064e\\u0628\\u064e'
'\\u0643\\u062a\\u0640\\u0640\\u0640\\u0627\\u0628' '\\u0643\\u062a\\u0640\\u0640\\u0640\\u0627\\u0628' '\\u0643\\u062a\\u0627\\u0628'"
printf '%s\n' "$seen"
[[ $seen == "$expected" ]] || { printf 'other than seen before:\n%s\n' "$expected" >&2; exit 1; }
