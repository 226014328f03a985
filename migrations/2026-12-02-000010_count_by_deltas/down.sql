-- First nobody notes any more, then what was noted is counted on the rows.
CREATE OR REPLACE FUNCTION count_linked_articles() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION announce_updated_labels() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed uuid[];
    counted uuid[];
BEGIN
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

CREATE OR REPLACE FUNCTION outdate_linked_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gained text := 'SELECT article_id FROM new_links';
    lost text := 'SELECT article_id FROM old_links JOIN %2$I ON %2$I.id = %1$I';
    moved text := 'SELECT article_id FROM (
        (SELECT article_id, %1$I FROM old_links EXCEPT SELECT article_id, %1$I FROM new_links) UNION ALL
        (SELECT article_id, %1$I FROM new_links EXCEPT SELECT article_id, %1$I FROM old_links)) AS link';
BEGIN
    IF current_setting('maqal.links_are_moved', true) = 'on' THEN
        RETURN NULL;
    END IF;
    EXECUTE format(
        'UPDATE article_search SET analysis = 0 WHERE analysis <> 0 AND article_id = ANY (ARRAY('
            || CASE TG_OP WHEN 'INSERT' THEN gained WHEN 'DELETE' THEN lost ELSE moved END || '))',
        TG_ARGV[0], TG_ARGV[1]);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION outdate_label_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE %1$I SET analysis = 0 WHERE %2$I = $1 AND analysis <> 0', TG_ARGV[0], TG_ARGV[1])
        USING NEW.id;
    RETURN NULL;
END
$$;

DROP TRIGGER entities_forget_counts ON entities;
DROP TRIGGER tags_forget_counts ON tags;
DROP FUNCTION forget_counts();

-- A base may have been set too low by hand.
LOCK TABLE tag_count_deltas, entity_count_deltas IN ACCESS EXCLUSIVE MODE;
UPDATE tags SET article_count = greatest(0, article_count + n)
FROM (SELECT tag_id, sum(n) AS n FROM tag_count_deltas GROUP BY tag_id) AS delta WHERE id = tag_id;
UPDATE entities SET article_count = greatest(0, article_count + n)
FROM (SELECT entity_id, sum(n) AS n FROM entity_count_deltas GROUP BY entity_id) AS delta WHERE id = entity_id;
DROP TABLE entity_count_deltas;
DROP TABLE tag_count_deltas;
