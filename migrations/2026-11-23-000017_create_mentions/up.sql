-- Where the texts of articles speak of entities. Offsets count the code points
-- of the field's plain text.
CREATE TABLE mentions (
    id uuid NOT NULL,
    article_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    field text COLLATE "C" NOT NULL,
    -- Where it was last found.
    start_offset integer NOT NULL,
    end_offset integer NOT NULL,
    exact text NOT NULL,
    prefix text NOT NULL,
    suffix text NOT NULL,
    origin text COLLATE "C" NOT NULL,
    -- Of one that is a candidate, nobody is sure that it means this entity; one
    -- that is lost stands in the text no more; what an editor rejected is kept,
    -- so that the annotator does not find it again.
    status text COLLATE "C" NOT NULL DEFAULT 'found',
    confidence real NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT mentions_pkey PRIMARY KEY (article_id, id),
    CONSTRAINT mentions_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE,
    CONSTRAINT mentions_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES entities (id) ON DELETE CASCADE,
    CONSTRAINT mentions_field_check CHECK (field IN ('headline', 'standfirst', 'body')),
    CONSTRAINT mentions_offsets_check CHECK (start_offset >= 0 AND end_offset > start_offset),
    CONSTRAINT mentions_origin_check CHECK (origin IN ('editor', 'gazetteer', 'import')),
    CONSTRAINT mentions_status_check CHECK (status IN ('found', 'candidate', 'lost', 'rejected')),
    CONSTRAINT mentions_confidence_check CHECK (confidence BETWEEN 0 AND 1)
);
CREATE INDEX mentions_entity_id ON mentions (entity_id, article_id);
-- Mentions of an entity that somebody has made are few beside those of the annotator.
CREATE INDEX mentions_given ON mentions (entity_id, article_id) WHERE origin <> 'gazetteer';
-- A mention that comes, goes or moves changes what its article shows.
CREATE TRIGGER mentions_announce_inserted AFTER INSERT ON mentions REFERENCING NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION announce_inserted_links();
CREATE TRIGGER mentions_announce_deleted AFTER DELETE ON mentions REFERENCING OLD TABLE AS old_links
    FOR EACH STATEMENT EXECUTE FUNCTION announce_deleted_links();
CREATE TRIGGER mentions_announce_updated AFTER UPDATE ON mentions
    REFERENCING OLD TABLE AS old_links NEW TABLE AS new_links
    FOR EACH STATEMENT EXECUTE FUNCTION announce_updated_links();
CREATE TRIGGER mentions_announce_truncated AFTER TRUNCATE ON mentions
    FOR EACH STATEMENT EXECUTE FUNCTION announce_everything();

-- A row of the queue is an entity whose names articles are to be searched for, or an article that is
-- to be annotated. An article may stand there more than once, or be gone: rows are only ever added
-- and taken away, so that no writer waits for who works them off.
CREATE TABLE annotation_queue (
    id bigint GENERATED ALWAYS AS IDENTITY,
    entity_id uuid,
    article_id uuid,
    CONSTRAINT annotation_queue_pkey PRIMARY KEY (id),
    CONSTRAINT annotation_queue_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES entities (id) ON DELETE CASCADE,
    CONSTRAINT annotation_queue_kind_check CHECK (num_nonnulls(entity_id, article_id) = 1)
);
CREATE INDEX annotation_queue_entity_id ON annotation_queue (entity_id);
CREATE INDEX annotation_queue_article_id ON annotation_queue (article_id) WHERE article_id IS NOT NULL;

CREATE FUNCTION queue_annotation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO annotation_queue (entity_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER entities_queue_inserted AFTER INSERT ON entities
    FOR EACH ROW EXECUTE FUNCTION queue_annotation();
CREATE TRIGGER entities_queue_updated AFTER UPDATE OF type, names, aliases ON entities
    FOR EACH ROW WHEN ((OLD.type, OLD.names, OLD.aliases) IS DISTINCT FROM (NEW.type, NEW.names, NEW.aliases))
    EXECUTE FUNCTION queue_annotation();
