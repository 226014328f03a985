#!/usr/bin/env bash
# snowballstemmer 3.1.1 (PyPI), Arabic.
#
# Guess: it is a light stemmer, which takes off the article and particles. A name with its article and the name without
# it have one stem, and a name that merely begins with a letter which is a particle elsewhere stays whole.
#
# Seen: what is behind the article decides, so that a country parts from itself: "as-sudan" has another stem than
# "sudan". Names lose their first letter where it could be a particle (Beirut, Baghdad, France), though without an
# article before it; Paris and Kabul, which begin alike, do not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install snowballstemmer==3.1.1
seen=$("$folder/venv/bin/python" - <<'PYTHON'
from snowballstemmer import stemmer

for word in ("السودان", "سودان", "بيروت", "بغداد", "فرنسا", "باريس", "كابول"):
    print(word, stemmer("arabic").stemWord(word))
PYTHON
)
expected="السودان سود
سودان سودان
بيروت يرو
بغداد غداد
فرنسا رنس
باريس باريس
كابول كابول"
printf '%s\n' "$seen"
[[ $seen == "$expected" ]] || { printf 'other than seen before:\n%s\n' "$expected" >&2; exit 1; }
