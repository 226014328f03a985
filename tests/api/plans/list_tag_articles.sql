# /v1/tags/t1/articles?sort=published_at

SELECT published_at, article_id AS id FROM (SELECT DISTINCT page.* FROM unnest($1::uuid[]) AS linked (id)
  CROSS JOIN LATERAL (SELECT published_at, article_id FROM article_tags AS link WHERE tag_id = linked.id AND
  published_at IS NOT NULL ORDER BY published_at, article_id LIMIT 21) AS page) AS pages ORDER BY
  published_at, article_id LIMIT 21
-- kept
-- index article_tags_tag_id

SELECT published_at, article_id AS id FROM (SELECT DISTINCT page.* FROM unnest($1::uuid[]) AS linked (id)
  CROSS JOIN LATERAL (SELECT published_at, article_id FROM article_tags AS link WHERE tag_id = linked.id AND
  published_at IS NOT NULL AND (published_at, article_id) > ($2, $3) ORDER BY published_at, article_id LIMIT
  21) AS page) AS pages ORDER BY published_at, article_id LIMIT 21
-- kept
-- index article_tags_tag_id

# /v1/tags/t1/articles?sort=updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND EXISTS
  (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = ANY($2))))) ORDER BY "articles"."updated_at" ASC, "articles"."id" ASC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND EXISTS
  (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = ANY($2))))) AND (articles.updated_at, articles.id) > ($3, $4)) ORDER BY
  "articles"."updated_at" ASC, "articles"."id" ASC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_updated_at

# /v1/tags/t1/articles?language=ar

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id",
  "article_tags"."position", "article_tags"."published_at" FROM "article_tags" WHERE
  (("article_tags"."article_id" = "articles"."id") AND ("article_tags"."tag_id" = ANY($3))))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_language_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id",
  "article_tags"."position", "article_tags"."published_at" FROM "article_tags" WHERE
  (("article_tags"."article_id" = "articles"."id") AND ("article_tags"."tag_id" = ANY($3))))) AND
  (articles.sort_date, articles.id) < ($4, $5)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC
  LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_language_sort_date

# /v1/tags/t1/articles?count=exact

SELECT COUNT(*) FROM "articles" WHERE (("articles"."status" = $1) AND EXISTS (SELECT
  "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = ANY($2)))))
-- planned each time
-- index article_tags_tag_id
-- index articles_pkey

# /v1/tags/t1/articles?facets=tags,month

WITH found AS MATERIALIZED (SELECT "articles"."id", "articles"."language", "articles"."source",
  "articles"."published_at" FROM "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT
  published_at, article_id AS id FROM (SELECT DISTINCT page.* FROM unnest($1::uuid[]) AS linked (id) CROSS
  JOIN LATERAL (SELECT published_at, article_id FROM article_tags AS link WHERE tag_id = linked.id AND
  published_at IS NOT NULL ORDER BY published_at DESC, article_id DESC LIMIT 10001) AS page) AS pages ORDER BY
  published_at DESC, article_id DESC LIMIT 10001) AS place)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT $2), counted AS MATERIALIZED (SELECT * FROM found LIMIT 10000) SELECT NULL AS
  facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found UNION
  ALL (SELECT 'tags', tags.id, slug, kind, names, n FROM ( SELECT tag_id AS id, count(*) AS n FROM counted
  JOIN article_tags ON article_id = counted.id GROUP BY tag_id ORDER BY n DESC, tag_id LIMIT 20) AS top JOIN
  tags USING (id) ORDER BY n DESC, tags.id) UNION ALL (SELECT 'month', NULL, to_char(month, 'YYYY-MM'), NULL,
  NULL, n FROM ( SELECT date_trunc('month', published_at AT TIME ZONE 'UTC') AS month, count(*) AS n FROM
  counted WHERE published_at IS NOT NULL GROUP BY month ORDER BY month DESC LIMIT 20) AS newest ORDER BY month
  DESC)
-- planned each time
-- index article_tags_pkey
-- index article_tags_tag_id
-- index articles_pkey
-- index tags_pkey

# /v1/tags/t1/articles?q=common

SELECT "articles"."id", "articles"."sort_date", (SELECT (ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT
  $1::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT $2::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5,
  1}', vector, (SELECT $3::tsquery)))::float8 FROM article_search WHERE article_id = articles.id) FROM
  "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT published_at, article_id AS id FROM (SELECT
  DISTINCT page.* FROM unnest($4::uuid[]) AS linked (id) CROSS JOIN LATERAL (SELECT published_at, article_id
  FROM article_tags AS link WHERE tag_id = linked.id AND published_at IS NOT NULL AND (SELECT vector @@
  (SELECT $5::tsquery) FROM article_search WHERE article_id = link.article_id) ORDER BY published_at DESC,
  article_id DESC LIMIT 200) AS page) AS pages ORDER BY published_at DESC, article_id DESC LIMIT 200) AS
  place)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 200
-- kept
-- index article_search_pkey
-- index article_tags_tag_id
-- index articles_pkey

# /v1/tags/t1/articles?q=rare

SELECT "articles"."id", "articles"."sort_date", (SELECT (ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT
  $1::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT $2::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5,
  1}', vector, (SELECT $3::tsquery)))::float8 FROM article_search WHERE article_id = articles.id) FROM
  "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT published_at, id FROM ( SELECT article_id
  AS id, published_at FROM article_search WHERE vector @@ (SELECT $4::tsquery) AND published_at IS NOT NULL
  ORDER BY published_at DESC, article_id DESC OFFSET 0) AS candidate WHERE true AND (SELECT true FROM
  "articles" WHERE ((("articles"."status" = $5) AND EXISTS (SELECT "article_tags"."article_id",
  "article_tags"."tag_id", "article_tags"."position", "article_tags"."published_at" FROM "article_tags" WHERE
  (("article_tags"."article_id" = "articles"."id") AND ("article_tags"."tag_id" = ANY($6))))) AND articles.id
  = candidate.id)) ORDER BY published_at DESC, id DESC LIMIT 1000) AS place)) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT 1000
-- planned each time
-- index article_search_pkey
-- index article_search_vector
-- index article_tags_pkey
-- index articles_pkey

