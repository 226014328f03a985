-- Where a slug (or the id of a merged item) leads that no item bears any more.
CREATE TABLE redirects (
    resource text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    target_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT redirects_pkey PRIMARY KEY (resource, key)
);

CREATE TABLE tombstones (
    resource text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    -- Whether readers without a key could see it when it was deleted.
    public boolean NOT NULL,
    deleted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tombstones_pkey PRIMARY KEY (resource, id)
);
CREATE INDEX tombstones_slug ON tombstones (resource, slug, deleted_at);

CREATE FUNCTION remember_former_slug() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION remember_deleted_item() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER articles_former_slug AFTER UPDATE OF slug ON articles
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION remember_former_slug();
CREATE TRIGGER tags_former_slug AFTER UPDATE OF slug ON tags
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION remember_former_slug();
CREATE TRIGGER entities_former_slug AFTER UPDATE OF slug ON entities
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION remember_former_slug();

CREATE TRIGGER articles_deleted AFTER DELETE ON articles
    FOR EACH ROW EXECUTE FUNCTION remember_deleted_item();
CREATE TRIGGER tags_deleted AFTER DELETE ON tags
    FOR EACH ROW EXECUTE FUNCTION remember_deleted_item();
CREATE TRIGGER entities_deleted AFTER DELETE ON entities
    FOR EACH ROW EXECUTE FUNCTION remember_deleted_item();
