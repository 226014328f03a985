#!/usr/bin/env bash
# uniseg 0.10.1 (PyPI), words by Unicode's text segmentation (UAX 29).
#
# Guess: the narrow no-break space (U+202F), which French sets in numbers, before units and inside guillemets, parts words
# as its wide sister (U+00A0) does, so that an index of words has "euros" and "Bonjour".
#
# Seen: U+202F counts among the characters that extend a word, as the underscore does. A whole amount with its unit is one
# word, and the word in guillemets has the spaces in it: whoever indexes by this finds neither.
#
#   10<202F>000<202F>euros        1 word
#   10<00A0>000<00A0>euros        3 words, parted by the spaces
#   «<202F>Bonjour<202F>»         the word in the middle is <202F>Bonjour<202F>
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install uniseg==0.10.1
seen=$("$folder/venv/bin/python" - <<'PYTHON'
from uniseg.wordbreak import words

for text in ("10\u202f000\u202feuros", "10\u00a0000\u00a0euros", "«\u202fBonjour\u202f»"):
    print(ascii(list(words(text))))
PYTHON
)
expected="['10\\u202f000\\u202feuros']
['10', '\\xa0', '000', '\\xa0', 'euros']
['\\xab', '\\u202fBonjour\\u202f', '\\xbb']"
printf '%s\n' "$seen"
[[ $seen == "$expected" ]] || { printf 'other than seen before:\n%s\n' "$expected" >&2; exit 1; }
