# /v1/articles/a1777/mentions/00000000-0000-0000-0000-000000000000

SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, entities.slug, entities.type, entities.names FROM mentions AS
  mention JOIN entities ON entities.id = mention.entity_id WHERE mention.article_id = $1 AND mention.id = $2
  AND coalesce(mention.status = 'found' AND ( SELECT substr( CASE mention.field WHEN 'headline' THEN headline
  WHEN 'standfirst' THEN standfirst ELSE body_text END, mention.start_offset + 1 - length(mention.prefix),
  length(mention.prefix) + length(mention.exact) + length(mention.suffix) ) COLLATE "C" = mention.prefix ||
  mention.exact || mention.suffix FROM articles WHERE articles.id = mention.article_id), false)
-- kept
-- index articles_pkey
-- index entities_pkey
-- index mentions_pkey

