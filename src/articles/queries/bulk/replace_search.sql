-- After the articles and their links, whose change has made what was stored stale.
INSERT INTO article_search (article_id, analysis, vector)
SELECT staged.id, staged.analysis, staged.vector
FROM differences JOIN staged_links AS staged USING (id)
ON CONFLICT (article_id) DO UPDATE SET analysis = excluded.analysis, vector = excluded.vector
WHERE (article_search.analysis, article_search.vector) IS DISTINCT FROM (excluded.analysis, excluded.vector)
