-- Mentions of an entity that somebody has made are few beside those of the annotator.
CREATE INDEX CONCURRENTLY mentions_given ON mentions (entity_id, article_id) WHERE origin <> 'gazetteer';
