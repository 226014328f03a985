# /v1/articles/a1777/related

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
  'published')) FROM "articles" WHERE (articles.status = 'published' AND ("articles"."slug" = $1)) LIMIT $2
-- kept
-- index articles_pkey
-- index articles_slug_key

SELECT * FROM ( SELECT 'tag' AS resource, tags.id, slug, names, greatest(0, tags.article_count + (SELECT
  coalesce(sum(n), 0) FROM tag_count_deltas WHERE tag_id = tags.id))::bigint AS articles FROM article_tags
  JOIN tags ON tags.id = tag_id WHERE article_id = $1 UNION ALL SELECT 'entity', entities.id, slug, names,
  greatest(0, entities.article_count + (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id =
  entities.id))::bigint FROM article_entities JOIN entities ON entities.id = entity_id WHERE article_id = $2 )
  AS label WHERE articles > 1 ORDER BY articles, id LIMIT 20
-- kept
-- index article_entities_pkey
-- index article_tags_pkey
-- index entities_pkey
-- index entity_count_deltas_pkey
-- index tag_count_deltas_pkey
-- index tags_pkey

SELECT shared.label, articles.id, articles.sort_date, articles.language FROM ( SELECT label, newest.article_id
  FROM unnest($1) AS label CROSS JOIN LATERAL ( SELECT article_id FROM article_tags WHERE tag_id = label AND
  published_at IS NOT NULL ORDER BY published_at DESC, article_id DESC LIMIT 100 ) AS newest UNION ALL SELECT
  label, newest.article_id FROM unnest($2) AS label CROSS JOIN LATERAL ( SELECT article_id FROM
  article_entities WHERE entity_id = label AND published_at IS NOT NULL ORDER BY published_at DESC, article_id
  DESC LIMIT 100 ) AS newest ) AS shared JOIN articles ON articles.id = shared.article_id WHERE articles.id <>
  $3
-- kept
-- index article_entities_entity_id
-- index article_tags_tag_id
-- index articles_pkey

