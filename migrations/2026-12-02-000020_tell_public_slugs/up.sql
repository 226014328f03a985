-- Whether readers without a key have ever seen that a former slug is the item's. Whether they have seen those
-- of before, cannot be told any more: links that readers know go on leading.
ALTER TABLE redirects ADD COLUMN public boolean NOT NULL DEFAULT true;

CREATE OR REPLACE FUNCTION remember_former_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'articles' THEN
        IF OLD.status <> 'published' THEN
            -- Where readers were led before, they still are: they never saw this one; or they did while it was
            -- published, and it is remembered already.
            INSERT INTO redirects (resource, key, target_id, public) VALUES (TG_TABLE_NAME, OLD.slug, OLD.id, false)
                ON CONFLICT (resource, key) DO NOTHING;
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO redirects (resource, key, target_id) VALUES (TG_TABLE_NAME, OLD.slug, OLD.id)
        ON CONFLICT (resource, key) DO UPDATE
        SET target_id = excluded.target_id, public = excluded.public, created_at = now();
    RETURN NULL;
END
$$;

-- The slug of an article that readers see no more: if it gets another one before they see it again, this one leads
-- them there. While it still is the article's slug, it is found as that.
CREATE FUNCTION remember_public_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO redirects (resource, key, target_id) VALUES ('articles', OLD.slug, OLD.id)
        ON CONFLICT (resource, key) DO UPDATE
        SET target_id = excluded.target_id, public = excluded.public, created_at = now();
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_public_slug AFTER UPDATE OF status ON articles
    FOR EACH ROW WHEN (OLD.status = 'published' AND NEW.status <> 'published')
    EXECUTE FUNCTION remember_public_slug();
INSERT INTO redirects (resource, key, target_id)
SELECT 'articles', slug, id FROM articles WHERE status = 'archived'
ON CONFLICT (resource, key) DO NOTHING;

CREATE OR REPLACE FUNCTION remember_deleted_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_public boolean := true;
BEGIN
    IF TG_TABLE_NAME = 'articles' THEN
        was_public := OLD.status = 'published';
    END IF;
    INSERT INTO tombstones (resource, id, slug, public) VALUES (TG_TABLE_NAME, OLD.id, OLD.slug, was_public)
        ON CONFLICT (resource, id) DO UPDATE
        SET slug = excluded.slug, public = excluded.public, deleted_at = now();
    -- The slug belonged to the deleted item, whoever had it before, unless readers never saw that.
    DELETE FROM redirects
    WHERE resource = TG_TABLE_NAME AND key = OLD.slug AND (was_public OR target_id = OLD.id);
    RETURN NULL;
END
$$;
