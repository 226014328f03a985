# /v1/entities/e2/articles

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE ("entities"."slug" = $1) LIMIT $2
-- kept
-- index entities_slug_key
-- index entity_count_deltas_pkey

# /v1/entities/e2/articles?sort=published_at

SELECT published_at, article_id AS id FROM article_entities AS link WHERE entity_id = $1 AND published_at IS
  NOT NULL ORDER BY published_at, article_id LIMIT 21
-- kept
-- index article_entities_entity_id

SELECT published_at, article_id AS id FROM article_entities AS link WHERE entity_id = $1 AND published_at IS
  NOT NULL AND (published_at, article_id) > ($2, $3) ORDER BY published_at, article_id LIMIT 21
-- kept
-- index article_entities_entity_id

# /v1/entities/e2/articles?sort=updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND EXISTS
  (SELECT "article_entities"."article_id", "article_entities"."entity_id", "article_entities"."position",
  "article_entities"."relation", "article_entities"."salience", "article_entities"."published_at",
  "article_entities"."origin" FROM "article_entities" WHERE (("article_entities"."article_id" =
  "articles"."id") AND ("article_entities"."entity_id" = $2)))) ORDER BY "articles"."updated_at" ASC,
  "articles"."id" ASC LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND EXISTS
  (SELECT "article_entities"."article_id", "article_entities"."entity_id", "article_entities"."position",
  "article_entities"."relation", "article_entities"."salience", "article_entities"."published_at",
  "article_entities"."origin" FROM "article_entities" WHERE (("article_entities"."article_id" =
  "articles"."id") AND ("article_entities"."entity_id" = $2)))) AND (articles.updated_at, articles.id) > ($3,
  $4)) ORDER BY "articles"."updated_at" ASC, "articles"."id" ASC LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_updated_at

# /v1/entities/e2/articles?language=ar

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND EXISTS (SELECT "article_entities"."article_id",
  "article_entities"."entity_id", "article_entities"."position", "article_entities"."relation",
  "article_entities"."salience", "article_entities"."published_at", "article_entities"."origin" FROM
  "article_entities" WHERE (("article_entities"."article_id" = "articles"."id") AND
  ("article_entities"."entity_id" = $3)))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_language_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND EXISTS (SELECT "article_entities"."article_id",
  "article_entities"."entity_id", "article_entities"."position", "article_entities"."relation",
  "article_entities"."salience", "article_entities"."published_at", "article_entities"."origin" FROM
  "article_entities" WHERE (("article_entities"."article_id" = "articles"."id") AND
  ("article_entities"."entity_id" = $3)))) AND (articles.sort_date, articles.id) < ($4, $5)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_language_sort_date

# /v1/entities/e2/articles?count=exact

SELECT COUNT(*) FROM "articles" WHERE (("articles"."status" = $1) AND EXISTS (SELECT
  "article_entities"."article_id", "article_entities"."entity_id", "article_entities"."position",
  "article_entities"."relation", "article_entities"."salience", "article_entities"."published_at",
  "article_entities"."origin" FROM "article_entities" WHERE (("article_entities"."article_id" =
  "articles"."id") AND ("article_entities"."entity_id" = $2))))
-- planned each time
-- index article_entities_entity_id
-- index articles_pkey

# /v1/entities/e2/articles?facets=tags,month

WITH found AS MATERIALIZED (SELECT "articles"."id", "articles"."language", "articles"."source",
  "articles"."published_at" FROM "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT
  published_at, article_id AS id FROM article_entities AS link WHERE entity_id = $1 AND published_at IS NOT
  NULL ORDER BY published_at DESC, article_id DESC LIMIT 10001) AS place)) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT $2), counted AS MATERIALIZED (SELECT * FROM found LIMIT 10000) SELECT NULL
  AS facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found
  UNION ALL (SELECT 'tags', tags.id, slug, kind, names, n FROM ( SELECT tag_id AS id, count(*) AS n FROM
  counted JOIN article_tags ON article_id = counted.id GROUP BY tag_id ORDER BY n DESC, tag_id LIMIT 20) AS
  top JOIN tags USING (id) ORDER BY n DESC, tags.id) UNION ALL (SELECT 'month', NULL, to_char(month,
  'YYYY-MM'), NULL, NULL, n FROM ( SELECT date_trunc('month', published_at AT TIME ZONE 'UTC') AS month,
  count(*) AS n FROM counted WHERE published_at IS NOT NULL GROUP BY month ORDER BY month DESC LIMIT 20) AS
  newest ORDER BY month DESC)
-- planned each time
-- index article_entities_entity_id
-- index article_tags_pkey
-- index articles_pkey
-- index tags_pkey

# /v1/entities/e2/articles?q=common

SELECT "articles"."id", "articles"."sort_date", (SELECT (ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT
  $1::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT $2::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5,
  1}', vector, (SELECT $3::tsquery)))::float8 FROM article_search WHERE article_id = articles.id) FROM
  "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT published_at, article_id AS id FROM
  article_entities AS link WHERE entity_id = $4 AND published_at IS NOT NULL AND (SELECT vector @@ (SELECT
  $5::tsquery) FROM article_search WHERE article_id = link.article_id) ORDER BY published_at DESC, article_id
  DESC LIMIT 200) AS place)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 200
-- kept
-- index article_entities_entity_id
-- index article_search_pkey
-- index articles_pkey

# /v1/entities/e2/articles?q=rare

SELECT "articles"."id", "articles"."sort_date", (SELECT (ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT
  $1::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT $2::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5,
  1}', vector, (SELECT $3::tsquery)))::float8 FROM article_search WHERE article_id = articles.id) FROM
  "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT published_at, id FROM ( SELECT article_id
  AS id, published_at FROM article_search WHERE vector @@ (SELECT $4::tsquery) AND published_at IS NOT NULL
  ORDER BY published_at DESC, article_id DESC OFFSET 0) AS candidate WHERE true AND (SELECT true FROM
  "articles" WHERE ((("articles"."status" = $5) AND EXISTS (SELECT "article_entities"."article_id",
  "article_entities"."entity_id", "article_entities"."position", "article_entities"."relation",
  "article_entities"."salience", "article_entities"."published_at", "article_entities"."origin" FROM
  "article_entities" WHERE (("article_entities"."article_id" = "articles"."id") AND
  ("article_entities"."entity_id" = $6)))) AND articles.id = candidate.id)) ORDER BY published_at DESC, id
  DESC LIMIT 1000) AS place)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 1000
-- planned each time
-- index article_entities_pkey
-- index article_search_pkey
-- index article_search_vector
-- index articles_pkey

# /v1/entities/e2/articles?q=common&sort=-published_at

SELECT published_at, article_id AS id FROM article_entities AS link WHERE entity_id = $1 AND published_at IS
  NOT NULL AND (SELECT vector @@ (SELECT $2::tsquery) FROM article_search WHERE article_id = link.article_id)
  ORDER BY published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_entities_entity_id
-- index article_search_pkey

SELECT published_at, article_id AS id FROM article_entities AS link WHERE entity_id = $1 AND published_at IS
  NOT NULL AND (published_at, article_id) < ($2, $3) AND (SELECT vector @@ (SELECT $4::tsquery) FROM
  article_search WHERE article_id = link.article_id) ORDER BY published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_entities_entity_id
-- index article_search_pkey

