# /v1/entities/e2/timeline

SELECT (link.published_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL GROUP BY day ORDER BY day
-- planned each time
-- index article_entities_entity_id
-- sort of more than a page

# /v1/entities/e2/timeline?from=2026-03-01&to=2026-04-01&interval=day

SELECT (link.published_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND link.published_at >= $2 AND link.published_at <=
  $3 GROUP BY day ORDER BY day
-- planned each time
-- index article_entities_entity_id
-- sort of more than a page

# /v1/entities/e2/timeline?language=ar

SELECT (link.published_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND EXISTS (SELECT FROM articles AS of_language WHERE
  of_language.id = link.article_id AND of_language.language = ANY ($2)) GROUP BY day ORDER BY day
-- planned each time
-- index article_entities_entity_id
-- index articles_language_sort_date
-- sort of more than a page

# /v1/entities/e2/timeline?tags=t9

SELECT (link.published_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND EXISTS (SELECT FROM article_tags AS tagged WHERE
  tagged.article_id = link.article_id AND tagged.tag_id = ANY ($2)) GROUP BY day ORDER BY day
-- planned each time
-- index article_entities_entity_id
-- index article_tags_tag_id
-- sort of more than a page

# /v1/entities/e2/timeline?from=2026-03-01

SELECT (link.published_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND link.published_at >= $2 GROUP BY day ORDER BY day
-- planned each time
-- index article_entities_entity_id
-- sort of more than a page

# /v1/entities/e2/timeline?to=2026-03-01

SELECT (link.published_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM article_entities AS link WHERE
  link.entity_id = $1 AND link.published_at IS NOT NULL AND link.published_at <= $2 GROUP BY day ORDER BY day
-- planned each time
-- index article_entities_entity_id

