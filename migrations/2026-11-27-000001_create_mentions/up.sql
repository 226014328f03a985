-- Who links an article to an entity: an editor, or the annotator, whose links
-- follow the text and give way to those of an editor.
ALTER TABLE article_entities ADD COLUMN origin text NOT NULL DEFAULT 'editor',
    ADD CONSTRAINT article_entities_origin_check CHECK (origin IN ('editor', 'gazetteer'));

-- Where the texts of articles speak of entities. Offsets count the code points
-- of the field's plain text.
CREATE TABLE mentions (
    id uuid NOT NULL,
    article_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    field text NOT NULL,
    -- Where it was last found.
    start_offset integer NOT NULL,
    end_offset integer NOT NULL,
    exact text NOT NULL,
    prefix text NOT NULL,
    suffix text NOT NULL,
    origin text NOT NULL,
    -- Of one that is a candidate, nobody is sure that it means this entity; one
    -- that is lost stands in the text no more; what an editor rejected is kept,
    -- so that the annotator does not find it again.
    status text NOT NULL DEFAULT 'found',
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
