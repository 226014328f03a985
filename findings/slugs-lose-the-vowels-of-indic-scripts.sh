#!/usr/bin/env bash
# python-slugify 9.2.0 (PyPI), with allow_unicode=True, as sites use it that keep the letters of their headlines.
#
# Guess: letters stay, and marks on them stay or fall away: an Arabic word with vowel signs gives the slug of the word
# without them, and Hindi, Tamil and Burmese stay as they are.
#
# Seen: every combining mark that has no composed form counts as a separator. A vocalised Arabic word falls apart into its
# letters, and in scripts whose vowels are marks the vowels are gone: two words that differ in them have one slug.
#
#   kataba with its vowel signs    k-t-b, where the bare word gives ktb
#   hindi (a language)             h-n-d
#   hinda with a long vowel        h-n-d
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install python-slugify==9.2.0
seen=$("$folder/venv/bin/python" - <<'PYTHON'
from slugify import slugify

for word in ("كَتَبَ", "كتب", "हिन्दी", "हिन्दा", "தமிழ்"):
    print(ascii(slugify(word, allow_unicode=True)))
PYTHON
)
expected="'\\u0643-\\u062a-\\u0628'
'\\u0643\\u062a\\u0628'
'\\u0939-\\u0928-\\u0926'
'\\u0939-\\u0928-\\u0926'
'\\u0ba4\\u0bae-\\u0bb4'"
printf '%s\n' "$seen"
[[ $seen == "$expected" ]] || { printf 'other than seen before:\n%s\n' "$expected" >&2; exit 1; }
