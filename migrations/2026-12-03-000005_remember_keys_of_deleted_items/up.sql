-- By what other systems know an item that was deleted here: an import is not to bring it back.
ALTER TABLE tombstones
    ADD COLUMN source text COLLATE "C",
    ADD COLUMN external_id text COLLATE "C",
    ADD COLUMN wikidata_id text COLLATE "C";

CREATE OR REPLACE FUNCTION remember_deleted_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_public boolean := true;
    -- What else it was known by.
    source text;
    external_id text;
    wikidata_id text;
BEGIN
    IF TG_TABLE_NAME = 'articles' THEN
        was_public := OLD.status = 'published';
    END IF;
    IF TG_TABLE_NAME <> 'tags' THEN
        source := OLD.source;
        external_id := OLD.external_id;
    END IF;
    IF TG_TABLE_NAME = 'entities' THEN
        wikidata_id := OLD.wikidata_id;
    END IF;
    INSERT INTO tombstones (resource, id, slug, public, source, external_id, wikidata_id) VALUES (TG_TABLE_NAME, OLD.id, OLD.slug, was_public, source, external_id, wikidata_id)
        ON CONFLICT (resource, id) DO UPDATE
        SET slug = excluded.slug, public = excluded.public, deleted_at = now(),
            source = excluded.source, external_id = excluded.external_id, wikidata_id = excluded.wikidata_id;
    -- The slug belonged to the deleted item, whoever had it before, unless readers never saw that.
    DELETE FROM redirects
    WHERE resource = TG_TABLE_NAME AND key = OLD.slug AND (was_public OR target_id = OLD.id);
    RETURN NULL;
END
$$;
