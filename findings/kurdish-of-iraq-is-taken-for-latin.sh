#!/usr/bin/env bash
# langcodes 3.5.1 with language_data 1.4.0 (PyPI), which have CLDR's likely subtags.
#
# Guess: a tag with a region gets the script in which that region writes the language, so that whoever asks it for the
# direction of a text gets right-to-left for Kurdish of Iraq and Iran, Tajik of Afghanistan and Turkmen of Iran, as for
# Azerbaijani, Punjabi, Kazakh and Uzbek of their neighbours.
#
# Seen: the regions of the latter four are known. Of the others the region says nothing, and they get the script that the
# language has by default. A site that sets dir= by this shows ku-IQ from left to right; ckb-IQ, which names the same
# language more narrowly, is right.
#
#   az-IQ Arab, pa-PK Arab, kk-CN Arab, uz-AF Arab, ckb-IQ Arab
#   ku-IQ Latn, ku-IR Latn, kmr-IQ Latn, tk-IR Latn, tk-AF Latn, tg-AF Cyrl
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install langcodes==3.5.1 language_data==1.4.0
seen=$("$folder/venv/bin/python" - <<'PYTHON'
from langcodes import Language

tags = "az-IQ pa-PK kk-CN uz-AF ckb-IQ ku-IQ ku-IR kmr-IQ tk-IR tk-AF tg-AF".split()
print(" ".join(f"{tag}:{Language.get(tag).maximize().script}" for tag in tags))
PYTHON
)
expected="az-IQ:Arab pa-PK:Arab kk-CN:Arab uz-AF:Arab ckb-IQ:Arab ku-IQ:Latn ku-IR:Latn kmr-IQ:Latn tk-IR:Latn tk-AF:Latn tg-AF:Cyrl"
printf '%s\n' "$seen"
[[ $seen == "$expected" ]] || { printf 'other than seen before: %s\n' "$expected" >&2; exit 1; }
