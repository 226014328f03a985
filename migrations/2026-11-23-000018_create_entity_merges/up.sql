-- Entities that turned out to be another one, and all that it takes to part them again.
CREATE TABLE entity_merges (
    id uuid NOT NULL,
    -- Who it was, and who it is now.
    from_id uuid NOT NULL,
    into_id uuid NOT NULL,
    -- Its row, and what the other one got of it.
    entity jsonb NOT NULL,
    gained jsonb NOT NULL,
    -- The former keys that led to it.
    keys text[] NOT NULL,
    -- The later merge by which it came to where it is now: that one has to be undone first.
    via_id uuid,
    merged_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT entity_merges_pkey PRIMARY KEY (id),
    CONSTRAINT entity_merges_into_id_fkey FOREIGN KEY (into_id) REFERENCES entities (id) ON DELETE CASCADE,
    CONSTRAINT entity_merges_via_id_fkey FOREIGN KEY (via_id) REFERENCES entity_merges (id)
);
CREATE INDEX entity_merges_into_id ON entity_merges (into_id, merged_at, id);
CREATE INDEX entity_merges_via_id ON entity_merges (via_id) WHERE via_id IS NOT NULL;

CREATE TABLE entity_merge_links (
    merge_id uuid NOT NULL,
    article_id uuid NOT NULL,
    -- The link as it was.
    position smallint NOT NULL,
    relation text COLLATE "C" NOT NULL,
    salience double precision,
    origin text COLLATE "C" NOT NULL,
    -- The article's link to the other entity, where it had one.
    other_relation text COLLATE "C",
    other_salience double precision,
    other_origin text COLLATE "C",
    CONSTRAINT entity_merge_links_pkey PRIMARY KEY (merge_id, article_id),
    CONSTRAINT entity_merge_links_merge_id_fkey FOREIGN KEY (merge_id) REFERENCES entity_merges (id) ON DELETE CASCADE,
    CONSTRAINT entity_merge_links_article_id_fkey FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX entity_merge_links_article_id ON entity_merge_links (article_id);

CREATE TABLE entity_merge_mentions (
    merge_id uuid NOT NULL,
    article_id uuid NOT NULL,
    mention_id uuid NOT NULL,
    CONSTRAINT entity_merge_mentions_pkey PRIMARY KEY (merge_id, article_id, mention_id),
    CONSTRAINT entity_merge_mentions_merge_id_fkey FOREIGN KEY (merge_id)
        REFERENCES entity_merges (id) ON DELETE CASCADE,
    CONSTRAINT entity_merge_mentions_article_id_mention_id_fkey FOREIGN KEY (article_id, mention_id)
        REFERENCES mentions (article_id, id) ON DELETE CASCADE
);
CREATE INDEX entity_merge_mentions_mention_id ON entity_merge_mentions (article_id, mention_id);
