DROP TRIGGER articles_touch ON articles;
CREATE TRIGGER articles_touch BEFORE UPDATE ON articles
    FOR EACH ROW WHEN (
        (OLD.slug, OLD.status, OLD.language, OLD.headline, OLD.alternative_headline, OLD.standfirst, OLD.body, OLD.body_format,
         OLD.body_html, OLD.body_text, OLD.word_count, OLD.byline, OLD.source, OLD.external_id,
         OLD.canonical_url, OLD.image, OLD.published_at, OLD.translation_of, OLD.metadata, OLD.version)
        IS DISTINCT FROM
        (NEW.slug, NEW.status, NEW.language, NEW.headline, NEW.alternative_headline, NEW.standfirst, NEW.body, NEW.body_format,
         NEW.body_html, NEW.body_text, NEW.word_count, NEW.byline, NEW.source, NEW.external_id,
         NEW.canonical_url, NEW.image, NEW.published_at, NEW.translation_of, NEW.metadata, NEW.version)
    ) EXECUTE FUNCTION touch_item();
DROP FUNCTION touch_article;
