#!/usr/bin/env bash
# dateparser 1.5.0 (PyPI), the usual reader of dates that were written for people, on Arabic ones.
#
# Guess: it knows Arabic, so it knows the three sets of months that Arabic papers write: those of Cairo and the Gulf
# (naufambir), of the Levant and Iraq (tishrin ath-thani) and of the Maghreb (nunbir). What it does not know gives None.
#
# Seen: Cairo's months are read, of the Maghreb's some (June and August of Algiers, none of Rabat's own), of the Levant's
# none. And one of these is no failure: "12 Ab 2026", the twelfth of August, is read as the present moment.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install dateparser==1.5.0
seen=$("$folder/venv/bin/python" -W ignore - <<'PYTHON'
from datetime import datetime

import dateparser

base = datetime(2020, 2, 3, 4, 5)
dates = {
    "Cairo": ("29 نوفمبر 2026", "٢٩ نوفمبر ٢٠٢٦", "12 أغسطس 2026"),
    "Levant": ("29 تشرين الثاني 2026", "5 شباط 2026", "3 حزيران 2026", "12 آب 2026"),
    "Algiers": ("29 جوان 2026", "12 أوت 2026", "2 جويلية 2026"),
    "Rabat": ("29 نونبر 2026", "12 غشت 2026", "2 يوليوز 2026"),
}
for place, written in dates.items():
    read = (dateparser.parse(date, settings={"RELATIVE_BASE": base}) for date in written)
    print(place, *(date.strftime("%Y-%m-%dT%H:%M") if date else None for date in read))
PYTHON
)
expected="Cairo 2026-11-29T00:00 2026-11-29T00:00 2026-08-12T00:00
Levant None None None 2020-02-03T04:05
Algiers 2026-06-29T00:00 2026-08-12T00:00 None
Rabat None None None"
printf '%s\n' "$seen"
[[ $seen == "$expected" ]] || { printf 'other than seen before:\n%s\n' "$expected" >&2; exit 1; }
