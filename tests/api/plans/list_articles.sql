# /v1/articles

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- kept
-- index articles_sort_date

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN false THEN "articles"."body" END, CASE WHEN false
  THEN "articles"."body_html" END, CASE WHEN false THEN "articles"."body_text" END, CASE WHEN false THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN false THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (articles.status = 'published' AND articles.id IN ($…))
-- kept
-- index articles_pkey

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  (articles.sort_date, articles.id) < ($2, $3)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC
  LIMIT 21
-- kept
-- index articles_sort_date

# /v1/articles?q=common

SELECT asked.n, label.* FROM unnest($1) WITH ORDINALITY AS asked (query, n) CROSS JOIN LATERAL ( (SELECT
  'tag', id, slug, ARRAY[]::uuid[] FROM tag_search JOIN tags ON id = tag_id WHERE vector @@
  asked.query::tsquery ORDER BY article_count DESC, id LIMIT 100) UNION ALL (SELECT 'entity', entities.id,
  slug, ARRAY(SELECT from_id FROM entity_merges WHERE into_id = entities.id) FROM entity_search JOIN entities
  ON entities.id = entity_id WHERE vector @@ asked.query::tsquery ORDER BY article_count DESC, entities.id
  LIMIT 100) ) AS label
-- kept
-- index entities_pkey
-- index entity_merges_into_id
-- index entity_search_vector
-- index tag_search_vector
-- index tags_pkey

SELECT coalesce(most_common_elems::text::text[], '{}') AS lexemes, coalesce(most_common_elem_freqs, '{}') AS
  parts, reltuples AS articles FROM pg_class LEFT JOIN pg_stats ON schemaname = 'public' AND tablename =
  relname AND attname = 'vector' WHERE pg_class.oid = 'article_search'::regclass
-- planned each time
-- index pg_attribute_relid_attnam_index
-- index pg_class_oid_index
-- index pg_namespace_oid_index
-- index pg_statistic_relid_att_inh_index

SELECT "articles"."id", "articles"."sort_date", (SELECT (ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT
  $1::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT $2::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5,
  1}', vector, (SELECT $3::tsquery)))::float8 FROM article_search WHERE article_id = articles.id) FROM
  "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT published_at, article_id AS id FROM
  article_search WHERE (vector @@ (SELECT $4::tsquery)) IS TRUE AND published_at IS NOT NULL ORDER BY
  published_at DESC, article_id DESC LIMIT 200) AS place)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 200
-- kept
-- index article_search_pkey
-- index article_search_published_at
-- index articles_pkey

# /v1/articles?q=common&match=exact

SELECT "articles"."id", "articles"."sort_date", (SELECT (ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT
  $1::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT $2::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5,
  1}', vector, (SELECT $3::tsquery)))::float8 FROM article_search WHERE article_id = articles.id) FROM
  "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT published_at, id FROM ( SELECT article_id
  AS id, published_at FROM article_search WHERE vector @@ (SELECT $4::tsquery) AND published_at IS NOT NULL
  ORDER BY published_at DESC, article_id DESC OFFSET 0) AS candidate WHERE true ORDER BY published_at DESC, id
  DESC LIMIT 200) AS place)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 200
-- kept
-- index article_search_pkey
-- index article_search_vector
-- index articles_pkey

# /v1/articles?q=common&highlight=true

SELECT "articles"."id", left(body_text, 50000) FROM "articles" WHERE (articles.status = 'published' AND
  ("articles"."id" = ANY($1)))
-- planned each time
-- index articles_pkey

# /v1/articles?status=draft

SELECT "api_keys"."id", "api_keys"."name", "api_keys"."role", "api_keys"."secret_sha256",
  "api_keys"."created_at", "api_keys"."revoked_at", "api_keys"."expires_at" FROM "api_keys" WHERE
  ((("api_keys"."id" = $1) AND ("api_keys"."revoked_at" IS NULL)) AND (("api_keys"."expires_at" IS NULL) OR
  ("api_keys"."expires_at" > $2))) LIMIT $3
-- kept
-- index api_keys_pkey

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN false THEN "articles"."body" END, CASE WHEN false
  THEN "articles"."body_html" END, CASE WHEN false THEN "articles"."body_text" END, CASE WHEN false THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN false THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (true AND articles.id IN ($…))
-- kept
-- index articles_pkey

# /v1/articles?language=ar

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."language" = $2)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- kept
-- index articles_language_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND (articles.sort_date, articles.id) < ($3, $4)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- kept
-- index articles_language_sort_date

# /v1/articles?source=s1

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."source" = $2)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- kept
-- index articles_source_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND (articles.sort_date, articles.id) < ($3, $4)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- kept
-- index articles_source_sort_date

# /v1/articles?external_id=x7&source=s7

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND ("articles"."external_id" = $3)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_external_id_source_key

# /v1/articles?byline=b4

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."byline" = $2)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_byline_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."byline" = $2)) AND (articles.sort_date, articles.id) < ($3, $4)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_byline_sort_date

# /v1/articles?has=image

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."image" IS NOT NULL)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_image_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."image" IS NOT NULL)) AND (articles.sort_date, articles.id) < ($2, $3)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_image_sort_date

# /v1/articles?translation_of=a1

SELECT "articles"."id" FROM "articles" WHERE (articles.status = 'published' AND ("articles"."slug" = $1))
  LIMIT $2
-- kept
-- index articles_slug_key

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."translation_of" = $2)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_translation_of

# /v1/articles?tags=t9

WITH RECURSIVE family AS ( SELECT id AS root, slug, id, false AS is_below FROM tags WHERE id = ANY ($1) OR
  slug = ANY ($2) UNION SELECT root, family.slug, below.id, true FROM family JOIN tags AS below ON
  below.parent_id = family.id ) SELECT root, slug, id FROM family ORDER BY is_below
-- kept
-- index tags_parent_id
-- index tags_pkey
-- index tags_slug_key

SELECT published_at, article_id AS id FROM article_tags AS link WHERE tag_id = $1 AND published_at IS NOT NULL
  ORDER BY published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_tags_tag_id

SELECT published_at, article_id AS id FROM article_tags AS link WHERE tag_id = $1 AND published_at IS NOT NULL
  AND (published_at, article_id) < ($2, $3) ORDER BY published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_tags_tag_id

# /v1/articles?tags_any=t9&tags_any=t8

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND EXISTS
  (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = ANY($2))))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND EXISTS
  (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = ANY($2))))) AND (articles.sort_date, articles.id) < ($3, $4)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_sort_date

# /v1/articles?tags_none=t1

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND NOT
  (EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = ANY($2)))))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND NOT
  (EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = ANY($2)))))) AND (articles.sort_date, articles.id) < ($3, $4)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_sort_date

# /v1/articles?tag_kind=topic

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND EXISTS
  (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at", "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id",
  "tags"."names", "tags"."description", "tags"."scheme", "tags"."code", "tags"."article_count",
  "tags"."version", "tags"."created_at", "tags"."updated_at" FROM ("article_tags" INNER JOIN "tags" ON
  ("article_tags"."tag_id" = "tags"."id")) WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("tags"."kind" = ANY($2))))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_sort_date
-- index tags_pkey

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND EXISTS
  (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at", "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id",
  "tags"."names", "tags"."description", "tags"."scheme", "tags"."code", "tags"."article_count",
  "tags"."version", "tags"."created_at", "tags"."updated_at" FROM ("article_tags" INNER JOIN "tags" ON
  ("article_tags"."tag_id" = "tags"."id")) WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("tags"."kind" = ANY($2))))) AND (articles.sort_date, articles.id) < ($3, $4)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_sort_date
-- index tags_pkey

# /v1/articles?entities=e9

SELECT "entities"."id", "entities"."slug" FROM "entities" WHERE (("entities"."id" = ANY($1)) OR
  ("entities"."slug" = ANY($2)))
-- kept
-- index entities_pkey
-- index entities_slug_key

SELECT published_at, article_id AS id FROM article_entities AS link WHERE entity_id = $1 AND published_at IS
  NOT NULL ORDER BY published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_entities_entity_id

SELECT published_at, article_id AS id FROM article_entities AS link WHERE entity_id = $1 AND published_at IS
  NOT NULL AND (published_at, article_id) < ($2, $3) ORDER BY published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_entities_entity_id

# /v1/articles?entities_any=e9&entities_any=e8

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND EXISTS
  (SELECT "article_entities"."article_id", "article_entities"."entity_id", "article_entities"."position",
  "article_entities"."relation", "article_entities"."salience", "article_entities"."published_at",
  "article_entities"."origin" FROM "article_entities" WHERE (("article_entities"."article_id" =
  "articles"."id") AND ("article_entities"."entity_id" = ANY($2))))) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND EXISTS
  (SELECT "article_entities"."article_id", "article_entities"."entity_id", "article_entities"."position",
  "article_entities"."relation", "article_entities"."salience", "article_entities"."published_at",
  "article_entities"."origin" FROM "article_entities" WHERE (("article_entities"."article_id" =
  "articles"."id") AND ("article_entities"."entity_id" = ANY($2))))) AND (articles.sort_date, articles.id) <
  ($3, $4)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_sort_date

# /v1/articles?entities_none=e1

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND NOT
  (EXISTS (SELECT "article_entities"."article_id", "article_entities"."entity_id",
  "article_entities"."position", "article_entities"."relation", "article_entities"."salience",
  "article_entities"."published_at", "article_entities"."origin" FROM "article_entities" WHERE
  (("article_entities"."article_id" = "articles"."id") AND ("article_entities"."entity_id" = ANY($2))))))
  ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND NOT
  (EXISTS (SELECT "article_entities"."article_id", "article_entities"."entity_id",
  "article_entities"."position", "article_entities"."relation", "article_entities"."salience",
  "article_entities"."published_at", "article_entities"."origin" FROM "article_entities" WHERE
  (("article_entities"."article_id" = "articles"."id") AND ("article_entities"."entity_id" = ANY($2)))))) AND
  (articles.sort_date, articles.id) < ($3, $4)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC
  LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_sort_date

# /v1/articles?entity_type=person

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND EXISTS
  (SELECT "article_entities"."article_id", "article_entities"."entity_id", "article_entities"."position",
  "article_entities"."relation", "article_entities"."salience", "article_entities"."published_at",
  "article_entities"."origin", "entities"."id", "entities"."slug", "entities"."type", "entities"."names",
  "entities"."aliases", "entities"."description", "entities"."wikidata_id", "entities"."same_as",
  "entities"."latitude", "entities"."longitude", "entities"."article_count", "entities"."version",
  "entities"."created_at", "entities"."updated_at", "entities"."source", "entities"."external_id",
  "entities"."named_in" FROM ("article_entities" INNER JOIN "entities" ON ("article_entities"."entity_id" =
  "entities"."id")) WHERE (("article_entities"."article_id" = "articles"."id") AND ("entities"."type" =
  ANY($2))))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_sort_date
-- index entities_pkey

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND EXISTS
  (SELECT "article_entities"."article_id", "article_entities"."entity_id", "article_entities"."position",
  "article_entities"."relation", "article_entities"."salience", "article_entities"."published_at",
  "article_entities"."origin", "entities"."id", "entities"."slug", "entities"."type", "entities"."names",
  "entities"."aliases", "entities"."description", "entities"."wikidata_id", "entities"."same_as",
  "entities"."latitude", "entities"."longitude", "entities"."article_count", "entities"."version",
  "entities"."created_at", "entities"."updated_at", "entities"."source", "entities"."external_id",
  "entities"."named_in" FROM ("article_entities" INNER JOIN "entities" ON ("article_entities"."entity_id" =
  "entities"."id")) WHERE (("article_entities"."article_id" = "articles"."id") AND ("entities"."type" =
  ANY($2))))) AND (articles.sort_date, articles.id) < ($3, $4)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_sort_date
-- index entities_pkey

# /v1/articles?from=2026-03-01&date_field=published_at

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."published_at" IS NOT NULL)) AND ("articles"."sort_date" >= $2)) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((("articles"."status" = $1) AND
  ("articles"."published_at" IS NOT NULL)) AND ("articles"."sort_date" >= $2)) AND (articles.sort_date,
  articles.id) < ($3, $4)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_sort_date

# /v1/articles?from=2026-03-01&date_field=updated_at

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."updated_at" >= $2)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."updated_at" >= $2)) AND (articles.sort_date, articles.id) < ($3, $4)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_sort_date

# /v1/articles?from=2026-03-01&date_field=created_at

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."created_at" >= $2)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."created_at" >= $2)) AND (articles.sort_date, articles.id) < ($3, $4)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_sort_date

# /v1/articles?to=2026-03-01

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."published_at" IS NOT NULL)) AND ("articles"."sort_date" <= $2)) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((("articles"."status" = $1) AND
  ("articles"."published_at" IS NOT NULL)) AND ("articles"."sort_date" <= $2)) AND (articles.sort_date,
  articles.id) < ($3, $4)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_sort_date

# /v1/articles?sort=published_at

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY
  "articles"."sort_date" ASC, "articles"."id" ASC LIMIT 21
-- kept
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  (articles.sort_date, articles.id) > ($2, $3)) ORDER BY "articles"."sort_date" ASC, "articles"."id" ASC LIMIT
  21
-- kept
-- index articles_sort_date

# /v1/articles?sort=-updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY
  "articles"."updated_at" DESC, "articles"."id" DESC LIMIT 21
-- kept
-- index articles_updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  (articles.updated_at, articles.id) < ($2, $3)) ORDER BY "articles"."updated_at" DESC, "articles"."id" DESC
  LIMIT 21
-- kept
-- index articles_updated_at

# /v1/articles?sort=updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY
  "articles"."updated_at" ASC, "articles"."id" ASC LIMIT 21
-- kept
-- index articles_updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  (articles.updated_at, articles.id) > ($2, $3)) ORDER BY "articles"."updated_at" ASC, "articles"."id" ASC
  LIMIT 21
-- kept
-- index articles_updated_at

# /v1/articles?sort=headline

SELECT "articles"."headline", "articles"."id" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY
  "articles"."headline" ASC, "articles"."id" ASC LIMIT 21
-- kept
-- index articles_headline

SELECT "articles"."headline", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  (articles.headline, articles.id) > ($2, $3)) ORDER BY "articles"."headline" ASC, "articles"."id" ASC LIMIT
  21
-- kept
-- index articles_headline

# /v1/articles?fields=body

SELECT "articles"."id", (((CAST(octet_length("articles"."body") AS int8) * $1) +
  (CAST(octet_length("articles"."body_html") AS int8) * $2)) + (CAST(octet_length("articles"."body_text") AS
  int8) * $3)) FROM "articles" WHERE (articles.status = 'published' AND ("articles"."id" = ANY($4)))
-- kept
-- index articles_pkey

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN true THEN "articles"."body" END, CASE WHEN false
  THEN "articles"."body_html" END, CASE WHEN false THEN "articles"."body_text" END, CASE WHEN false THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN false THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (articles.status = 'published' AND articles.id IN ($…))
-- planned each time
-- index articles_pkey

# /v1/articles?fields=body_html

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN false THEN "articles"."body" END, CASE WHEN true
  THEN "articles"."body_html" END, CASE WHEN false THEN "articles"."body_text" END, CASE WHEN false THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN false THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (articles.status = 'published' AND articles.id IN ($…))
-- planned each time
-- index articles_pkey

# /v1/articles?fields=body_text

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN false THEN "articles"."body" END, CASE WHEN false
  THEN "articles"."body_html" END, CASE WHEN true THEN "articles"."body_text" END, CASE WHEN false THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN false THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (articles.status = 'published' AND articles.id IN ($…))
-- planned each time
-- index articles_pkey

# /v1/articles?include=tags

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN false THEN "articles"."body" END, CASE WHEN false
  THEN "articles"."body_html" END, CASE WHEN false THEN "articles"."body_text" END, CASE WHEN true THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN false THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (articles.status = 'published' AND articles.id IN ($…))
-- kept
-- index article_tags_pkey
-- index articles_pkey

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."names" FROM "tags" WHERE tags.id IN ($…)
-- kept
-- index tags_pkey

# /v1/articles?include=entities

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN false THEN "articles"."body" END, CASE WHEN false
  THEN "articles"."body_html" END, CASE WHEN false THEN "articles"."body_text" END, CASE WHEN false THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN true THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (articles.status = 'published' AND articles.id IN ($…))
-- kept
-- index article_entities_pkey
-- index articles_pkey

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names" FROM "entities" WHERE
  entities.id IN ($…)
-- kept
-- index entities_pkey

# /v1/articles?facets=tags

WITH found AS MATERIALIZED (SELECT "articles"."id", "articles"."language", "articles"."source",
  "articles"."published_at" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT $2), counted AS MATERIALIZED (SELECT * FROM found LIMIT 10000) SELECT NULL
  AS facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found
  UNION ALL (SELECT 'tags', tags.id, slug, kind, names, n FROM ( SELECT tag_id AS id, count(*) AS n FROM
  counted JOIN article_tags ON article_id = counted.id GROUP BY tag_id ORDER BY n DESC, tag_id LIMIT 20) AS
  top JOIN tags USING (id) ORDER BY n DESC, tags.id)
-- planned each time
-- index article_tags_pkey
-- index articles_sort_date
-- index tags_pkey
-- sort of more than a page

# /v1/articles?facets=entities

WITH found AS MATERIALIZED (SELECT "articles"."id", "articles"."language", "articles"."source",
  "articles"."published_at" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT $2), counted AS MATERIALIZED (SELECT * FROM found LIMIT 10000) SELECT NULL
  AS facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found
  UNION ALL (SELECT 'entities', entities.id, slug, type, names, n FROM ( SELECT entity_id AS id, count(*) AS n
  FROM counted JOIN article_entities ON article_id = counted.id GROUP BY entity_id ORDER BY n DESC, entity_id
  LIMIT 20) AS top JOIN entities USING (id) ORDER BY n DESC, entities.id)
-- planned each time
-- index article_entities_pkey
-- index articles_sort_date
-- index entities_pkey
-- sort of more than a page

# /v1/articles?facets=language

WITH found AS MATERIALIZED (SELECT "articles"."id", "articles"."language", "articles"."source",
  "articles"."published_at" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT $2), counted AS MATERIALIZED (SELECT * FROM found LIMIT 10000) SELECT NULL
  AS facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found
  UNION ALL (SELECT 'language', NULL, language, NULL, NULL, count(*) AS n FROM counted GROUP BY language ORDER
  BY n DESC, language LIMIT 20)
-- planned each time
-- index articles_sort_date
-- sort of more than a page

# /v1/articles?facets=source

WITH found AS MATERIALIZED (SELECT "articles"."id", "articles"."language", "articles"."source",
  "articles"."published_at" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT $2), counted AS MATERIALIZED (SELECT * FROM found LIMIT 10000) SELECT NULL
  AS facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found
  UNION ALL (SELECT 'source', NULL, source, NULL, NULL, count(*) AS n FROM counted WHERE source IS NOT NULL
  GROUP BY source ORDER BY n DESC, source LIMIT 20)
-- planned each time
-- index articles_sort_date
-- sort of more than a page

# /v1/articles?facets=month

WITH found AS MATERIALIZED (SELECT "articles"."id", "articles"."language", "articles"."source",
  "articles"."published_at" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT $2), counted AS MATERIALIZED (SELECT * FROM found LIMIT 10000) SELECT NULL
  AS facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found
  UNION ALL (SELECT 'month', NULL, to_char(month, 'YYYY-MM'), NULL, NULL, n FROM ( SELECT date_trunc('month',
  published_at AT TIME ZONE 'UTC') AS month, count(*) AS n FROM counted WHERE published_at IS NOT NULL GROUP
  BY month ORDER BY month DESC LIMIT 20) AS newest ORDER BY month DESC)
-- planned each time
-- index articles_sort_date
-- sort of more than a page

# /v1/articles?facets=tags&facet_limit=5

WITH found AS MATERIALIZED (SELECT "articles"."id", "articles"."language", "articles"."source",
  "articles"."published_at" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT $2), counted AS MATERIALIZED (SELECT * FROM found LIMIT 10000) SELECT NULL
  AS facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found
  UNION ALL (SELECT 'tags', tags.id, slug, kind, names, n FROM ( SELECT tag_id AS id, count(*) AS n FROM
  counted JOIN article_tags ON article_id = counted.id GROUP BY tag_id ORDER BY n DESC, tag_id LIMIT 5) AS top
  JOIN tags USING (id) ORDER BY n DESC, tags.id)
-- planned each time
-- index article_tags_pkey
-- index articles_sort_date
-- index tags_pkey
-- sort of more than a page

# /v1/articles?limit=7

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 8
-- planned each time
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  (articles.sort_date, articles.id) < ($2, $3)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC
  LIMIT 8
-- planned each time
-- index articles_sort_date

# /v1/articles?count=estimated

SELECT count(*) FROM (SELECT "articles"."id" FROM "articles" WHERE ("articles"."status" = $1) LIMIT 10001) AS
  counted
-- planned each time
-- all of articles

SELECT pg_relation_size(to_regclass($1)) / current_setting('block_size')::float8
-- kept

SELECT count(*) FROM (SELECT "articles"."id" FROM "articles" WHERE ("articles"."status" = $1)) AS counted (id)
  WHERE id IN (SELECT id FROM articles TABLESAMPLE SYSTEM (100) REPEATABLE (0))
-- planned each time
-- index articles_pkey
-- sample of articles

# /v1/articles?count=exact

SELECT COUNT(*) FROM "articles" WHERE ("articles"."status" = $1)
-- planned each time
-- all of articles

# /v1/articles?format=ndjson

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ("articles"."status" = $1) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  (articles.sort_date, articles.id) < ($2, $3)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC
  LIMIT 501
-- planned each time
-- index articles_sort_date

# /v1/articles?q=rare

SELECT "articles"."id", "articles"."sort_date", (SELECT (ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT
  $1::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT $2::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5,
  1}', vector, (SELECT $3::tsquery)))::float8 FROM article_search WHERE article_id = articles.id) FROM
  "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT published_at, id FROM ( SELECT article_id
  AS id, published_at FROM article_search WHERE vector @@ (SELECT $4::tsquery) AND published_at IS NOT NULL
  ORDER BY published_at DESC, article_id DESC OFFSET 0) AS candidate WHERE true ORDER BY published_at DESC, id
  DESC LIMIT 1000) AS place)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 1000
-- kept
-- index article_search_pkey
-- index article_search_vector
-- index articles_pkey

# /v1/articles?q=rare&sort=-published_at

SELECT published_at, id FROM ( SELECT article_id AS id, published_at FROM article_search WHERE vector @@
  (SELECT $1::tsquery) AND published_at IS NOT NULL ORDER BY published_at DESC, article_id DESC OFFSET 0) AS
  candidate WHERE true ORDER BY published_at DESC, id DESC LIMIT 21
-- kept
-- index article_search_vector

# /v1/articles?q=common&sort=-published_at

SELECT published_at, article_id AS id FROM article_search WHERE (vector @@ (SELECT $1::tsquery)) IS TRUE AND
  published_at IS NOT NULL ORDER BY published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_search_published_at

SELECT published_at, article_id AS id FROM article_search WHERE (vector @@ (SELECT $1::tsquery)) IS TRUE AND
  published_at IS NOT NULL AND (published_at, article_id) < ($2, $3) ORDER BY published_at DESC, article_id
  DESC LIMIT 21
-- kept
-- index article_search_published_at

# /v1/articles?q=common+rare&sort=published_at

SELECT published_at, id FROM ( SELECT article_id AS id, published_at FROM article_search WHERE vector @@
  (SELECT $1::tsquery) AND published_at IS NOT NULL ORDER BY published_at, article_id OFFSET 0) AS candidate
  WHERE true ORDER BY published_at, id LIMIT 21
-- kept
-- index article_search_vector

# /v1/articles?q=%22common+rare%22

SELECT "articles"."id", "articles"."sort_date", (SELECT (ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT
  $1::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT $2::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5,
  1}', vector, (SELECT $3::tsquery)))::float8 FROM article_search WHERE article_id = articles.id) FROM
  "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT published_at, id FROM ( SELECT article_id
  AS id, published_at FROM article_search WHERE vector @@ (SELECT $4::tsquery) AND published_at IS NOT NULL
  ORDER BY published_at DESC, article_id DESC OFFSET 0) AS candidate WHERE true AND (SELECT vector @@ (SELECT
  $5::tsquery) FROM article_search WHERE article_id = candidate.id) ORDER BY published_at DESC, id DESC LIMIT
  1000) AS place)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 1000
-- kept
-- index article_search_pkey
-- index article_search_vector
-- index articles_pkey

# /v1/articles?q=%22common+rare%22&sort=-published_at

SELECT published_at, id FROM ( SELECT article_id AS id, published_at FROM article_search WHERE vector @@
  (SELECT $1::tsquery) AND published_at IS NOT NULL ORDER BY published_at DESC, article_id DESC OFFSET 0) AS
  candidate WHERE true AND (SELECT vector @@ (SELECT $2::tsquery) FROM article_search WHERE article_id =
  candidate.id) ORDER BY published_at DESC, id DESC LIMIT 21
-- kept
-- index article_search_pkey
-- index article_search_vector

# /v1/articles?q=common&sort=updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND (SELECT
  vector @@ (SELECT $2::tsquery) FROM article_search WHERE article_id = articles.id)) ORDER BY
  "articles"."updated_at" ASC, "articles"."id" ASC LIMIT 21
-- planned each time
-- index article_search_pkey
-- index articles_updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND (SELECT
  vector @@ (SELECT $2::tsquery) FROM article_search WHERE article_id = articles.id)) AND
  (articles.updated_at, articles.id) > ($3, $4)) ORDER BY "articles"."updated_at" ASC, "articles"."id" ASC
  LIMIT 21
-- planned each time
-- index article_search_pkey
-- index articles_updated_at

# /v1/articles?q=rare&sort=headline

SELECT "articles"."headline", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  articles.id = ANY (ARRAY(SELECT article_id FROM article_search WHERE vector @@ (SELECT $2::tsquery)))) ORDER
  BY "articles"."headline" ASC, "articles"."id" ASC LIMIT 21
-- planned each time
-- index article_search_vector
-- index articles_pkey

# /v1/articles?q=common&tags=t9&sort=-published_at

SELECT published_at, article_id AS id FROM article_tags AS link WHERE tag_id = $1 AND published_at IS NOT NULL
  AND (SELECT vector @@ (SELECT $2::tsquery) FROM article_search WHERE article_id = link.article_id) ORDER BY
  published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_search_pkey
-- index article_tags_tag_id

# /v1/articles?q=rare&tags=t9

SELECT "articles"."id", "articles"."sort_date", (SELECT (ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT
  $1::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT $2::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5,
  1}', vector, (SELECT $3::tsquery)))::float8 FROM article_search WHERE article_id = articles.id) FROM
  "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT published_at, id FROM ( SELECT article_id
  AS id, published_at FROM article_search WHERE vector @@ (SELECT $4::tsquery) AND published_at IS NOT NULL
  ORDER BY published_at DESC, article_id DESC OFFSET 0) AS candidate WHERE true AND (SELECT true FROM
  "articles" WHERE ((("articles"."status" = $5) AND EXISTS (SELECT "article_tags"."article_id",
  "article_tags"."tag_id", "article_tags"."position", "article_tags"."published_at" FROM "article_tags" WHERE
  (("article_tags"."article_id" = "articles"."id") AND ("article_tags"."tag_id" = $6)))) AND articles.id =
  candidate.id)) ORDER BY published_at DESC, id DESC LIMIT 1000) AS place)) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT 1000
-- planned each time
-- index article_search_pkey
-- index article_search_vector
-- index article_tags_pkey
-- index articles_pkey

# /v1/articles?q=common&tags=t1&sort=-published_at

SELECT published_at, article_id AS id FROM (SELECT DISTINCT page.* FROM unnest($1::uuid[]) AS linked (id)
  CROSS JOIN LATERAL (SELECT published_at, article_id FROM article_tags AS link WHERE tag_id = linked.id AND
  published_at IS NOT NULL AND (SELECT vector @@ (SELECT $2::tsquery) FROM article_search WHERE article_id =
  link.article_id) ORDER BY published_at DESC, article_id DESC LIMIT 21) AS page) AS pages ORDER BY
  published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_search_pkey
-- index article_tags_tag_id

SELECT published_at, article_id AS id FROM (SELECT DISTINCT page.* FROM unnest($1::uuid[]) AS linked (id)
  CROSS JOIN LATERAL (SELECT published_at, article_id FROM article_tags AS link WHERE tag_id = linked.id AND
  published_at IS NOT NULL AND (published_at, article_id) < ($2, $3) AND (SELECT vector @@ (SELECT
  $4::tsquery) FROM article_search WHERE article_id = link.article_id) ORDER BY published_at DESC, article_id
  DESC LIMIT 21) AS page) AS pages ORDER BY published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_search_pkey
-- index article_tags_tag_id

# /v1/articles?q=common&language=ar&sort=-published_at

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND (SELECT vector @@ (SELECT $3::tsquery) FROM article_search WHERE
  article_id = articles.id)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- kept
-- index article_search_pkey
-- index articles_language_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND (SELECT vector @@ (SELECT $3::tsquery) FROM article_search WHERE
  article_id = articles.id)) AND (articles.sort_date, articles.id) < ($4, $5)) ORDER BY "articles"."sort_date"
  DESC, "articles"."id" DESC LIMIT 21
-- kept
-- index article_search_pkey
-- index articles_language_sort_date

# /v1/articles?q=rare&language=ar&has=image

SELECT "articles"."id", "articles"."sort_date", (SELECT (ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT
  $1::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5, 1}', vector, (SELECT $2::tsquery)) + ts_rank_cd('{0.3, 0.5, 0.5,
  1}', vector, (SELECT $3::tsquery)))::float8 FROM article_search WHERE article_id = articles.id) FROM
  "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT published_at, id FROM ( SELECT article_id
  AS id, published_at FROM article_search WHERE vector @@ (SELECT $4::tsquery) AND published_at IS NOT NULL
  ORDER BY published_at DESC, article_id DESC OFFSET 0) AS candidate WHERE true AND (SELECT true FROM
  "articles" WHERE (((("articles"."status" = $5) AND ("articles"."language" = $6)) AND ("articles"."image" IS
  NOT NULL)) AND articles.id = candidate.id)) ORDER BY published_at DESC, id DESC LIMIT 1000) AS place)) ORDER
  BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 1000
-- planned each time
-- index article_search_pkey
-- index article_search_vector
-- index articles_pkey

# /v1/articles?q=common&facets=tags

WITH found AS MATERIALIZED (SELECT "articles"."id", "articles"."language", "articles"."source",
  "articles"."published_at" FROM "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT
  published_at, id FROM ( SELECT article_id AS id, published_at FROM article_search WHERE vector @@ (SELECT
  $1::tsquery) AND published_at IS NOT NULL ORDER BY published_at DESC, article_id DESC OFFSET 0) AS candidate
  WHERE true ORDER BY published_at DESC, id DESC LIMIT 10001) AS place)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT $2), counted AS MATERIALIZED (SELECT * FROM found LIMIT 10000) SELECT NULL AS
  facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found UNION
  ALL (SELECT 'tags', tags.id, slug, kind, names, n FROM ( SELECT tag_id AS id, count(*) AS n FROM counted
  JOIN article_tags ON article_id = counted.id GROUP BY tag_id ORDER BY n DESC, tag_id LIMIT 20) AS top JOIN
  tags USING (id) ORDER BY n DESC, tags.id)
-- planned each time
-- index article_search_vector
-- index article_tags_pkey
-- index articles_pkey
-- index tags_pkey

# /v1/articles?q=rare&facets=month&count=exact

SELECT COUNT(*) FROM "articles" WHERE (("articles"."status" = $1) AND articles.id IN (SELECT article_id FROM
  article_search WHERE vector @@ $2::tsquery))
-- planned each time
-- index article_search_vector
-- index articles_pkey

WITH found AS MATERIALIZED (SELECT "articles"."id", "articles"."language", "articles"."source",
  "articles"."published_at" FROM "articles" WHERE articles.id = ANY (ARRAY(SELECT id FROM (SELECT
  published_at, id FROM ( SELECT article_id AS id, published_at FROM article_search WHERE vector @@ (SELECT
  $1::tsquery) AND published_at IS NOT NULL ORDER BY published_at DESC, article_id DESC OFFSET 0) AS candidate
  WHERE true ORDER BY published_at DESC, id DESC LIMIT 10001) AS place)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT $2), counted AS MATERIALIZED (SELECT * FROM found LIMIT 10000) SELECT NULL AS
  facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found UNION
  ALL (SELECT 'month', NULL, to_char(month, 'YYYY-MM'), NULL, NULL, n FROM ( SELECT date_trunc('month',
  published_at AT TIME ZONE 'UTC') AS month, count(*) AS n FROM counted WHERE published_at IS NOT NULL GROUP
  BY month ORDER BY month DESC LIMIT 20) AS newest ORDER BY month DESC)
-- planned each time
-- index article_search_vector
-- index articles_pkey

# /v1/articles?q=common&count=estimated

SELECT count(*) FROM (SELECT "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND articles.id
  IN (SELECT article_id FROM article_search WHERE vector @@ $2::tsquery)) LIMIT 10001) AS counted
-- planned each time
-- index article_search_pkey
-- index articles_pkey

# /v1/articles?tags=t1

SELECT published_at, article_id AS id FROM (SELECT DISTINCT page.* FROM unnest($1::uuid[]) AS linked (id)
  CROSS JOIN LATERAL (SELECT published_at, article_id FROM article_tags AS link WHERE tag_id = linked.id AND
  published_at IS NOT NULL ORDER BY published_at DESC, article_id DESC LIMIT 21) AS page) AS pages ORDER BY
  published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_tags_tag_id

SELECT published_at, article_id AS id FROM (SELECT DISTINCT page.* FROM unnest($1::uuid[]) AS linked (id)
  CROSS JOIN LATERAL (SELECT published_at, article_id FROM article_tags AS link WHERE tag_id = linked.id AND
  published_at IS NOT NULL AND (published_at, article_id) < ($2, $3) ORDER BY published_at DESC, article_id
  DESC LIMIT 21) AS page) AS pages ORDER BY published_at DESC, article_id DESC LIMIT 21
-- kept
-- index article_tags_tag_id

# /v1/articles?tags=t9&tags=t8

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND EXISTS
  (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = $2)))) AND EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id",
  "article_tags"."position", "article_tags"."published_at" FROM "article_tags" WHERE
  (("article_tags"."article_id" = "articles"."id") AND ("article_tags"."tag_id" = $3)))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_tags_tag_id
-- index articles_pkey
-- sort of more than a page

# /v1/articles?tags=t9&entities=e9

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND EXISTS
  (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = $2)))) AND EXISTS (SELECT "article_entities"."article_id",
  "article_entities"."entity_id", "article_entities"."position", "article_entities"."relation",
  "article_entities"."salience", "article_entities"."published_at", "article_entities"."origin" FROM
  "article_entities" WHERE (("article_entities"."article_id" = "articles"."id") AND
  ("article_entities"."entity_id" = $3)))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_entities_entity_id
-- index article_tags_tag_id
-- index articles_pkey
-- sort of more than a page

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((("articles"."status" = $1) AND EXISTS
  (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = $2)))) AND EXISTS (SELECT "article_entities"."article_id",
  "article_entities"."entity_id", "article_entities"."position", "article_entities"."relation",
  "article_entities"."salience", "article_entities"."published_at", "article_entities"."origin" FROM
  "article_entities" WHERE (("article_entities"."article_id" = "articles"."id") AND
  ("article_entities"."entity_id" = $3)))) AND (articles.sort_date, articles.id) < ($4, $5)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_entities_entity_id
-- index article_tags_tag_id
-- index articles_pkey
-- sort of more than a page

# /v1/articles?tags=t9&language=ar

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id",
  "article_tags"."position", "article_tags"."published_at" FROM "article_tags" WHERE
  (("article_tags"."article_id" = "articles"."id") AND ("article_tags"."tag_id" = $3)))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_language_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id",
  "article_tags"."position", "article_tags"."published_at" FROM "article_tags" WHERE
  (("article_tags"."article_id" = "articles"."id") AND ("article_tags"."tag_id" = $3)))) AND
  (articles.sort_date, articles.id) < ($4, $5)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC
  LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_language_sort_date

# /v1/articles?entities=e1&include=tags,entities

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN false THEN "articles"."body" END, CASE WHEN false
  THEN "articles"."body_html" END, CASE WHEN false THEN "articles"."body_text" END, CASE WHEN true THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN true THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (articles.status = 'published' AND articles.id IN ($…))
-- kept
-- index article_entities_pkey
-- index article_tags_pkey
-- index articles_pkey

# /v1/articles?language=ar&language=en

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."language" = ANY($2))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."language" = ANY($2))) AND (articles.sort_date, articles.id) < ($3, $4)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_sort_date

# /v1/articles?language=ar&source=s1

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND ("articles"."source" = $3)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_source_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND ("articles"."source" = $3)) AND (articles.sort_date, articles.id) < ($4,
  $5)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_source_sort_date

# /v1/articles?language=ar&sort=headline

SELECT "articles"."headline", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."language" = $2)) ORDER BY "articles"."headline" ASC, "articles"."id" ASC LIMIT 21
-- kept
-- index articles_headline

SELECT "articles"."headline", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND (articles.headline, articles.id) > ($3, $4)) ORDER BY
  "articles"."headline" ASC, "articles"."id" ASC LIMIT 21
-- kept
-- index articles_headline

# /v1/articles?has=image&from=2026-03-01&to=2026-03-02

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((((("articles"."status" = $1) AND
  ("articles"."image" IS NOT NULL)) AND ("articles"."published_at" IS NOT NULL)) AND ("articles"."sort_date"
  >= $2)) AND ("articles"."sort_date" <= $3)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT
  21
-- planned each time
-- index articles_image_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((((("articles"."status" = $1) AND
  ("articles"."image" IS NOT NULL)) AND ("articles"."published_at" IS NOT NULL)) AND ("articles"."sort_date"
  >= $2)) AND ("articles"."sort_date" <= $3)) AND (articles.sort_date, articles.id) < ($4, $5)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index articles_image_sort_date

# /v1/articles?status=draft&status=archived

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ("articles"."status" = ANY($1)) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- kept
-- index articles_unpublished_sort_date

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = ANY($1)) AND
  (articles.sort_date, articles.id) < ($2, $3)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC
  LIMIT 21
-- kept
-- index articles_unpublished_sort_date

# /v1/articles?status=draft&status=published&sort=updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE ("articles"."status" = ANY($1)) ORDER BY
  "articles"."updated_at" ASC, "articles"."id" ASC LIMIT 21
-- kept
-- index articles_updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE (("articles"."status" = ANY($1)) AND
  (articles.updated_at, articles.id) > ($2, $3)) ORDER BY "articles"."updated_at" ASC, "articles"."id" ASC
  LIMIT 21
-- kept
-- index articles_updated_at

# /v1/articles?status=draft&tags=t9

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND EXISTS
  (SELECT "article_tags"."article_id", "article_tags"."tag_id", "article_tags"."position",
  "article_tags"."published_at" FROM "article_tags" WHERE (("article_tags"."article_id" = "articles"."id") AND
  ("article_tags"."tag_id" = $2)))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_tags_pkey
-- index articles_unpublished_sort_date

# /v1/articles?tags=no-such-tag

SELECT "tags"."id", "tags"."slug" FROM "tags" WHERE (("tags"."id" = ANY($1)) OR ("tags"."slug" = ANY($2)))
-- kept
-- index tags_pkey
-- index tags_slug_key

SELECT "redirects"."key", "redirects"."target_id" FROM "redirects" WHERE ((("redirects"."public" = ANY($1))
  AND ("redirects"."resource" = $2)) AND ("redirects"."key" = ANY($3)))
-- kept
-- index redirects_pkey

SELECT "tags"."id" FROM "tags" WHERE ("tags"."id" = ANY($1))
-- kept
-- index tags_pkey

