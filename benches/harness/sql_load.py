"""Loads articles by SQL alone, for a maqal that has no `import`: what a body renders to is only
like what maqal makes of it. To be removed when `maqal import` is there."""

from __future__ import annotations

import subprocess
from pathlib import Path

from . import shell
from .maqal import DATABASE, Cluster

LOAD = r"""
CREATE UNLOGGED TABLE bench_line (n serial, line jsonb);
\copy bench_line (line) FROM '{file}' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
CREATE TEMP TABLE link AS
    SELECT n, 'tags' AS what, position, object
    FROM bench_line, jsonb_array_elements(line -> 'tags') WITH ORDINALITY AS tag (object, position)
    UNION ALL
    SELECT n, 'entities', position, object
    FROM bench_line, jsonb_array_elements(line -> 'entities') WITH ORDINALITY AS entity (object, position);
INSERT INTO tags (id, slug, kind, names)
    SELECT gen_random_uuid(), object ->> 'slug', min(object ->> 'kind'), min(object ->> 'names')::jsonb
    FROM link WHERE what = 'tags' GROUP BY 2;
INSERT INTO entities (id, slug, type, names)
    SELECT gen_random_uuid(), object ->> 'slug', min(object ->> 'type'), min(object ->> 'names')::jsonb
    FROM link WHERE what = 'entities' GROUP BY 2;
INSERT INTO articles (id, slug, status, language, headline, alternative_headline, standfirst, body, body_format, body_html,
        body_text, word_count, byline, source, external_id, canonical_url, image, published_at, metadata)
    SELECT ('01980000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, line ->> 'slug', line ->> 'status',
        line ->> 'language', line ->> 'headline', line ->> 'alternative_headline', line ->> 'standfirst', line ->> 'body',
        line ->> 'body_format', '<p>' || replace(line ->> 'body', E'\n\n', E'</p>\n<p>') || '</p>', line ->> 'body',
        1 + length(line ->> 'body') / 6, line ->> 'byline', line ->> 'source', line ->> 'external_id',
        line ->> 'canonical_url', line -> 'image', (line ->> 'published_at')::timestamptz, line -> 'metadata'
    FROM bench_line ORDER BY n;
INSERT INTO article_tags (article_id, tag_id, position, published_at)
    SELECT articles.id, tags.id, link.position - 1, published_at
    FROM link JOIN tags ON tags.slug = object ->> 'slug'
        JOIN articles ON articles.id = ('01980000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
    WHERE what = 'tags';
INSERT INTO article_entities (article_id, entity_id, position, relation, salience, published_at)
    SELECT articles.id, entities.id, link.position - 1, object ->> 'relation', (object ->> 'salience')::float, published_at
    FROM link JOIN entities ON entities.slug = object ->> 'slug'
        JOIN articles ON articles.id = ('01980000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
    WHERE what = 'entities';
DROP TABLE bench_line;
"""


def load(cluster: Cluster, file: Path, database: str = DATABASE) -> None:
    psql = [
        shell.programs()["psql"],
        "-X",
        "-q",
        "-1",
        "-v",
        "ON_ERROR_STOP=1",
        *cluster.connection(database),
    ]
    script = LOAD.replace("{file}", str(file))
    done = subprocess.run([*psql, "-f", "-"], input=script, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise shell.BenchError("psql failed: " + done.stderr.strip()[-500:])
