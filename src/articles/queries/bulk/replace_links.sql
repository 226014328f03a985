-- With the date that the links bear now: a trigger gives them the new one.
DELETE FROM article_tags AS link
USING differences JOIN staged_links AS staged USING (id)
WHERE differences.tags AND link.article_id = staged.id AND link.tag_id <> ALL (staged.tag_ids);
INSERT INTO article_tags (article_id, tag_id, position, published_at)
SELECT staged.id, link.tag_id, link.n - 1, differences.link_date
FROM differences JOIN staged_links AS staged USING (id)
CROSS JOIN LATERAL unnest(staged.tag_ids) WITH ORDINALITY AS link (tag_id, n)
WHERE differences.tags
ON CONFLICT (article_id, tag_id) DO UPDATE SET position = excluded.position;

DELETE FROM article_entities AS link
USING differences JOIN staged_links AS staged USING (id)
WHERE differences.entities AND link.article_id = staged.id AND link.origin = 'editor'
    AND link.entity_id <> ALL (staged.entity_ids);
INSERT INTO article_entities (article_id, entity_id, position, relation, salience, published_at)
SELECT staged.id, link.entity_id, link.n - 1, link.relation, link.salience, differences.link_date
FROM differences JOIN staged_links AS staged USING (id)
CROSS JOIN LATERAL unnest(staged.entity_ids, staged.relations, staged.saliences)
    WITH ORDINALITY AS link (entity_id, relation, salience, n)
WHERE differences.entities
ON CONFLICT (article_id, entity_id) DO UPDATE
SET position = excluded.position, relation = excluded.relation, salience = excluded.salience, origin = excluded.origin;
