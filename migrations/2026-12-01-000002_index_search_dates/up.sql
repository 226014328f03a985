-- Who searches for a common word walks the published articles from the newest on: here without a look
-- at the articles themselves, which took a quarter of the time.
CREATE INDEX CONCURRENTLY article_search_published_at ON article_search (published_at, article_id)
    WHERE published_at IS NOT NULL;
