-- A change made by hand moves version and updated_at too. A writer that has
-- moved the version itself (because the item's links changed) is left alone.
CREATE FUNCTION touch_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version = OLD.version THEN
        NEW.version := OLD.version + 1;
    END IF;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END
$$;

CREATE TABLE tags (
    id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    parent_id uuid,
    names jsonb NOT NULL,
    description jsonb NOT NULL DEFAULT '{}',
    scheme text COLLATE "C",
    code text COLLATE "C",
    article_count bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tags_pkey PRIMARY KEY (id),
    CONSTRAINT tags_slug_key UNIQUE (slug),
    CONSTRAINT tags_kind_check CHECK (kind IN ('topic', 'section', 'series', 'keyword', 'genre')),
    CONSTRAINT tags_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES tags (id),
    CONSTRAINT tags_names_check CHECK (jsonb_typeof(names) = 'object' AND names <> '{}'),
    CONSTRAINT tags_description_check CHECK (jsonb_typeof(description) = 'object'),
    CONSTRAINT tags_scheme_code_key UNIQUE (scheme, code),
    CONSTRAINT tags_scheme_code_check CHECK ((scheme IS NULL) = (code IS NULL)),
    CONSTRAINT tags_article_count_check CHECK (article_count >= 0)
-- Room for the counts to be updated in place.
) WITH (fillfactor = 80);
CREATE INDEX tags_parent_id ON tags (parent_id, slug);
CREATE INDEX tags_kind_slug ON tags (kind, slug);
CREATE INDEX tags_article_count ON tags (article_count, id);
CREATE INDEX tags_updated_at ON tags (updated_at, id);

CREATE FUNCTION refuse_tag_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- One change of the hierarchy at a time: two that are harmless alone can
    -- close a cycle together.
    PERFORM pg_advisory_xact_lock(hashtextextended('tags.parent_id', 0));
    IF EXISTS (
        WITH RECURSIVE ancestor AS (
            SELECT NEW.parent_id AS id
            UNION
            SELECT tags.parent_id FROM tags JOIN ancestor ON tags.id = ancestor.id
        )
        SELECT FROM ancestor WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'tag % would be its own ancestor', NEW.slug
            USING ERRCODE = 'check_violation', TABLE = 'tags', CONSTRAINT = 'tags_parent_acyclic';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER tags_parent_acyclic BEFORE INSERT OR UPDATE OF parent_id ON tags
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION refuse_tag_cycle();
CREATE TRIGGER tags_touch
    BEFORE UPDATE OF slug, kind, parent_id, names, description, scheme, code ON tags
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_item();

CREATE TABLE entities (
    id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    names jsonb NOT NULL,
    aliases jsonb NOT NULL DEFAULT '[]',
    description jsonb NOT NULL DEFAULT '{}',
    wikidata_id text COLLATE "C",
    same_as jsonb NOT NULL DEFAULT '[]',
    latitude double precision,
    longitude double precision,
    article_count bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT entities_pkey PRIMARY KEY (id),
    CONSTRAINT entities_slug_key UNIQUE (slug),
    CONSTRAINT entities_type_check CHECK (type IN ('person', 'organisation', 'place', 'event', 'work')),
    CONSTRAINT entities_names_check CHECK (jsonb_typeof(names) = 'object' AND names <> '{}'),
    CONSTRAINT entities_aliases_check CHECK (jsonb_typeof(aliases) = 'array'),
    CONSTRAINT entities_description_check CHECK (jsonb_typeof(description) = 'object'),
    CONSTRAINT entities_wikidata_id_key UNIQUE (wikidata_id),
    CONSTRAINT entities_wikidata_id_check CHECK (wikidata_id ~ '^Q[1-9][0-9]{0,11}$'),
    CONSTRAINT entities_same_as_check CHECK (jsonb_typeof(same_as) = 'array'),
    CONSTRAINT entities_position_check CHECK (
        (latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL OR type = 'place')),
    CONSTRAINT entities_latitude_check CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT entities_longitude_check CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT entities_article_count_check CHECK (article_count >= 0)
) WITH (fillfactor = 80);
CREATE INDEX entities_type_slug ON entities (type, slug);
CREATE INDEX entities_article_count ON entities (article_count, id);
CREATE INDEX entities_updated_at ON entities (updated_at, id);
CREATE TRIGGER entities_touch
    BEFORE UPDATE OF slug, type, names, aliases, description, wikidata_id, same_as, latitude, longitude
    ON entities
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_item();
