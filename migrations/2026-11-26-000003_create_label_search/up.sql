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
    EXECUTE format('UPDATE %1$I SET analysis = 0 WHERE %2$I = $1 AND analysis <> 0', TG_ARGV[0], TG_ARGV[1])
        USING NEW.id;
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
CREATE FUNCTION outdate_linked_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gained text := 'SELECT article_id FROM new_links';
    lost text := 'SELECT article_id FROM old_links JOIN %2$I ON %2$I.id = %1$I';
    moved text := 'SELECT article_id FROM (
        (SELECT article_id, %1$I FROM old_links EXCEPT SELECT article_id, %1$I FROM new_links) UNION ALL
        (SELECT article_id, %1$I FROM new_links EXCEPT SELECT article_id, %1$I FROM old_links)) AS link';
BEGIN
    EXECUTE format(
        'UPDATE article_search SET analysis = 0 WHERE analysis <> 0 AND article_id = ANY (ARRAY('
            || CASE TG_OP WHEN 'INSERT' THEN gained WHEN 'DELETE' THEN lost ELSE moved END || '))',
        TG_ARGV[0], TG_ARGV[1]);
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
