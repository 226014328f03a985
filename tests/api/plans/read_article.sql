# /v1/articles/a1777

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN true THEN "articles"."body" END, CASE WHEN false
  THEN "articles"."body_html" END, CASE WHEN false THEN "articles"."body_text" END, CASE WHEN true THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN true THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (articles.status = 'published' AND ("articles"."slug" = $1)) LIMIT $2
-- kept
-- index article_entities_pkey
-- index article_tags_pkey
-- index articles_pkey
-- index articles_slug_key

# /v1/articles/a1777?fields=body

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
  'published')) FROM "articles" WHERE (articles.status = 'published' AND ("articles"."slug" = $1)) LIMIT $2
-- kept
-- index articles_pkey
-- index articles_slug_key

# /v1/articles/a1777?fields=body_html

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
  'published')) FROM "articles" WHERE (articles.status = 'published' AND ("articles"."slug" = $1)) LIMIT $2
-- kept
-- index articles_pkey
-- index articles_slug_key

# /v1/articles/a1777?fields=body_text

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
  'published')) FROM "articles" WHERE (articles.status = 'published' AND ("articles"."slug" = $1)) LIMIT $2
-- kept
-- index articles_pkey
-- index articles_slug_key

# /v1/articles/a1777?include=tags

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN true THEN "articles"."body" END, CASE WHEN false
  THEN "articles"."body_html" END, CASE WHEN false THEN "articles"."body_text" END, CASE WHEN true THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN false THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (articles.status = 'published' AND ("articles"."slug" = $1)) LIMIT $2
-- kept
-- index article_tags_pkey
-- index articles_pkey
-- index articles_slug_key

# /v1/articles/a1777?include=entities

SELECT "articles"."id", "articles"."slug", "articles"."status", "articles"."published_at",
  "articles"."translation_of", "articles"."language", "articles"."headline", "articles"."kicker",
  "articles"."alternative_headline", "articles"."standfirst", "articles"."body_format", "articles"."byline",
  "articles"."source", "articles"."external_id", "articles"."canonical_url", "articles"."image",
  "articles"."metadata", "articles"."word_count", "articles"."version", "articles"."created_at",
  "articles"."updated_at", "articles"."sort_date", CASE WHEN true THEN "articles"."body" END, CASE WHEN false
  THEN "articles"."body_html" END, CASE WHEN false THEN "articles"."body_text" END, CASE WHEN false THEN
  ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position) END,
  CASE WHEN true THEN ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link
  WHERE link.article_id = articles.id ORDER BY position) END, (articles.translation_of IS NULL OR EXISTS
  (SELECT FROM articles AS original WHERE original.id = articles.translation_of AND original.status =
  'published')) FROM "articles" WHERE (articles.status = 'published' AND ("articles"."slug" = $1)) LIMIT $2
-- kept
-- index article_entities_pkey
-- index articles_pkey
-- index articles_slug_key

