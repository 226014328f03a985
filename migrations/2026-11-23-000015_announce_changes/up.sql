-- Every change that readers can see is announced in its own transaction, so
-- that whoever keeps answers knows which of them it made untrue:
--   articles ID,ID   these are different;
--   articles *       any may be different;
--   articles         there are more of them, none is different;
--   *                anything may be different.
-- Of more than 200 no list is made.
-- Nodes that listen hear it when the transaction commits; the writer itself
-- reads it from the setting before it commits.
CREATE FUNCTION announce_change(topic text, ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- A notification has at most 8,000 bytes.
    change text := CASE
        WHEN cardinality(ids) > 200 THEN topic || ' *'
        ELSE rtrim(topic || ' ' || array_to_string(ids, ','))
    END;
    before text := coalesce(current_setting('maqal.changes', true), '');
BEGIN
    PERFORM pg_notify('maqal_changes', change);
    IF length(before) > 20000 THEN
        change := '*';
        before := '';
    END IF;
    IF before <> '*' THEN
        PERFORM set_config('maqal.changes', concat_ws(E'\n', nullif(before, ''), change), true);
    END IF;
END
$$;

-- Argument: the topic.
CREATE FUNCTION announce_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change(TG_ARGV[0], '{}');
    RETURN NULL;
END
$$;

CREATE FUNCTION announce_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[] := ARRAY(SELECT id FROM old_items LIMIT 201);
BEGIN
    IF ids <> '{}' THEN
        PERFORM announce_change(TG_ARGV[0], ids);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION announce_updated_articles() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[] := ARRAY(SELECT id FROM old_items UNION SELECT id FROM new_items LIMIT 201);
BEGIN
    IF ids <> '{}' THEN
        PERFORM announce_change('articles', ids);
    END IF;
    RETURN NULL;
END
$$;

-- Tags and entities count their articles. A new count changes them, but none
-- of the articles that show them. Arguments: the topic, and that of its counts.
-- Folding changes no count that anybody can see: it says so for its transaction, and nothing is announced.
CREATE FUNCTION announce_updated_labels() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed uuid[];
    counted uuid[];
BEGIN
    IF current_setting('maqal.counts_are_folded', true) = 'on' THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(id) FILTER (WHERE is_other), array_agg(id) FILTER (WHERE NOT is_other)
    INTO changed, counted
    FROM (
        SELECT coalesce(old_items.id, new_items.id) AS id,
            old_items.version IS DISTINCT FROM new_items.version AS is_other
        FROM old_items FULL JOIN new_items USING (id)
    ) AS item;
    IF changed IS NOT NULL THEN
        PERFORM announce_change(TG_ARGV[0], changed);
    END IF;
    IF counted IS NOT NULL THEN
        PERFORM announce_change(TG_ARGV[1], counted);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION announce_linked_articles(links uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- An article that this transaction has written is announced already.
    ids uuid[] := ARRAY(
        SELECT id FROM articles
        WHERE id = ANY (links) AND xmin <> pg_current_xact_id()::xid
        LIMIT 201);
BEGIN
    IF ids <> '{}' THEN
        PERFORM announce_change('articles', ids);
    END IF;
END
$$;

CREATE FUNCTION announce_inserted_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_linked_articles(ARRAY(SELECT DISTINCT article_id FROM new_links));
    RETURN NULL;
END
$$;

CREATE FUNCTION announce_deleted_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_linked_articles(ARRAY(SELECT DISTINCT article_id FROM old_links));
    RETURN NULL;
END
$$;

CREATE FUNCTION announce_updated_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_linked_articles(ARRAY(
        SELECT article_id FROM old_links UNION SELECT article_id FROM new_links));
    RETURN NULL;
END
$$;

CREATE FUNCTION announce_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM announce_change('*', '{}');
    RETURN NULL;
END
$$;

CREATE TRIGGER articles_announce_inserted AFTER INSERT ON articles
    FOR EACH STATEMENT EXECUTE FUNCTION announce_inserted('articles');
CREATE TRIGGER articles_announce_deleted AFTER DELETE ON articles REFERENCING OLD TABLE AS old_items
    FOR EACH STATEMENT EXECUTE FUNCTION announce_deleted('articles');
CREATE TRIGGER articles_announce_updated AFTER UPDATE ON articles
    REFERENCING OLD TABLE AS old_items NEW TABLE AS new_items
    FOR EACH STATEMENT EXECUTE FUNCTION announce_updated_articles();

CREATE TRIGGER tags_announce_inserted AFTER INSERT ON tags
    FOR EACH STATEMENT EXECUTE FUNCTION announce_inserted('tags');
CREATE TRIGGER tags_announce_deleted AFTER DELETE ON tags REFERENCING OLD TABLE AS old_items
    FOR EACH STATEMENT EXECUTE FUNCTION announce_deleted('tags');
CREATE TRIGGER tags_announce_updated AFTER UPDATE ON tags
    REFERENCING OLD TABLE AS old_items NEW TABLE AS new_items
    FOR EACH STATEMENT EXECUTE FUNCTION announce_updated_labels('tags', 'tag_counts');

CREATE TRIGGER entities_announce_inserted AFTER INSERT ON entities
    FOR EACH STATEMENT EXECUTE FUNCTION announce_inserted('entities');
CREATE TRIGGER entities_announce_deleted AFTER DELETE ON entities REFERENCING OLD TABLE AS old_items
    FOR EACH STATEMENT EXECUTE FUNCTION announce_deleted('entities');
CREATE TRIGGER entities_announce_updated AFTER UPDATE ON entities
    REFERENCING OLD TABLE AS old_items NEW TABLE AS new_items
    FOR EACH STATEMENT EXECUTE FUNCTION announce_updated_labels('entities', 'entity_counts');

CREATE TRIGGER article_tags_announce_inserted AFTER INSERT ON article_tags
    REFERENCING NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION announce_inserted_links();
CREATE TRIGGER article_tags_announce_deleted AFTER DELETE ON article_tags
    REFERENCING OLD TABLE AS old_links
    FOR EACH STATEMENT EXECUTE FUNCTION announce_deleted_links();
CREATE TRIGGER article_tags_announce_updated AFTER UPDATE ON article_tags
    REFERENCING OLD TABLE AS old_links NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION announce_updated_links();
CREATE TRIGGER article_entities_announce_inserted AFTER INSERT ON article_entities
    REFERENCING NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION announce_inserted_links();
CREATE TRIGGER article_entities_announce_deleted AFTER DELETE ON article_entities
    REFERENCING OLD TABLE AS old_links
    FOR EACH STATEMENT EXECUTE FUNCTION announce_deleted_links();
CREATE TRIGGER article_entities_announce_updated AFTER UPDATE ON article_entities
    REFERENCING OLD TABLE AS old_links NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION announce_updated_links();

-- TRUNCATE fires no other trigger.
CREATE TRIGGER articles_announce_truncated AFTER TRUNCATE ON articles
    FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();
CREATE TRIGGER tags_announce_truncated AFTER TRUNCATE ON tags
    FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();
CREATE TRIGGER entities_announce_truncated AFTER TRUNCATE ON entities
    FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();
CREATE TRIGGER article_tags_announce_truncated AFTER TRUNCATE ON article_tags
    FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();
CREATE TRIGGER article_entities_announce_truncated AFTER TRUNCATE ON article_entities
    FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();
