-- What is different of the articles that are there, and the date that their links bear now.
CREATE TEMPORARY TABLE differences ON COMMIT DROP AS
SELECT * FROM (
    SELECT staged.id,
        tag.ids IS DISTINCT FROM links.tag_ids AS tags,
        (entity.ids, entity.relations, entity.saliences)
            IS DISTINCT FROM (links.entity_ids, links.relations, links.saliences) AS entities,
        (now.slug, now.language, now.headline, now.alternative_headline, now.standfirst, now.body,
         now.body_format, now.body_html, now.body_text, now.word_count, now.byline, now.source, now.external_id,
         now.canonical_url, now.image, now.translation_of, now.metadata, now.status, now.published_at)
            IS DISTINCT FROM
        (staged.slug, staged.language, staged.headline, staged.alternative_headline, staged.standfirst, staged.body,
         staged.body_format, staged.body_html, staged.body_text, staged.word_count, staged.byline, staged.source, staged.external_id,
         staged.canonical_url, staged.image, staged.translation_of, staged.metadata, staged.status, staged.published_at) AS content,
        (now.status, now.published_at) IS DISTINCT FROM (staged.status, staged.published_at) AS date,
        CASE WHEN now.status = 'published' THEN now.published_at END AS link_date
    FROM staged_articles AS staged
    JOIN staged_links AS links USING (id)
    JOIN articles AS now ON now.id = staged.id
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(tag_id ORDER BY position), '{}') AS ids
        FROM article_tags WHERE article_id = staged.id
    ) AS tag
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(entity_id ORDER BY position), '{}') AS ids,
            coalesce(array_agg(relation ORDER BY position), '{}') AS relations,
            coalesce(array_agg(salience ORDER BY position), '{}') AS saliences
        FROM article_entities WHERE article_id = staged.id AND origin = 'editor'
    ) AS entity
) AS compared
WHERE tags OR entities OR content
