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

ALTER TABLE tombstones DROP COLUMN source, DROP COLUMN external_id, DROP COLUMN wikidata_id;
