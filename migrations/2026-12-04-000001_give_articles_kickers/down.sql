DROP TRIGGER articles_outdate_search ON articles;
CREATE TRIGGER articles_outdate_search
    AFTER UPDATE OF language, headline, standfirst, body_text ON articles
    FOR EACH ROW WHEN (
        (OLD.language, OLD.headline, OLD.standfirst, OLD.body_text)
        IS DISTINCT FROM (NEW.language, NEW.headline, NEW.standfirst, NEW.body_text)
    ) EXECUTE FUNCTION outdate_article_search();
ALTER TABLE articles DROP COLUMN kicker;
