# /v1/articles/a1777/quotes

SELECT "articles"."id", "articles"."language", "articles"."headline", "articles"."standfirst",
  "articles"."body_text" FROM "articles" WHERE ("articles"."id" = ANY($1)) ORDER BY "articles"."id"
-- kept
-- index articles_pkey

SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, entities.slug, entities.type, entities.names FROM mentions AS
  mention JOIN entities ON entities.id = mention.entity_id WHERE mention.article_id = $1 AND mention.status =
  'found' AND entities.type IN ('person', 'organisation') ORDER BY mention.start_offset, mention.id
-- kept
-- index entities_pkey
-- index mentions_pkey

