ALTER TABLE annotation_queue DROP CONSTRAINT annotation_queue_kind_check, ADD COLUMN after uuid;
-- There is no place for some of the articles: it is all of them.
INSERT INTO annotation_queue (entity_id)
SELECT NULL WHERE EXISTS (SELECT FROM annotation_queue WHERE article_id IS NOT NULL);
DELETE FROM annotation_queue WHERE article_id IS NOT NULL;
ALTER TABLE annotation_queue DROP COLUMN article_id;
DROP TRIGGER entities_names_updated ON entities;
DROP TRIGGER entities_names_inserted ON entities;
DROP FUNCTION number_names();
ALTER TABLE entities DROP COLUMN named_in;
