-- The number of the transaction in which an entity got the names that it has: whoever writes an
-- article sees by it whether there is a name that its matcher has not seen. The names of before are
-- known to every matcher that is loaded from now on, so they need no number of their own, nor the
-- table to be written anew. It is no xid8, which diesel does not know.
ALTER TABLE entities ADD COLUMN named_in bigint NOT NULL DEFAULT 1;
ALTER TABLE entities ALTER COLUMN named_in DROP DEFAULT;
CREATE INDEX entities_named_in ON entities (named_in);

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

-- A row of the queue is an entity whose names articles are to be searched for, or an article that is
-- to be annotated. An article may stand there more than once, or be gone: rows are only ever added
-- and taken away, so that no writer waits for who works them off.
ALTER TABLE annotation_queue ADD COLUMN article_id uuid;
-- All articles that were still to be annotated.
INSERT INTO annotation_queue (article_id)
SELECT id FROM articles
WHERE id > (
    SELECT coalesce(after, '00000000-0000-0000-0000-000000000000') FROM annotation_queue
    WHERE entity_id IS NULL AND article_id IS NULL ORDER BY after NULLS FIRST LIMIT 1)
ORDER BY id;
DELETE FROM annotation_queue WHERE entity_id IS NULL AND article_id IS NULL;
ALTER TABLE annotation_queue DROP COLUMN after,
    ADD CONSTRAINT annotation_queue_kind_check CHECK (num_nonnulls(entity_id, article_id) = 1);
CREATE INDEX annotation_queue_article_id ON annotation_queue (article_id) WHERE article_id IS NOT NULL;
