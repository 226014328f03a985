-- What an article is found by. Apart from the article: its row stays small, and
-- a new analysis is stored without touching it.
CREATE TABLE article_search (
    article_id uuid NOT NULL,
    -- The version of the analysis; another than the program's, or none, is stale.
    analysis smallint NOT NULL,
    vector tsvector NOT NULL,
    CONSTRAINT article_search_pkey PRIMARY KEY (article_id),
    CONSTRAINT article_search_article_id_fkey FOREIGN KEY (article_id)
        REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX article_search_vector ON article_search USING gin (vector);
CREATE INDEX article_search_analysis ON article_search (analysis);
-- The common words are told from the rare ones by these statistics.
ALTER TABLE article_search ALTER COLUMN vector SET STATISTICS 1000;

-- A writer that knows the analysis stores it afterwards; after any other, as one
-- with psql, the row waits for `maqal reindex`.
CREATE FUNCTION outdate_article_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE article_search SET analysis = 0 WHERE article_id = NEW.id AND analysis <> 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_outdate_search
    AFTER UPDATE OF language, headline, standfirst, body_text ON articles
    FOR EACH ROW WHEN (
        (OLD.language, OLD.headline, OLD.standfirst, OLD.body_text)
        IS DISTINCT FROM (NEW.language, NEW.headline, NEW.standfirst, NEW.body_text)
    ) EXECUTE FUNCTION outdate_article_search();
