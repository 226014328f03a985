# /v1/entities/e2/cooccurring

SELECT count(*) FROM article_entities AS link WHERE link.entity_id = $1 AND link.published_at IS NOT NULL
-- planned each time
-- index article_entities_entity_id

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL ORDER BY link.published_at DESC, link.article_id DESC
  LIMIT 10000), company AS MATERIALIZED (SELECT other.entity_id, count(*) AS shared FROM own JOIN
  article_entities AS other ON other.article_id = own.article_id WHERE other.entity_id <> $2 GROUP BY
  other.entity_id HAVING count(*) >= $3 ORDER BY shared DESC, other.entity_id LIMIT 20) SELECT
  company.entity_id, shared, greatest(0, entities.article_count + (SELECT coalesce(sum(n), 0) FROM
  entity_count_deltas WHERE entity_id = entities.id))::bigint FROM company JOIN entities ON entities.id =
  company.entity_id
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey
-- index entities_pkey
-- index entity_count_deltas_pkey
-- sort of more than a page

SELECT (SELECT count(*) FROM articles WHERE true) - (SELECT count(*) FROM articles WHERE articles.status <>
  'published')
-- planned each time
-- index articles_slug_key
-- index articles_unpublished_sort_date

# /v1/entities/e2/cooccurring?type=person

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL ORDER BY link.published_at DESC, link.article_id DESC
  LIMIT 10000), company AS MATERIALIZED (SELECT other.entity_id, count(*) AS shared FROM own JOIN
  article_entities AS other ON other.article_id = own.article_id JOIN entities ON entities.id =
  other.entity_id AND entities.type = ANY ($2) WHERE other.entity_id <> $3 GROUP BY other.entity_id HAVING
  count(*) >= $4 ORDER BY shared DESC, other.entity_id LIMIT 20) SELECT company.entity_id, shared, greatest(0,
  entities.article_count + (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id =
  entities.id))::bigint FROM company JOIN entities ON entities.id = company.entity_id
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey
-- index entities_pkey
-- index entities_type_slug
-- index entity_count_deltas_pkey
-- sort of more than a page

# /v1/entities/e2/cooccurring?language=ar

SELECT count(*) FROM article_entities AS link WHERE link.entity_id = $1 AND link.published_at IS NOT NULL AND
  EXISTS (SELECT FROM articles AS of_language WHERE of_language.id = link.article_id AND of_language.language
  = ANY ($2))
-- planned each time
-- index article_entities_entity_id
-- index articles_language_sort_date

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND EXISTS (SELECT FROM articles AS of_language WHERE
  of_language.id = link.article_id AND of_language.language = ANY ($2)) ORDER BY link.published_at DESC,
  link.article_id DESC LIMIT 10000), company AS MATERIALIZED (SELECT other.entity_id, count(*) AS shared FROM
  own JOIN article_entities AS other ON other.article_id = own.article_id WHERE other.entity_id <> $3 GROUP BY
  other.entity_id HAVING count(*) >= $4 ORDER BY shared DESC, other.entity_id LIMIT 20) SELECT
  company.entity_id, shared, (SELECT count(*) FROM article_entities AS link WHERE link.entity_id =
  company.entity_id AND link.published_at IS NOT NULL AND EXISTS (SELECT FROM articles AS of_language WHERE
  of_language.id = link.article_id AND of_language.language = ANY ($5))) FROM company
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey
-- index articles_language_sort_date
-- index articles_pkey
-- sort of more than a page

SELECT (SELECT count(*) FROM articles WHERE true AND EXISTS (SELECT FROM articles AS of_language WHERE
  of_language.id = articles.id AND of_language.language = ANY ($1))) - (SELECT count(*) FROM articles WHERE
  articles.status <> 'published' AND EXISTS (SELECT FROM articles AS of_language WHERE of_language.id =
  articles.id AND of_language.language = ANY ($2)))
-- planned each time
-- index articles_language_sort_date
-- index articles_pkey
-- index articles_unpublished_sort_date

# /v1/entities/e2/cooccurring?tags=t9

SELECT count(*) FROM article_entities AS link WHERE link.entity_id = $1 AND link.published_at IS NOT NULL AND
  EXISTS (SELECT FROM article_tags AS tagged WHERE tagged.article_id = link.article_id AND tagged.tag_id = ANY
  ($2))
-- planned each time
-- index article_entities_entity_id
-- index article_tags_tag_id

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND EXISTS (SELECT FROM article_tags AS tagged WHERE
  tagged.article_id = link.article_id AND tagged.tag_id = ANY ($2)) ORDER BY link.published_at DESC,
  link.article_id DESC LIMIT 10000), company AS MATERIALIZED (SELECT other.entity_id, count(*) AS shared FROM
  own JOIN article_entities AS other ON other.article_id = own.article_id WHERE other.entity_id <> $3 GROUP BY
  other.entity_id HAVING count(*) >= $4 ORDER BY shared DESC, other.entity_id LIMIT 20) SELECT
  company.entity_id, shared, (SELECT count(*) FROM article_entities AS link WHERE link.entity_id =
  company.entity_id AND link.published_at IS NOT NULL AND EXISTS (SELECT FROM article_tags AS tagged WHERE
  tagged.article_id = link.article_id AND tagged.tag_id = ANY ($5))) FROM company
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey
-- index article_tags_pkey
-- index article_tags_tag_id
-- sort of more than a page

SELECT (SELECT count(*) FROM articles WHERE true AND EXISTS (SELECT FROM article_tags AS tagged WHERE
  tagged.article_id = articles.id AND tagged.tag_id = ANY ($1))) - (SELECT count(*) FROM articles WHERE
  articles.status <> 'published' AND EXISTS (SELECT FROM article_tags AS tagged WHERE tagged.article_id =
  articles.id AND tagged.tag_id = ANY ($2)))
-- planned each time
-- index article_tags_tag_id
-- index articles_pkey
-- index articles_unpublished_sort_date

# /v1/entities/e2/cooccurring?from=2026-03-01

SELECT count(*) FROM article_entities AS link WHERE link.entity_id = $1 AND link.published_at IS NOT NULL AND
  link.published_at >= $2
-- planned each time
-- index article_entities_entity_id

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND link.published_at >= $2 ORDER BY link.published_at
  DESC, link.article_id DESC LIMIT 10000), company AS MATERIALIZED (SELECT other.entity_id, count(*) AS shared
  FROM own JOIN article_entities AS other ON other.article_id = own.article_id WHERE other.entity_id <> $3
  GROUP BY other.entity_id HAVING count(*) >= $4 ORDER BY shared DESC, other.entity_id LIMIT 20) SELECT
  company.entity_id, shared, (SELECT count(*) FROM article_entities AS link WHERE link.entity_id =
  company.entity_id AND link.published_at IS NOT NULL AND link.published_at >= $5) FROM company
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey
-- sort of more than a page

SELECT (SELECT count(*) FROM articles WHERE true AND articles.sort_date >= $1) - (SELECT count(*) FROM
  articles WHERE articles.status <> 'published' AND articles.sort_date >= $2)
-- planned each time
-- index articles_sort_date
-- index articles_unpublished_sort_date

# /v1/entities/e2/cooccurring?to=2026-03-01

SELECT count(*) FROM article_entities AS link WHERE link.entity_id = $1 AND link.published_at IS NOT NULL AND
  link.published_at <= $2
-- planned each time
-- index article_entities_entity_id

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND link.published_at <= $2 ORDER BY link.published_at
  DESC, link.article_id DESC LIMIT 10000), company AS MATERIALIZED (SELECT other.entity_id, count(*) AS shared
  FROM own JOIN article_entities AS other ON other.article_id = own.article_id WHERE other.entity_id <> $3
  GROUP BY other.entity_id HAVING count(*) >= $4 ORDER BY shared DESC, other.entity_id LIMIT 20) SELECT
  company.entity_id, shared, (SELECT count(*) FROM article_entities AS link WHERE link.entity_id =
  company.entity_id AND link.published_at IS NOT NULL AND link.published_at <= $5) FROM company
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey

SELECT (SELECT count(*) FROM articles WHERE true AND articles.sort_date <= $1) - (SELECT count(*) FROM
  articles WHERE articles.status <> 'published' AND articles.sort_date <= $2)
-- planned each time
-- index articles_sort_date
-- index articles_unpublished_sort_date

# /v1/entities/e2/cooccurring?from=2026-03-01&to=2026-04-01&interval=day

SELECT count(*) FROM article_entities AS link WHERE link.entity_id = $1 AND link.published_at IS NOT NULL AND
  link.published_at >= $2 AND link.published_at <= $3
-- planned each time
-- index article_entities_entity_id

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND link.published_at >= $2 AND link.published_at <=
  $3 ORDER BY link.published_at DESC, link.article_id DESC LIMIT 10000), company AS MATERIALIZED (SELECT
  other.entity_id, count(*) AS shared FROM own JOIN article_entities AS other ON other.article_id =
  own.article_id WHERE other.entity_id <> $4 GROUP BY other.entity_id HAVING count(*) >= $5 ORDER BY shared
  DESC, other.entity_id LIMIT 20) SELECT company.entity_id, shared, (SELECT count(*) FROM article_entities AS
  link WHERE link.entity_id = company.entity_id AND link.published_at IS NOT NULL AND link.published_at >= $6
  AND link.published_at <= $7) FROM company
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey
-- sort of more than a page

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND link.published_at >= $2 AND link.published_at <=
  $3 ORDER BY link.published_at DESC, link.article_id DESC LIMIT 10000) SELECT other.entity_id,
  (own.published_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM own JOIN article_entities AS other ON
  other.article_id = own.article_id WHERE other.entity_id = ANY ($4) GROUP BY other.entity_id, day
-- planned each time
-- index article_entities_entity_id

# /v1/entities/e2/cooccurring?sort=npmi

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL ORDER BY link.published_at DESC, link.article_id DESC
  LIMIT 10000), company AS MATERIALIZED (SELECT other.entity_id, count(*) AS shared FROM own JOIN
  article_entities AS other ON other.article_id = own.article_id WHERE other.entity_id <> $2 GROUP BY
  other.entity_id HAVING count(*) >= $3 ORDER BY shared DESC, other.entity_id LIMIT 500) SELECT
  company.entity_id, shared, greatest(0, entities.article_count + (SELECT coalesce(sum(n), 0) FROM
  entity_count_deltas WHERE entity_id = entities.id))::bigint FROM company JOIN entities ON entities.id =
  company.entity_id
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey
-- index entities_article_count
-- index entity_count_deltas_pkey
-- sort of more than a page

# /v1/entities/e2/cooccurring?limit=7

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL ORDER BY link.published_at DESC, link.article_id DESC
  LIMIT 10000), company AS MATERIALIZED (SELECT other.entity_id, count(*) AS shared FROM own JOIN
  article_entities AS other ON other.article_id = own.article_id WHERE other.entity_id <> $2 GROUP BY
  other.entity_id HAVING count(*) >= $3 ORDER BY shared DESC, other.entity_id LIMIT 7) SELECT
  company.entity_id, shared, greatest(0, entities.article_count + (SELECT coalesce(sum(n), 0) FROM
  entity_count_deltas WHERE entity_id = entities.id))::bigint FROM company JOIN entities ON entities.id =
  company.entity_id
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey
-- index entities_pkey
-- index entity_count_deltas_pkey
-- sort of more than a page

# /v1/entities/e2/cooccurring?language=ar&tags=t1&sort=npmi

SELECT count(*) FROM article_entities AS link WHERE link.entity_id = $1 AND link.published_at IS NOT NULL AND
  EXISTS (SELECT FROM articles AS of_language WHERE of_language.id = link.article_id AND of_language.language
  = ANY ($2)) AND EXISTS (SELECT FROM article_tags AS tagged WHERE tagged.article_id = link.article_id AND
  tagged.tag_id = ANY ($3))
-- planned each time
-- index article_entities_entity_id
-- index article_tags_tag_id
-- index articles_pkey

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND EXISTS (SELECT FROM articles AS of_language WHERE
  of_language.id = link.article_id AND of_language.language = ANY ($2)) AND EXISTS (SELECT FROM article_tags
  AS tagged WHERE tagged.article_id = link.article_id AND tagged.tag_id = ANY ($3)) ORDER BY link.published_at
  DESC, link.article_id DESC LIMIT 10000), company AS MATERIALIZED (SELECT other.entity_id, count(*) AS shared
  FROM own JOIN article_entities AS other ON other.article_id = own.article_id WHERE other.entity_id <> $4
  GROUP BY other.entity_id HAVING count(*) >= $5 ORDER BY shared DESC, other.entity_id LIMIT 500) SELECT
  company.entity_id, shared, (SELECT count(*) FROM article_entities AS link WHERE link.entity_id =
  company.entity_id AND link.published_at IS NOT NULL AND EXISTS (SELECT FROM articles AS of_language WHERE
  of_language.id = link.article_id AND of_language.language = ANY ($6)) AND EXISTS (SELECT FROM article_tags
  AS tagged WHERE tagged.article_id = link.article_id AND tagged.tag_id = ANY ($7))) FROM company
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey
-- index article_tags_pkey
-- index article_tags_tag_id
-- index articles_pkey
-- sort of more than a page

SELECT (SELECT count(*) FROM articles WHERE true AND EXISTS (SELECT FROM articles AS of_language WHERE
  of_language.id = articles.id AND of_language.language = ANY ($1)) AND EXISTS (SELECT FROM article_tags AS
  tagged WHERE tagged.article_id = articles.id AND tagged.tag_id = ANY ($2))) - (SELECT count(*) FROM articles
  WHERE articles.status <> 'published' AND EXISTS (SELECT FROM articles AS of_language WHERE of_language.id =
  articles.id AND of_language.language = ANY ($3)) AND EXISTS (SELECT FROM article_tags AS tagged WHERE
  tagged.article_id = articles.id AND tagged.tag_id = ANY ($4)))
-- planned each time
-- index article_tags_pkey
-- index article_tags_tag_id
-- index articles_language_sort_date
-- index articles_pkey
-- index articles_unpublished_sort_date

# /v1/entities/e2/cooccurring?type=person&from=2026-03-01&to=2026-04-01

WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND link.published_at >= $2 AND link.published_at <=
  $3 ORDER BY link.published_at DESC, link.article_id DESC LIMIT 10000), company AS MATERIALIZED (SELECT
  other.entity_id, count(*) AS shared FROM own JOIN article_entities AS other ON other.article_id =
  own.article_id JOIN entities ON entities.id = other.entity_id AND entities.type = ANY ($4) WHERE
  other.entity_id <> $5 GROUP BY other.entity_id HAVING count(*) >= $6 ORDER BY shared DESC, other.entity_id
  LIMIT 20) SELECT company.entity_id, shared, (SELECT count(*) FROM article_entities AS link WHERE
  link.entity_id = company.entity_id AND link.published_at IS NOT NULL AND link.published_at >= $7 AND
  link.published_at <= $8) FROM company
-- planned each time
-- index article_entities_entity_id
-- index article_entities_pkey
-- index entities_pkey

