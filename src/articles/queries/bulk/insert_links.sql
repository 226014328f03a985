-- With their date, which a trigger would look up for each of them.
INSERT INTO article_tags (article_id, tag_id, position, published_at)
SELECT staged.id, link.tag_id, link.n - 1, CASE WHEN staged.status = 'published' THEN staged.published_at END
FROM staged_articles AS staged
CROSS JOIN LATERAL unnest(staged.tag_ids) WITH ORDINALITY AS link (tag_id, n)
WHERE staged.is_new;

INSERT INTO article_entities (article_id, entity_id, position, relation, salience, published_at)
SELECT staged.id, link.entity_id, link.n - 1, link.relation, link.salience,
    CASE WHEN staged.status = 'published' THEN staged.published_at END
FROM staged_articles AS staged
CROSS JOIN LATERAL unnest(staged.entity_ids, staged.relations, staged.saliences)
    WITH ORDINALITY AS link (entity_id, relation, salience, n)
WHERE staged.is_new;
