DROP TRIGGER entities_queue_updated ON entities;
DROP TRIGGER entities_queue_inserted ON entities;
DROP FUNCTION queue_annotation();
DROP TABLE annotation_queue;
DROP TABLE mentions;
-- What the annotator linked goes with it.
DELETE FROM article_entities WHERE origin = 'gazetteer';
ALTER TABLE article_entities DROP COLUMN origin;
