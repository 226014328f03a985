# /v1/entities/e2/mentions

SELECT * FROM ((SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, articles.slug, articles.headline, articles.language, articles.status
  AS article_status, articles.published_at, link.published_at AS date, coalesce(mention.status = 'found' AND (
  SELECT substr( CASE mention.field WHEN 'headline' THEN headline WHEN 'standfirst' THEN standfirst ELSE
  body_text END, mention.start_offset + 1 - length(mention.prefix), length(mention.prefix) +
  length(mention.exact) + length(mention.suffix) ) COLLATE "C" = mention.prefix || mention.exact ||
  mention.suffix FROM articles WHERE articles.id = mention.article_id), false) AS is_seen FROM
  article_entities AS link JOIN mentions AS mention ON mention.entity_id = link.entity_id AND
  mention.article_id = link.article_id JOIN articles ON articles.id = link.article_id WHERE link.entity_id =
  $1 AND link.published_at IS NOT NULL AND mention.origin = ANY ($2) AND mention.status = ANY ($3) AND
  mention.field = ANY ($4) ORDER BY date DESC, mention.id DESC LIMIT 21)) AS page ORDER BY date DESC, id DESC
  LIMIT 21
-- planned each time
-- index article_entities_entity_id
-- index articles_pkey
-- index mentions_pkey
-- sort of more than a page

SELECT * FROM ((SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, articles.slug, articles.headline, articles.language, articles.status
  AS article_status, articles.published_at, link.published_at AS date, coalesce(mention.status = 'found' AND (
  SELECT substr( CASE mention.field WHEN 'headline' THEN headline WHEN 'standfirst' THEN standfirst ELSE
  body_text END, mention.start_offset + 1 - length(mention.prefix), length(mention.prefix) +
  length(mention.exact) + length(mention.suffix) ) COLLATE "C" = mention.prefix || mention.exact ||
  mention.suffix FROM articles WHERE articles.id = mention.article_id), false) AS is_seen FROM
  article_entities AS link JOIN mentions AS mention ON mention.entity_id = link.entity_id AND
  mention.article_id = link.article_id JOIN articles ON articles.id = link.article_id WHERE link.entity_id =
  $1 AND link.published_at IS NOT NULL AND mention.origin = ANY ($2) AND mention.status = ANY ($3) AND
  mention.field = ANY ($4) AND link.published_at <= $5 AND (link.published_at, mention.id) < ($6, $7) ORDER BY
  date DESC, mention.id DESC LIMIT 21)) AS page ORDER BY date DESC, id DESC LIMIT 21
-- planned each time
-- index article_entities_entity_id
-- index articles_pkey
-- index mentions_pkey
-- sort of more than a page

# /v1/entities/e2/mentions?origin=editor

SELECT * FROM ((SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, articles.slug, articles.headline, articles.language, articles.status
  AS article_status, articles.published_at, link.published_at AS date, coalesce(mention.status = 'found' AND (
  SELECT substr( CASE mention.field WHEN 'headline' THEN headline WHEN 'standfirst' THEN standfirst ELSE
  body_text END, mention.start_offset + 1 - length(mention.prefix), length(mention.prefix) +
  length(mention.exact) + length(mention.suffix) ) COLLATE "C" = mention.prefix || mention.exact ||
  mention.suffix FROM articles WHERE articles.id = mention.article_id), false) AS is_seen FROM
  article_entities AS link JOIN mentions AS mention ON mention.entity_id = link.entity_id AND
  mention.article_id = link.article_id JOIN articles ON articles.id = link.article_id WHERE link.entity_id =
  $1 AND link.published_at IS NOT NULL AND mention.origin = ANY ($2) AND mention.status = ANY ($3) AND
  mention.field = ANY ($4) AND mention.origin <> 'gazetteer' ORDER BY date DESC, mention.id DESC LIMIT 21)) AS
  page ORDER BY date DESC, id DESC LIMIT 21
-- planned each time
-- index article_entities_pkey
-- index articles_pkey
-- index mentions_given

# /v1/entities/e2/mentions?article_status=draft

SELECT * FROM ((SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, articles.slug, articles.headline, articles.language, articles.status
  AS article_status, articles.published_at, articles.sort_date AS date, true AS is_seen FROM article_entities
  AS link JOIN mentions AS mention ON mention.entity_id = link.entity_id AND mention.article_id =
  link.article_id JOIN articles ON articles.id = link.article_id WHERE link.entity_id = $1 AND
  link.published_at IS NULL AND articles.status = ANY ($2) AND mention.origin = ANY ($3) AND mention.status =
  ANY ($4) AND mention.field = ANY ($5) ORDER BY date DESC, mention.id DESC LIMIT 21)) AS page ORDER BY date
  DESC, id DESC LIMIT 21
-- planned each time
-- index article_entities_entity_id
-- index articles_unpublished_sort_date
-- index mentions_entity_id

# /v1/entities/e2/mentions?limit=7

SELECT * FROM ((SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, articles.slug, articles.headline, articles.language, articles.status
  AS article_status, articles.published_at, link.published_at AS date, coalesce(mention.status = 'found' AND (
  SELECT substr( CASE mention.field WHEN 'headline' THEN headline WHEN 'standfirst' THEN standfirst ELSE
  body_text END, mention.start_offset + 1 - length(mention.prefix), length(mention.prefix) +
  length(mention.exact) + length(mention.suffix) ) COLLATE "C" = mention.prefix || mention.exact ||
  mention.suffix FROM articles WHERE articles.id = mention.article_id), false) AS is_seen FROM
  article_entities AS link JOIN mentions AS mention ON mention.entity_id = link.entity_id AND
  mention.article_id = link.article_id JOIN articles ON articles.id = link.article_id WHERE link.entity_id =
  $1 AND link.published_at IS NOT NULL AND mention.origin = ANY ($2) AND mention.status = ANY ($3) AND
  mention.field = ANY ($4) ORDER BY date DESC, mention.id DESC LIMIT 8)) AS page ORDER BY date DESC, id DESC
  LIMIT 8
-- planned each time
-- index article_entities_entity_id
-- index articles_pkey
-- index mentions_pkey
-- sort of more than a page

SELECT * FROM ((SELECT mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset,
  mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status,
  mention.confidence, mention.created_at, articles.slug, articles.headline, articles.language, articles.status
  AS article_status, articles.published_at, link.published_at AS date, coalesce(mention.status = 'found' AND (
  SELECT substr( CASE mention.field WHEN 'headline' THEN headline WHEN 'standfirst' THEN standfirst ELSE
  body_text END, mention.start_offset + 1 - length(mention.prefix), length(mention.prefix) +
  length(mention.exact) + length(mention.suffix) ) COLLATE "C" = mention.prefix || mention.exact ||
  mention.suffix FROM articles WHERE articles.id = mention.article_id), false) AS is_seen FROM
  article_entities AS link JOIN mentions AS mention ON mention.entity_id = link.entity_id AND
  mention.article_id = link.article_id JOIN articles ON articles.id = link.article_id WHERE link.entity_id =
  $1 AND link.published_at IS NOT NULL AND mention.origin = ANY ($2) AND mention.status = ANY ($3) AND
  mention.field = ANY ($4) AND link.published_at <= $5 AND (link.published_at, mention.id) < ($6, $7) ORDER BY
  date DESC, mention.id DESC LIMIT 8)) AS page ORDER BY date DESC, id DESC LIMIT 8
-- planned each time
-- index article_entities_entity_id
-- index articles_pkey
-- index mentions_pkey
-- sort of more than a page

