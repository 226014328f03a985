-- A short line above the headline.
ALTER TABLE articles ADD COLUMN kicker text;
-- It is searched. What is stored of articles without one is as it would be now.
DROP TRIGGER articles_outdate_search ON articles;
CREATE TRIGGER articles_outdate_search
    AFTER UPDATE OF language, headline, kicker, standfirst, body_text ON articles
    FOR EACH ROW WHEN (
        (OLD.language, OLD.headline, OLD.kicker, OLD.standfirst, OLD.body_text)
        IS DISTINCT FROM (NEW.language, NEW.headline, NEW.kicker, NEW.standfirst, NEW.body_text)
    ) EXECUTE FUNCTION outdate_article_search();
