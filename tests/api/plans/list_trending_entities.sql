# /v1/entities/trending

SELECT (SELECT count(*) FROM articles WHERE true AND articles.sort_date >= $1 AND articles.sort_date <= $2) -
  (SELECT count(*) FROM articles WHERE articles.status <> 'published' AND articles.sort_date >= $3 AND
  articles.sort_date <= $4)
-- planned each time
-- index articles_sort_date

SELECT link.entity_id, count(*) FILTER (WHERE articles.sort_date > $1) AS now, count(*) FILTER (WHERE
  articles.sort_date <= $2) AS before FROM articles JOIN article_entities AS link ON link.article_id =
  articles.id WHERE articles.status = 'published' AND articles.sort_date >= $3 AND articles.sort_date <= $4
  GROUP BY link.entity_id HAVING count(*) FILTER (WHERE articles.sort_date > $5) >= $6
-- planned each time
-- index article_entities_pkey
-- index articles_sort_date

SELECT id, slug, type, names FROM entities WHERE id = ANY ($1)
-- kept
-- index entities_pkey

# /v1/entities/trending?type=person

SELECT link.entity_id, count(*) FILTER (WHERE articles.sort_date > $1) AS now, count(*) FILTER (WHERE
  articles.sort_date <= $2) AS before FROM articles JOIN article_entities AS link ON link.article_id =
  articles.id JOIN entities ON entities.id = link.entity_id AND entities.type = ANY ($3) WHERE articles.status
  = 'published' AND articles.sort_date >= $4 AND articles.sort_date <= $5 GROUP BY link.entity_id HAVING
  count(*) FILTER (WHERE articles.sort_date > $6) >= $7
-- planned each time
-- index article_entities_pkey
-- index articles_sort_date
-- index entities_pkey

# /v1/entities/trending?language=ar

SELECT (SELECT count(*) FROM articles WHERE true AND articles.sort_date >= $1 AND articles.sort_date <= $2 AND
  EXISTS (SELECT FROM articles AS of_language WHERE of_language.id = articles.id AND of_language.language =
  ANY ($3))) - (SELECT count(*) FROM articles WHERE articles.status <> 'published' AND articles.sort_date >=
  $4 AND articles.sort_date <= $5 AND EXISTS (SELECT FROM articles AS of_language WHERE of_language.id =
  articles.id AND of_language.language = ANY ($6)))
-- planned each time
-- index articles_pkey
-- index articles_sort_date

SELECT link.entity_id, count(*) FILTER (WHERE articles.sort_date > $1) AS now, count(*) FILTER (WHERE
  articles.sort_date <= $2) AS before FROM articles JOIN article_entities AS link ON link.article_id =
  articles.id WHERE articles.status = 'published' AND articles.sort_date >= $3 AND articles.sort_date <= $4
  AND EXISTS (SELECT FROM articles AS of_language WHERE of_language.id = articles.id AND of_language.language
  = ANY ($5)) GROUP BY link.entity_id HAVING count(*) FILTER (WHERE articles.sort_date > $6) >= $7
-- planned each time
-- index article_entities_pkey
-- index articles_pkey
-- index articles_sort_date

# /v1/entities/trending?tags=t9

SELECT (SELECT count(*) FROM articles WHERE true AND articles.sort_date >= $1 AND articles.sort_date <= $2 AND
  EXISTS (SELECT FROM article_tags AS tagged WHERE tagged.article_id = articles.id AND tagged.tag_id = ANY
  ($3))) - (SELECT count(*) FROM articles WHERE articles.status <> 'published' AND articles.sort_date >= $4
  AND articles.sort_date <= $5 AND EXISTS (SELECT FROM article_tags AS tagged WHERE tagged.article_id =
  articles.id AND tagged.tag_id = ANY ($6)))
-- planned each time
-- index article_tags_pkey
-- index articles_sort_date

SELECT link.entity_id, count(*) FILTER (WHERE articles.sort_date > $1) AS now, count(*) FILTER (WHERE
  articles.sort_date <= $2) AS before FROM articles JOIN article_entities AS link ON link.article_id =
  articles.id WHERE articles.status = 'published' AND articles.sort_date >= $3 AND articles.sort_date <= $4
  AND EXISTS (SELECT FROM article_tags AS tagged WHERE tagged.article_id = articles.id AND tagged.tag_id = ANY
  ($5)) GROUP BY link.entity_id HAVING count(*) FILTER (WHERE articles.sort_date > $6) >= $7
-- planned each time
-- index article_entities_pkey
-- index article_tags_pkey
-- index articles_sort_date

