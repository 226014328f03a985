INSERT INTO article_search (article_id, analysis, vector, published_at)
SELECT id, analysis, vector::tsvector, CASE WHEN status = 'published' THEN published_at END
FROM staged_articles WHERE is_new
