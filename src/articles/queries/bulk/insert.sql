INSERT INTO articles (
    id, slug, status, language, headline, alternative_headline, standfirst, body, body_format, body_html,
    body_text, word_count, byline, source, external_id, canonical_url, image, published_at, translation_of, metadata)
SELECT
    id, slug, status, language, headline, alternative_headline, standfirst, body, body_format, body_html,
    body_text, word_count, byline, source, external_id, canonical_url, image, published_at, translation_of, metadata
FROM staged_articles WHERE is_new;
