#!/usr/bin/env bash
# Markdown 3.11.3 beside commonmark 0.9.2, markdown-it-py 4.3.0 and mistune 3.4.0 (PyPI).
#
# Guess: the four agree on **…** around a quotation in guillemets, whichever letters stand before and behind. Arabic writes
# the particle "and" and others together with the word, so an editor who makes the name of a newspaper bold writes
# و**«…»**.
#
# Seen: those that follow CommonMark show the stars: punctuation inside and a letter outside make a run of stars that can
# neither open nor close, and Arabic leaves no space there. Python-Markdown, older than that rule, makes it bold. The same
# body is bold in one archive and has stars in the other; behind a space all agree.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install Markdown==3.11.3 commonmark==0.9.2 markdown-it-py==4.3.0 mistune==3.4.0
seen=$("$folder/venv/bin/python" - <<'PYTHON'
import commonmark
import markdown
import markdown_it
import mistune

renderers = {
    "Markdown": markdown.markdown,
    "commonmark": commonmark.commonmark,
    "markdown-it-py": markdown_it.MarkdownIt().render,
    "mistune": mistune.html,
}
texts = ("و**«النهر»**", "**«النهر»**و", "و **«النهر»**")
for name, render in renderers.items():
    print(name, *("bold" if "<strong>" in render(text) else "stars" for text in texts))
PYTHON
)
expected="Markdown bold bold bold
commonmark stars stars bold
markdown-it-py stars stars bold
mistune stars stars bold"
printf '%s\n' "$seen"
[[ $seen == "$expected" ]] || { printf 'other than seen before:\n%s\n' "$expected" >&2; exit 1; }
