WITH counted AS (
    SELECT unnest($1) AS id
    UNION SELECT unnest(entity_ids) FROM staged_links
    UNION SELECT entity_id FROM article_entities JOIN differences ON differences.id = article_id
), locked AS (
    SELECT entities.id FROM entities WHERE id IN (SELECT id FROM counted) ORDER BY entities.id FOR NO KEY UPDATE
)
SELECT count(*) FROM locked
