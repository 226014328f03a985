-- Those that lead who has a key would lead everybody.
DELETE FROM redirects WHERE NOT public;
CREATE OR REPLACE FUNCTION remember_deleted_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    public boolean := true;
BEGIN
    IF TG_TABLE_NAME = 'articles' THEN
        public := OLD.status = 'published';
    END IF;
    INSERT INTO tombstones (resource, id, slug, public) VALUES (TG_TABLE_NAME, OLD.id, OLD.slug, public)
        ON CONFLICT (resource, id) DO UPDATE
        SET slug = excluded.slug, public = excluded.public, deleted_at = now();
    IF public THEN
        -- The slug belonged to the deleted item, whoever had it before.
        DELETE FROM redirects WHERE resource = TG_TABLE_NAME AND key = OLD.slug;
    END IF;
    RETURN NULL;
END
$$;
DROP TRIGGER articles_public_slug ON articles;
DROP FUNCTION remember_public_slug;
CREATE OR REPLACE FUNCTION remember_former_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'articles' THEN
        IF OLD.status <> 'published' THEN
            -- Where readers were led before, they still are: they never saw this one.
            INSERT INTO redirects (resource, key, target_id) VALUES (TG_TABLE_NAME, OLD.slug, OLD.id)
                ON CONFLICT (resource, key) DO NOTHING;
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO redirects (resource, key, target_id) VALUES (TG_TABLE_NAME, OLD.slug, OLD.id)
        ON CONFLICT (resource, key) DO UPDATE SET target_id = excluded.target_id, created_at = now();
    RETURN NULL;
END
$$;
ALTER TABLE redirects DROP COLUMN public;
