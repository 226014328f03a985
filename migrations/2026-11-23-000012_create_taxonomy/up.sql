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

-- What a tag or an entity is called, in the form in which it is compared where an article names it by nothing else.
-- Case, white space, vowel signs, tatweel, the form of an apostrophe and what is invisible make no other name; accents
-- and signs do: pêche is not péché, and C# is not C++. A name of nothing else is compared as it is written.
CREATE FUNCTION label_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN coalesce(nullif(lower(btrim(regexp_replace(translate(regexp_replace(normalize(name, NFKC),
        '[\u0640\u0610-\u061A\u064B-\u0652\u0656-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED'
        '\u0897\u08CA-\u08E1\u08E3-\u08FF\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7'
        '\u00AD\u034F\u061C\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF]', '', 'g'),
        '‘’ʼ', ''''''''), '\s+', ' ', 'g'))), ''), name);

-- All that it is called so. Dear: a plan is not to ask it of every row.
CREATE FUNCTION label_names(names jsonb, aliases jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
    RETURN ARRAY(
        SELECT label_name(name) FROM jsonb_each_text(names) AS named (language, name)
        UNION SELECT label_name(alias ->> 'name') FROM jsonb_array_elements(aliases) AS alias);

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
-- By which an article that gives a name alone finds whose it is. Looked up by writers: no list of what is still to be
-- taken in.
CREATE INDEX tags_names ON tags USING gin (label_names(names, '[]')) WITH (fastupdate = off);

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
    -- What it is called in the catalogue that it was taken from.
    source text COLLATE "C",
    external_id text COLLATE "C",
    -- The number of the transaction in which it got the names that it has: whoever writes an article sees by it
    -- whether there is a name that its matcher has not seen. It is no xid8, which diesel does not know.
    named_in bigint NOT NULL,
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
    CONSTRAINT entities_article_count_check CHECK (article_count >= 0),
    CONSTRAINT entities_external_id_source_key UNIQUE (external_id, source),
    CONSTRAINT entities_external_id_check CHECK ((source IS NULL) = (external_id IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX entities_type_slug ON entities (type, slug);
CREATE INDEX entities_article_count ON entities (article_count, id);
CREATE INDEX entities_updated_at ON entities (updated_at, id);
CREATE INDEX entities_named_in ON entities (named_in);
CREATE INDEX entities_names ON entities USING gin (label_names(names, aliases)) WITH (fastupdate = off);
CREATE TRIGGER entities_touch
    BEFORE UPDATE OF slug, type, names, aliases, description, wikidata_id, source, external_id, same_as,
        latitude, longitude
    ON entities
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_item();

CREATE FUNCTION number_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.named_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END
$$;
-- Whatever the row says: one that comes back when a merge is undone says when it had its names before.
CREATE TRIGGER entities_names_inserted BEFORE INSERT ON entities
    FOR EACH ROW EXECUTE FUNCTION number_names();
CREATE TRIGGER entities_names_updated BEFORE UPDATE OF type, names, aliases ON entities
    FOR EACH ROW WHEN ((OLD.type, OLD.names, OLD.aliases) IS DISTINCT FROM (NEW.type, NEW.names, NEW.aliases))
    EXECUTE FUNCTION number_names();
