INSERT INTO article_search (article_id, analysis, vector)
SELECT id, analysis, vector::tsvector FROM staged_articles WHERE is_new
