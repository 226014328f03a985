CREATE TABLE articles (
    id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    headline text COLLATE "C" NOT NULL,
    alternative_headline text,
    standfirst text,
    body text NOT NULL,
    body_format text COLLATE "C" NOT NULL,
    -- Derived from body when it is written: text positions count on it.
    body_html text NOT NULL,
    body_text text NOT NULL,
    word_count integer NOT NULL,
    byline text,
    source text COLLATE "C",
    external_id text COLLATE "C",
    canonical_url text,
    image jsonb,
    published_at timestamptz,
    translation_of uuid,
    metadata jsonb NOT NULL DEFAULT '{}',
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- The date that lists sort by; never null, so that keyset pages can use it.
    sort_date timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(published_at, created_at)) STORED,
    CONSTRAINT articles_pkey PRIMARY KEY (id),
    CONSTRAINT articles_slug_key UNIQUE (slug),
    CONSTRAINT articles_status_check CHECK (status IN ('draft', 'published', 'archived')),
    CONSTRAINT articles_body_format_check CHECK (body_format IN ('text', 'markdown', 'html')),
    CONSTRAINT articles_word_count_check CHECK (word_count >= 0),
    -- In this order it finds an external id alone as well.
    CONSTRAINT articles_external_id_source_key UNIQUE (external_id, source),
    CONSTRAINT articles_source_check CHECK (external_id IS NULL OR source IS NOT NULL),
    CONSTRAINT articles_image_check CHECK (jsonb_typeof(image) = 'object'),
    CONSTRAINT articles_published_at_check CHECK (status <> 'published' OR published_at IS NOT NULL),
    CONSTRAINT articles_translation_of_fkey FOREIGN KEY (translation_of)
        REFERENCES articles (id) ON DELETE SET NULL,
    CONSTRAINT articles_translation_of_check CHECK (translation_of <> id),
    CONSTRAINT articles_metadata_check CHECK (jsonb_typeof(metadata) = 'object')
);
CREATE INDEX articles_sort_date ON articles (sort_date, id);
CREATE INDEX articles_updated_at ON articles (updated_at, id);
CREATE INDEX articles_created_at ON articles (created_at, id);
CREATE INDEX articles_headline ON articles (headline, id);
CREATE INDEX articles_language_sort_date ON articles (language, sort_date, id);
CREATE INDEX articles_source_sort_date ON articles (source, sort_date, id);
CREATE INDEX articles_byline_sort_date ON articles (byline, sort_date, id) WHERE byline IS NOT NULL;
CREATE INDEX articles_image_sort_date ON articles (sort_date, id) WHERE image IS NOT NULL;
-- Drafts and archived articles are few beside the published.
CREATE INDEX articles_unpublished_sort_date ON articles (status, sort_date, id) WHERE status <> 'published';
CREATE INDEX articles_translation_of ON articles (translation_of) WHERE translation_of IS NOT NULL;
-- Column by column: a generated one forbids to compare whole rows here.
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

-- A translation may be translated on, but no article is, by way of others, a translation of itself.
CREATE FUNCTION refuse_translation_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original uuid := NEW.translation_of;
    -- So far a walk goes: cycles of before have no end, and each line of a long chain would walk all of it. Whether
    -- there is a cycle beyond, nobody knows, so that is refused.
    steps int := 100;
BEGIN
    WHILE original IS NOT NULL LOOP
        IF original = NEW.id THEN
            RAISE EXCEPTION 'article % would be a translation of itself', NEW.slug
                USING ERRCODE = 'check_violation', TABLE = 'articles', CONSTRAINT = 'articles_translation_of_acyclic';
        END IF;
        IF steps = 0 THEN
            RAISE EXCEPTION 'article % would be a translation by way of too many others', NEW.slug
                USING ERRCODE = 'check_violation', TABLE = 'articles', CONSTRAINT = 'articles_translation_of_depth';
        END IF;
        steps := steps - 1;
        IF TG_OP = 'UPDATE' THEN
            -- Two changes that are harmless alone can close a cycle together: nobody else changes these now.
            SELECT translation_of INTO original FROM articles WHERE id = original FOR SHARE;
        ELSE
            -- A new article is known to nobody else.
            SELECT translation_of INTO original FROM articles WHERE id = original;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_translation_of_inserted AFTER INSERT ON articles
    FOR EACH ROW WHEN (NEW.translation_of IS NOT NULL) EXECUTE FUNCTION refuse_translation_cycle();
CREATE TRIGGER articles_translation_of_updated AFTER UPDATE OF translation_of ON articles
    FOR EACH ROW WHEN (NEW.translation_of IS DISTINCT FROM OLD.translation_of AND NEW.translation_of IS NOT NULL)
    EXECUTE FUNCTION refuse_translation_cycle();

-- The links carry the article's date while it is published, and null while it
-- is not: counts and lists by tag or entity are answered by one index.
CREATE TABLE article_tags (
    article_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    position smallint NOT NULL,
    published_at timestamptz,
    CONSTRAINT article_tags_pkey PRIMARY KEY (article_id, tag_id),
    CONSTRAINT article_tags_article_id_fkey FOREIGN KEY (article_id)
        REFERENCES articles (id) ON DELETE CASCADE,
    CONSTRAINT article_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE
);
CREATE INDEX article_tags_tag_id ON article_tags (tag_id, published_at, article_id);

CREATE TABLE article_entities (
    article_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    position smallint NOT NULL,
    relation text COLLATE "C" NOT NULL,
    salience double precision,
    published_at timestamptz,
    -- Who links: an editor, or the annotator, whose links follow the text and give way to those of an editor.
    origin text COLLATE "C" NOT NULL DEFAULT 'editor',
    CONSTRAINT article_entities_pkey PRIMARY KEY (article_id, entity_id),
    CONSTRAINT article_entities_article_id_fkey FOREIGN KEY (article_id)
        REFERENCES articles (id) ON DELETE CASCADE,
    CONSTRAINT article_entities_entity_id_fkey FOREIGN KEY (entity_id)
        REFERENCES entities (id) ON DELETE CASCADE,
    CONSTRAINT article_entities_relation_check CHECK (relation IN ('about', 'mentions', 'author')),
    CONSTRAINT article_entities_salience_check CHECK (salience BETWEEN 0 AND 1),
    CONSTRAINT article_entities_origin_check CHECK (origin IN ('editor', 'gazetteer'))
);
CREATE INDEX article_entities_entity_id ON article_entities (entity_id, published_at, article_id);

-- A writer that knows the date gives it; for any other it is looked up.
CREATE FUNCTION date_article_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.published_at := (
        SELECT published_at FROM articles WHERE id = NEW.article_id AND status = 'published');
    RETURN NEW;
END
$$;
CREATE TRIGGER article_tags_date BEFORE INSERT ON article_tags
    FOR EACH ROW WHEN (NEW.published_at IS NULL) EXECUTE FUNCTION date_article_link();
CREATE TRIGGER article_tags_redate BEFORE UPDATE OF article_id ON article_tags
    FOR EACH ROW EXECUTE FUNCTION date_article_link();
CREATE TRIGGER article_entities_date BEFORE INSERT ON article_entities
    FOR EACH ROW WHEN (NEW.published_at IS NULL) EXECUTE FUNCTION date_article_link();
CREATE TRIGGER article_entities_redate BEFORE UPDATE OF article_id ON article_entities
    FOR EACH ROW EXECUTE FUNCTION date_article_link();

CREATE FUNCTION redate_article_links() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    date timestamptz := CASE WHEN NEW.status = 'published' THEN NEW.published_at END;
BEGIN
    UPDATE article_tags SET published_at = date WHERE article_id = NEW.id;
    UPDATE article_entities SET published_at = date WHERE article_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_redate_links AFTER UPDATE OF status, published_at ON articles
    FOR EACH ROW WHEN (OLD.status <> NEW.status OR OLD.published_at IS DISTINCT FROM NEW.published_at)
    EXECUTE FUNCTION redate_article_links();

-- The number of a tag's or an entity's articles is what its row says (the base) and what was noted since (the
-- deltas), which the service folds into the base now and then. A writer notes a delta and waits for nobody: to
-- count on the row itself, each writer would wait until the one before it has committed, and a section's tag is on
-- most articles. A statement that adds the two up is exact, since it sees base and deltas of one moment.
-- The deltas have no foreign key: those of an item that is gone are dropped with it, or when they are folded. One
-- index is all that a writer has to keep: the sum of an item's deltas is read from it alone.
CREATE TABLE tag_count_deltas (
    id bigint GENERATED ALWAYS AS IDENTITY,
    tag_id uuid NOT NULL,
    n bigint NOT NULL,
    CONSTRAINT tag_count_deltas_pkey PRIMARY KEY (tag_id, id) INCLUDE (n)
-- Rows come and go by the thousand, and those that went slow the sums down until they are cleared away.
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_threshold = -1);

CREATE TABLE entity_count_deltas (
    id bigint GENERATED ALWAYS AS IDENTITY,
    entity_id uuid NOT NULL,
    n bigint NOT NULL,
    CONSTRAINT entity_count_deltas_pkey PRIMARY KEY (entity_id, id) INCLUDE (n)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_threshold = -1);

-- Argument: the table that counts. The statements are static, so that each session plans them once.
CREATE FUNCTION count_linked_articles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted uuid[];
BEGIN
    IF TG_ARGV[0] = 'tags' THEN
        IF TG_OP = 'INSERT' THEN
            WITH noted AS (
                INSERT INTO tag_count_deltas (tag_id, n)
                SELECT tag_id, count(*) FROM new_links WHERE published_at IS NOT NULL GROUP BY tag_id
                RETURNING tag_id
            ) SELECT array_agg(tag_id) INTO counted FROM noted;
        ELSIF TG_OP = 'DELETE' THEN
            -- Links that go with their tag count nowhere any more.
            WITH noted AS (
                INSERT INTO tag_count_deltas (tag_id, n)
                SELECT tag_id, -count(*) FROM old_links JOIN tags ON tags.id = tag_id
                WHERE published_at IS NOT NULL GROUP BY tag_id
                RETURNING tag_id
            ) SELECT array_agg(tag_id) INTO counted FROM noted;
        ELSE
            WITH noted AS (
                INSERT INTO tag_count_deltas (tag_id, n)
                SELECT tag_id, sum(n) FROM (
                    SELECT tag_id, 1 AS n FROM new_links WHERE published_at IS NOT NULL
                    UNION ALL SELECT tag_id, -1 FROM old_links WHERE published_at IS NOT NULL
                ) AS link GROUP BY tag_id HAVING sum(n) <> 0
                RETURNING tag_id
            ) SELECT array_agg(tag_id) INTO counted FROM noted;
        END IF;
        IF counted IS NOT NULL THEN
            PERFORM announce_change('tag_counts', counted);
        END IF;
    ELSE
        IF TG_OP = 'INSERT' THEN
            WITH noted AS (
                INSERT INTO entity_count_deltas (entity_id, n)
                SELECT entity_id, count(*) FROM new_links WHERE published_at IS NOT NULL GROUP BY entity_id
                RETURNING entity_id
            ) SELECT array_agg(entity_id) INTO counted FROM noted;
        ELSIF TG_OP = 'DELETE' THEN
            WITH noted AS (
                INSERT INTO entity_count_deltas (entity_id, n)
                SELECT entity_id, -count(*) FROM old_links JOIN entities ON entities.id = entity_id
                WHERE published_at IS NOT NULL GROUP BY entity_id
                RETURNING entity_id
            ) SELECT array_agg(entity_id) INTO counted FROM noted;
        ELSE
            WITH noted AS (
                INSERT INTO entity_count_deltas (entity_id, n)
                SELECT entity_id, sum(n) FROM (
                    SELECT entity_id, 1 AS n FROM new_links WHERE published_at IS NOT NULL
                    UNION ALL SELECT entity_id, -1 FROM old_links WHERE published_at IS NOT NULL
                ) AS link GROUP BY entity_id HAVING sum(n) <> 0
                RETURNING entity_id
            ) SELECT array_agg(entity_id) INTO counted FROM noted;
        END IF;
        IF counted IS NOT NULL THEN
            PERFORM announce_change('entity_counts', counted);
        END IF;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER article_tags_count_inserted AFTER INSERT ON article_tags REFERENCING NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION count_linked_articles('tags', 'tag_id');
CREATE TRIGGER article_tags_count_deleted AFTER DELETE ON article_tags REFERENCING OLD TABLE AS old_links
    FOR EACH STATEMENT EXECUTE FUNCTION count_linked_articles('tags', 'tag_id');
CREATE TRIGGER article_tags_count_updated AFTER UPDATE ON article_tags REFERENCING OLD TABLE AS old_links NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION count_linked_articles('tags', 'tag_id');
CREATE TRIGGER article_entities_count_inserted AFTER INSERT ON article_entities REFERENCING NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION count_linked_articles('entities', 'entity_id');
CREATE TRIGGER article_entities_count_deleted AFTER DELETE ON article_entities REFERENCING OLD TABLE AS old_links
    FOR EACH STATEMENT EXECUTE FUNCTION count_linked_articles('entities', 'entity_id');
CREATE TRIGGER article_entities_count_updated AFTER UPDATE ON article_entities REFERENCING OLD TABLE AS old_links NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION count_linked_articles('entities', 'entity_id');

-- An item that is made again under its id, when a merge is undone, counts from nothing.
CREATE FUNCTION forget_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'tags' THEN
        DELETE FROM tag_count_deltas WHERE tag_id IN (SELECT id FROM old_items);
    ELSE
        DELETE FROM entity_count_deltas WHERE entity_id IN (SELECT id FROM old_items);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER tags_forget_counts AFTER DELETE ON tags REFERENCING OLD TABLE AS old_items
    FOR EACH STATEMENT EXECUTE FUNCTION forget_counts();
CREATE TRIGGER entities_forget_counts AFTER DELETE ON entities REFERENCING OLD TABLE AS old_items
    FOR EACH STATEMENT EXECUTE FUNCTION forget_counts();
