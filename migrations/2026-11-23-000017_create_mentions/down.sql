DROP TRIGGER entities_queue_updated ON entities;
DROP TRIGGER entities_queue_inserted ON entities;
DROP FUNCTION queue_annotation;
DROP TABLE annotation_queue;
DROP TABLE mentions;
