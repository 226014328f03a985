-- A change of the links alone is a change of the article as well.
UPDATE articles AS now SET
    slug = staged.slug, status = staged.status, language = staged.language, headline = staged.headline,
    alternative_headline = staged.alternative_headline, standfirst = staged.standfirst, body = staged.body,
    body_format = staged.body_format, body_html = staged.body_html, body_text = staged.body_text,
    word_count = staged.word_count, byline = staged.byline, source = staged.source,
    external_id = staged.external_id, canonical_url = staged.canonical_url, image = staged.image,
    published_at = staged.published_at, translation_of = staged.translation_of, metadata = staged.metadata,
    version = now.version + 1
FROM differences JOIN staged_articles AS staged USING (id)
WHERE now.id = staged.id
RETURNING now.id, now.version
