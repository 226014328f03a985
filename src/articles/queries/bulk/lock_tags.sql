WITH counted AS (
    SELECT unnest($1) AS id
    UNION SELECT unnest(tag_ids) FROM staged_links
    UNION SELECT tag_id FROM article_tags JOIN differences ON differences.id = article_id
), locked AS (
    SELECT tags.id FROM tags WHERE id IN (SELECT id FROM counted) ORDER BY tags.id FOR NO KEY UPDATE
)
SELECT count(*) FROM locked
