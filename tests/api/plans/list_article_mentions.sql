# /v1/articles/a1777/mentions

SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, mention.place, entities.slug, entities.type, entities.names,
  coalesce(mention.status = 'found' AND ( SELECT substr( CASE mention.field WHEN 'headline' THEN headline WHEN
  'standfirst' THEN standfirst ELSE body_text END, mention.start_offset + 1 - length(mention.prefix),
  length(mention.prefix) + length(mention.exact) + length(mention.suffix) ) COLLATE "C" = mention.prefix ||
  mention.exact || mention.suffix FROM articles WHERE articles.id = mention.article_id), false) AS is_seen
  FROM ( SELECT *, (position(left(field, 1) IN 'hsb')::bigint << 32) + start_offset AS place FROM mentions
  WHERE article_id = $1 ) AS mention JOIN entities ON entities.id = mention.entity_id WHERE mention.origin =
  ANY ($2) AND mention.status = ANY ($3) AND mention.field = ANY ($4) ORDER BY mention.place ASC, mention.id
  ASC LIMIT 21
-- planned each time
-- index articles_pkey
-- index entities_pkey
-- index mentions_pkey

# /v1/articles/a1777/mentions?status=candidate

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
  'published')) FROM "articles" WHERE (true AND ("articles"."slug" = $1)) LIMIT $2
-- kept
-- index articles_pkey
-- index articles_slug_key

SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, mention.place, entities.slug, entities.type, entities.names, true AS
  is_seen FROM ( SELECT *, (position(left(field, 1) IN 'hsb')::bigint << 32) + start_offset AS place FROM
  mentions WHERE article_id = $1 ) AS mention JOIN entities ON entities.id = mention.entity_id WHERE
  mention.origin = ANY ($2) AND mention.status = ANY ($3) AND mention.field = ANY ($4) ORDER BY mention.place
  ASC, mention.id ASC LIMIT 21
-- planned each time
-- index entities_pkey
-- index mentions_pkey

# /v1/articles/a1777/mentions?entity=e2

SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, mention.place, entities.slug, entities.type, entities.names,
  coalesce(mention.status = 'found' AND ( SELECT substr( CASE mention.field WHEN 'headline' THEN headline WHEN
  'standfirst' THEN standfirst ELSE body_text END, mention.start_offset + 1 - length(mention.prefix),
  length(mention.prefix) + length(mention.exact) + length(mention.suffix) ) COLLATE "C" = mention.prefix ||
  mention.exact || mention.suffix FROM articles WHERE articles.id = mention.article_id), false) AS is_seen
  FROM ( SELECT *, (position(left(field, 1) IN 'hsb')::bigint << 32) + start_offset AS place FROM mentions
  WHERE article_id = $1 ) AS mention JOIN entities ON entities.id = mention.entity_id WHERE mention.origin =
  ANY ($2) AND mention.status = ANY ($3) AND mention.field = ANY ($4) AND mention.entity_id = ANY ($5) ORDER
  BY mention.place ASC, mention.id ASC LIMIT 21
-- planned each time
-- index articles_pkey
-- index entities_pkey
-- index mentions_entity_id

# /v1/articles/a1777/mentions?limit=7

SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, mention.place, entities.slug, entities.type, entities.names,
  coalesce(mention.status = 'found' AND ( SELECT substr( CASE mention.field WHEN 'headline' THEN headline WHEN
  'standfirst' THEN standfirst ELSE body_text END, mention.start_offset + 1 - length(mention.prefix),
  length(mention.prefix) + length(mention.exact) + length(mention.suffix) ) COLLATE "C" = mention.prefix ||
  mention.exact || mention.suffix FROM articles WHERE articles.id = mention.article_id), false) AS is_seen
  FROM ( SELECT *, (position(left(field, 1) IN 'hsb')::bigint << 32) + start_offset AS place FROM mentions
  WHERE article_id = $1 ) AS mention JOIN entities ON entities.id = mention.entity_id WHERE mention.origin =
  ANY ($2) AND mention.status = ANY ($3) AND mention.field = ANY ($4) ORDER BY mention.place ASC, mention.id
  ASC LIMIT 8
-- planned each time
-- index articles_pkey
-- index entities_pkey
-- index mentions_pkey

