-- What is found bears the date of its article while that is published, as links do: the newest
-- of many matches are told without a look at their articles.
ALTER TABLE article_search ADD COLUMN published_at timestamptz;
CREATE TRIGGER article_search_date BEFORE INSERT ON article_search
    FOR EACH ROW WHEN (NEW.published_at IS NULL) EXECUTE FUNCTION date_article_link();

CREATE FUNCTION redate_article_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE article_search SET published_at = CASE WHEN NEW.status = 'published' THEN NEW.published_at END
    WHERE article_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_redate_search AFTER UPDATE OF status, published_at ON articles
    FOR EACH ROW WHEN (OLD.status <> NEW.status OR OLD.published_at IS DISTINCT FROM NEW.published_at)
    EXECUTE FUNCTION redate_article_search();
