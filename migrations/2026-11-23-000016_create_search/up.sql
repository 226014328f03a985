-- What an article is found by. Apart from the article: its row stays small, and
-- a new analysis is stored without touching it.
CREATE TABLE article_search (
    article_id uuid NOT NULL,
    -- The version of the analysis; another than the program's, or none, is stale.
    analysis smallint NOT NULL,
    vector tsvector NOT NULL,
    -- The date of its article while that is published, as links bear it: the newest of many matches are told
    -- without a look at their articles.
    published_at timestamptz,
    CONSTRAINT article_search_pkey PRIMARY KEY (article_id),
    CONSTRAINT article_search_article_id_fkey FOREIGN KEY (article_id)
        REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX article_search_vector ON article_search USING gin (vector);
CREATE INDEX article_search_analysis ON article_search (analysis);
-- Who searches for a common word walks the published articles from the newest on: here without a look
-- at the articles themselves, which took a quarter of the time.
CREATE INDEX article_search_published_at ON article_search (published_at, article_id)
    WHERE published_at IS NOT NULL;
-- The common words are told from the rare ones by these statistics.
ALTER TABLE article_search ALTER COLUMN vector SET STATISTICS 1000;

-- A writer that knows the analysis stores it afterwards; after any other, as one
-- with psql, the row waits for `maqal reindex`.
CREATE FUNCTION outdate_article_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE article_search SET analysis = 0 WHERE article_id = NEW.id AND analysis <> 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_outdate_search
    AFTER UPDATE OF language, headline, standfirst, body_text ON articles
    FOR EACH ROW WHEN (
        (OLD.language, OLD.headline, OLD.standfirst, OLD.body_text)
        IS DISTINCT FROM (NEW.language, NEW.headline, NEW.standfirst, NEW.body_text)
    ) EXECUTE FUNCTION outdate_article_search();

CREATE TRIGGER article_search_date BEFORE INSERT ON article_search
    FOR EACH ROW WHEN (NEW.published_at IS NULL) EXECUTE FUNCTION date_article_link();

CREATE FUNCTION redate_article_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE article_search SET published_at = CASE WHEN NEW.status = 'published' THEN NEW.published_at END
    WHERE article_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER articles_redate_search AFTER UPDATE OF status, published_at ON articles
    FOR EACH ROW WHEN (OLD.status <> NEW.status OR OLD.published_at IS DISTINCT FROM NEW.published_at)
    EXECUTE FUNCTION redate_article_search();

-- What tags and entities are found by: their analysed names. An article's own
-- row holds the ids of its tags and entities alone, so that a new name finds
-- all of their articles at once.
CREATE TABLE tag_search (
    tag_id uuid NOT NULL,
    -- The version of the analysis; another than the program's, or none, is stale.
    analysis smallint NOT NULL,
    vector tsvector NOT NULL,
    CONSTRAINT tag_search_pkey PRIMARY KEY (tag_id),
    CONSTRAINT tag_search_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE
);
CREATE INDEX tag_search_vector ON tag_search USING gin (vector);

CREATE TABLE entity_search (
    entity_id uuid NOT NULL,
    analysis smallint NOT NULL,
    vector tsvector NOT NULL,
    CONSTRAINT entity_search_pkey PRIMARY KEY (entity_id),
    CONSTRAINT entity_search_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES entities (id) ON DELETE CASCADE
);
CREATE INDEX entity_search_vector ON entity_search USING gin (vector);

-- A writer that knows the analysis stores it afterwards; after any other, as one
-- with psql, the row waits for `maqal reindex`.
-- Arguments: the table of what is found, and its column of ids.
CREATE FUNCTION outdate_label_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'tag_search' THEN
        UPDATE tag_search SET analysis = 0 WHERE tag_id = NEW.id AND analysis <> 0;
    ELSE
        UPDATE entity_search SET analysis = 0 WHERE entity_id = NEW.id AND analysis <> 0;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER tags_outdate_search AFTER UPDATE OF names ON tags
    FOR EACH ROW WHEN (OLD.names <> NEW.names) EXECUTE FUNCTION outdate_label_search('tag_search', 'tag_id');
CREATE TRIGGER entities_outdate_search AFTER UPDATE OF names, aliases ON entities
    FOR EACH ROW WHEN ((OLD.names, OLD.aliases) IS DISTINCT FROM (NEW.names, NEW.aliases))
    EXECUTE FUNCTION outdate_label_search('entity_search', 'entity_id');

-- The same of an article that gets or loses a tag or an entity. One that goes
-- with its tag is found by it no more, and needs nothing.
-- Arguments: the column that links, and the table that it links to.
-- Whoever moves links and sees to what their articles are found by says so for the transaction:
-- maqal.links_are_moved. A row of article_search is in the index of all of its words, so that to mark
-- it outdated costs as much as to write it anew.
CREATE FUNCTION outdate_linked_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
BEGIN
    IF current_setting('maqal.links_are_moved', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        ids := ARRAY(SELECT DISTINCT article_id FROM new_links);
    ELSIF TG_OP = 'DELETE' AND TG_ARGV[1] = 'tags' THEN
        -- An article whose tag goes as a whole is found by it no more, and needs nothing.
        ids := ARRAY(SELECT DISTINCT article_id FROM old_links JOIN tags ON tags.id = tag_id);
    ELSIF TG_OP = 'DELETE' THEN
        ids := ARRAY(SELECT DISTINCT article_id FROM old_links JOIN entities ON entities.id = entity_id);
    ELSIF TG_ARGV[1] = 'tags' THEN
        ids := ARRAY(SELECT article_id FROM (
            (SELECT article_id, tag_id FROM old_links EXCEPT SELECT article_id, tag_id FROM new_links) UNION ALL
            (SELECT article_id, tag_id FROM new_links EXCEPT SELECT article_id, tag_id FROM old_links)) AS link);
    ELSE
        ids := ARRAY(SELECT article_id FROM (
            (SELECT article_id, entity_id FROM old_links EXCEPT SELECT article_id, entity_id FROM new_links) UNION ALL
            (SELECT article_id, entity_id FROM new_links EXCEPT SELECT article_id, entity_id FROM old_links)) AS link);
    END IF;
    IF ids <> '{}' THEN
        UPDATE article_search SET analysis = 0 WHERE analysis <> 0 AND article_id = ANY (ids);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER article_tags_outdate_inserted AFTER INSERT ON article_tags
    REFERENCING NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION outdate_linked_search('tag_id', 'tags');
CREATE TRIGGER article_tags_outdate_deleted AFTER DELETE ON article_tags
    REFERENCING OLD TABLE AS old_links
    FOR EACH STATEMENT EXECUTE FUNCTION outdate_linked_search('tag_id', 'tags');
CREATE TRIGGER article_tags_outdate_updated AFTER UPDATE ON article_tags
    REFERENCING OLD TABLE AS old_links NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION outdate_linked_search('tag_id', 'tags');
CREATE TRIGGER article_entities_outdate_inserted AFTER INSERT ON article_entities
    REFERENCING NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION outdate_linked_search('entity_id', 'entities');
CREATE TRIGGER article_entities_outdate_deleted AFTER DELETE ON article_entities
    REFERENCING OLD TABLE AS old_links
    FOR EACH STATEMENT EXECUTE FUNCTION outdate_linked_search('entity_id', 'entities');
CREATE TRIGGER article_entities_outdate_updated AFTER UPDATE ON article_entities
    REFERENCING OLD TABLE AS old_links NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION outdate_linked_search('entity_id', 'entities');
