# /v1/suggest?q=com

SELECT id, slug, kind, (SELECT jsonb_agg(jsonb_build_array(key, value)) FROM jsonb_each(names)), greatest(0,
  tags.article_count + (SELECT coalesce(sum(n), 0) FROM tag_count_deltas WHERE tag_id = tags.id))::bigint FROM
  tag_search JOIN tags ON id = tag_id WHERE vector @@ $1::tsquery ORDER BY article_count DESC, id LIMIT 20
-- planned each time
-- index tag_count_deltas_pkey
-- index tag_search_vector
-- index tags_pkey

SELECT id, slug, kind, (SELECT jsonb_agg(jsonb_build_array(key, value)) FROM jsonb_each(names)), greatest(0,
  tags.article_count + (SELECT coalesce(sum(n), 0) FROM tag_count_deltas WHERE tag_id = tags.id))::bigint FROM
  tag_search JOIN tags ON id = tag_id WHERE vector @@ $1::tsquery ORDER BY article_count DESC, id LIMIT 60
-- planned each time
-- index tag_count_deltas_pkey
-- index tag_search_vector
-- index tags_pkey

SELECT id, slug, type, (SELECT jsonb_agg(name) FROM ( SELECT jsonb_build_array(key, value) AS name FROM
  jsonb_each(names) UNION ALL SELECT jsonb_build_array(alias -> 'language', alias -> 'name') FROM
  jsonb_array_elements(aliases) AS alias) AS named), greatest(0, entities.article_count + (SELECT
  coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint FROM entity_search JOIN
  entities ON id = entity_id WHERE vector @@ $1::tsquery ORDER BY article_count DESC, id LIMIT 20
-- planned each time
-- index entities_pkey
-- index entity_count_deltas_pkey
-- index entity_search_vector

SELECT id, slug, type, (SELECT jsonb_agg(name) FROM ( SELECT jsonb_build_array(key, value) AS name FROM
  jsonb_each(names) UNION ALL SELECT jsonb_build_array(alias -> 'language', alias -> 'name') FROM
  jsonb_array_elements(aliases) AS alias) AS named), greatest(0, entities.article_count + (SELECT
  coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint FROM entity_search JOIN
  entities ON id = entity_id WHERE vector @@ $1::tsquery ORDER BY article_count DESC, id LIMIT 60
-- planned each time
-- index entities_pkey
-- index entity_count_deltas_pkey
-- index entity_search_vector

SELECT "articles"."id", "articles"."slug", "articles"."language", "articles"."headline",
  "articles"."published_at" FROM "articles" WHERE (("articles"."status" = $1) AND articles.id = ANY
  (ARRAY(SELECT article_id FROM article_search WHERE vector @@ (SELECT $2::tsquery)))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 20
-- planned each time
-- index article_search_vector
-- index articles_pkey

SELECT "articles"."id", "articles"."slug", "articles"."language", "articles"."headline",
  "articles"."published_at" FROM "articles" WHERE (("articles"."status" = $1) AND articles.id = ANY
  (ARRAY(SELECT article_id FROM article_search WHERE vector @@ (SELECT $2::tsquery)))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 60
-- planned each time
-- index article_search_vector
-- index articles_pkey

# /v1/suggest?q=com&language=ar

SELECT "articles"."id", "articles"."slug", "articles"."language", "articles"."headline",
  "articles"."published_at" FROM "articles" WHERE ((("articles"."status" = $1) AND ("articles"."language" =
  $2)) AND articles.id = ANY (ARRAY(SELECT article_id FROM article_search WHERE vector @@ (SELECT
  $3::tsquery)))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 20
-- planned each time
-- index article_search_vector
-- index articles_pkey

SELECT "articles"."id", "articles"."slug", "articles"."language", "articles"."headline",
  "articles"."published_at" FROM "articles" WHERE ((("articles"."status" = $1) AND ("articles"."language" =
  $2)) AND articles.id = ANY (ARRAY(SELECT article_id FROM article_search WHERE vector @@ (SELECT
  $3::tsquery)))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 60
-- planned each time
-- index article_search_vector
-- index articles_pkey

# /v1/suggest?q=com&limit=7

SELECT id, slug, kind, (SELECT jsonb_agg(jsonb_build_array(key, value)) FROM jsonb_each(names)), greatest(0,
  tags.article_count + (SELECT coalesce(sum(n), 0) FROM tag_count_deltas WHERE tag_id = tags.id))::bigint FROM
  tag_search JOIN tags ON id = tag_id WHERE vector @@ $1::tsquery ORDER BY article_count DESC, id LIMIT 7
-- planned each time
-- index tag_count_deltas_pkey
-- index tag_search_vector
-- index tags_pkey

SELECT id, slug, kind, (SELECT jsonb_agg(jsonb_build_array(key, value)) FROM jsonb_each(names)), greatest(0,
  tags.article_count + (SELECT coalesce(sum(n), 0) FROM tag_count_deltas WHERE tag_id = tags.id))::bigint FROM
  tag_search JOIN tags ON id = tag_id WHERE vector @@ $1::tsquery ORDER BY article_count DESC, id LIMIT 21
-- planned each time
-- index tag_count_deltas_pkey
-- index tag_search_vector
-- index tags_pkey

SELECT id, slug, type, (SELECT jsonb_agg(name) FROM ( SELECT jsonb_build_array(key, value) AS name FROM
  jsonb_each(names) UNION ALL SELECT jsonb_build_array(alias -> 'language', alias -> 'name') FROM
  jsonb_array_elements(aliases) AS alias) AS named), greatest(0, entities.article_count + (SELECT
  coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint FROM entity_search JOIN
  entities ON id = entity_id WHERE vector @@ $1::tsquery ORDER BY article_count DESC, id LIMIT 7
-- planned each time
-- index entities_pkey
-- index entity_count_deltas_pkey
-- index entity_search_vector

SELECT id, slug, type, (SELECT jsonb_agg(name) FROM ( SELECT jsonb_build_array(key, value) AS name FROM
  jsonb_each(names) UNION ALL SELECT jsonb_build_array(alias -> 'language', alias -> 'name') FROM
  jsonb_array_elements(aliases) AS alias) AS named), greatest(0, entities.article_count + (SELECT
  coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint FROM entity_search JOIN
  entities ON id = entity_id WHERE vector @@ $1::tsquery ORDER BY article_count DESC, id LIMIT 21
-- planned each time
-- index entities_pkey
-- index entity_count_deltas_pkey
-- index entity_search_vector

SELECT "articles"."id", "articles"."slug", "articles"."language", "articles"."headline",
  "articles"."published_at" FROM "articles" WHERE (("articles"."status" = $1) AND articles.id = ANY
  (ARRAY(SELECT article_id FROM article_search WHERE vector @@ (SELECT $2::tsquery)))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 7
-- planned each time
-- index article_search_vector
-- index articles_pkey

SELECT "articles"."id", "articles"."slug", "articles"."language", "articles"."headline",
  "articles"."published_at" FROM "articles" WHERE (("articles"."status" = $1) AND articles.id = ANY
  (ARRAY(SELECT article_id FROM article_search WHERE vector @@ (SELECT $2::tsquery)))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 21
-- planned each time
-- index article_search_vector
-- index articles_pkey

