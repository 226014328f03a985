DO $$
DECLARE
    after uuid;
    ids uuid[];
BEGIN
    LOOP
        ids := ARRAY(
            SELECT article_id FROM article_search WHERE after IS NULL OR article_id > after
            ORDER BY article_id LIMIT 1000);
        EXIT WHEN cardinality(ids) = 0;
        -- Whoever changes their dates meanwhile waits, or is waited for.
        PERFORM FROM articles WHERE id = ANY (ids) ORDER BY id FOR SHARE;
        UPDATE article_search SET published_at = articles.published_at FROM articles
        WHERE article_id = ANY (ids) AND articles.id = article_id AND status = 'published'
            AND article_search.published_at IS DISTINCT FROM articles.published_at;
        after := ids[cardinality(ids)];
        COMMIT;
    END LOOP;
END
$$;
