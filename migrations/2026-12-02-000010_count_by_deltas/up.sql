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
CREATE OR REPLACE FUNCTION count_linked_articles() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- Folding changes no count that anybody can see: it says so for its transaction, and nothing is announced.
CREATE OR REPLACE FUNCTION announce_updated_labels() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- Static as well. Arguments as before: the column that links, and the table that it links to.
CREATE OR REPLACE FUNCTION outdate_linked_search() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION outdate_label_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'tag_search' THEN
        UPDATE tag_search SET analysis = 0 WHERE tag_id = NEW.id AND analysis <> 0;
    ELSE
        UPDATE entity_search SET analysis = 0 WHERE entity_id = NEW.id AND analysis <> 0;
    END IF;
    RETURN NULL;
END
$$;
