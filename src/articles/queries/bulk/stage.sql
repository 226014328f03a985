CREATE TEMPORARY TABLE staged_articles (
    id uuid NOT NULL,
    slug text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    headline text COLLATE "C" NOT NULL,
    alternative_headline text,
    standfirst text,
    body text NOT NULL,
    body_format text COLLATE "C" NOT NULL,
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
    metadata jsonb NOT NULL
) ON COMMIT DROP;

CREATE TEMPORARY TABLE staged_links (
    id uuid NOT NULL,
    tag_ids uuid[] NOT NULL,
    entity_ids uuid[] NOT NULL,
    relations text[] COLLATE "C" NOT NULL,
    saliences double precision[] NOT NULL,
    analysis smallint NOT NULL,
    vector tsvector NOT NULL
) ON COMMIT DROP
