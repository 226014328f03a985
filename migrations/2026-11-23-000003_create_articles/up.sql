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
    CONSTRAINT article_entities_pkey PRIMARY KEY (article_id, entity_id),
    CONSTRAINT article_entities_article_id_fkey FOREIGN KEY (article_id)
        REFERENCES articles (id) ON DELETE CASCADE,
    CONSTRAINT article_entities_entity_id_fkey FOREIGN KEY (entity_id)
        REFERENCES entities (id) ON DELETE CASCADE,
    CONSTRAINT article_entities_relation_check CHECK (relation IN ('about', 'mentions', 'author')),
    CONSTRAINT article_entities_salience_check CHECK (salience BETWEEN 0 AND 1)
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

-- article_count is the number of published articles. The rows to count on are
-- locked in the order of their ids, so that two writers do not deadlock.
-- Arguments: the table that counts, and the column that links to it.
CREATE FUNCTION count_linked_articles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gained text := 'SELECT %2$I AS id, 1 AS n FROM new_links WHERE published_at IS NOT NULL';
    lost text := 'SELECT %2$I AS id, -1 AS n FROM old_links WHERE published_at IS NOT NULL';
    change text := CASE TG_OP
        WHEN 'INSERT' THEN gained
        WHEN 'DELETE' THEN lost
        ELSE gained || ' UNION ALL ' || lost
    END;
BEGIN
    EXECUTE format(
        'WITH change AS (
            SELECT id, sum(n) AS n FROM (' || change || ') AS link GROUP BY id HAVING sum(n) <> 0
        ), locked AS (
            SELECT id, n FROM %1$I JOIN change USING (id) ORDER BY id FOR NO KEY UPDATE OF %1$I
        )
        UPDATE %1$I SET article_count = article_count + n FROM locked WHERE %1$I.id = locked.id',
        TG_ARGV[0], TG_ARGV[1]);
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
