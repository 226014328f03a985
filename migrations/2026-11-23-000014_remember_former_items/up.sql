-- Where a slug (or the id of a merged item) leads that no item bears any more.
CREATE TABLE redirects (
    resource text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    target_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Whether readers without a key have ever seen that this is the item's.
    public boolean NOT NULL DEFAULT true,
    CONSTRAINT redirects_pkey PRIMARY KEY (resource, key)
);

CREATE TABLE tombstones (
    resource text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    -- Whether readers without a key could see it when it was deleted.
    public boolean NOT NULL,
    deleted_at timestamptz NOT NULL DEFAULT now(),
    -- By what other systems know it: an import is not to bring it back.
    source text COLLATE "C",
    external_id text COLLATE "C",
    wikidata_id text COLLATE "C",
    CONSTRAINT tombstones_pkey PRIMARY KEY (resource, id)
);
CREATE INDEX tombstones_slug ON tombstones (resource, slug, deleted_at);
CREATE INDEX tombstones_external_id ON tombstones (resource, external_id, source) WHERE external_id IS NOT NULL;
CREATE INDEX tombstones_wikidata_id ON tombstones (resource, wikidata_id) WHERE wikidata_id IS NOT NULL;

CREATE FUNCTION remember_former_slug() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER articles_former_slug AFTER UPDATE OF slug ON articles
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION remember_former_slug();
CREATE TRIGGER tags_former_slug AFTER UPDATE OF slug ON tags
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION remember_former_slug();
CREATE TRIGGER entities_former_slug AFTER UPDATE OF slug ON entities
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION remember_former_slug();

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

CREATE FUNCTION remember_deleted_item() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER articles_deleted AFTER DELETE ON articles
    FOR EACH ROW EXECUTE FUNCTION remember_deleted_item();
CREATE TRIGGER tags_deleted AFTER DELETE ON tags
    FOR EACH ROW EXECUTE FUNCTION remember_deleted_item();
CREATE TRIGGER entities_deleted AFTER DELETE ON entities
    FOR EACH ROW EXECUTE FUNCTION remember_deleted_item();
