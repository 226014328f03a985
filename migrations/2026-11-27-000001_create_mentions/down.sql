DROP TABLE mentions;
-- What the annotator linked goes with it.
DELETE FROM article_entities WHERE origin = 'gazetteer';
ALTER TABLE article_entities DROP COLUMN origin;
