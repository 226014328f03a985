-- What an entity is called in the catalogue that it was taken from.
ALTER TABLE entities
    ADD COLUMN source text COLLATE "C",
    ADD COLUMN external_id text COLLATE "C",
    ADD CONSTRAINT entities_external_id_source_key UNIQUE (external_id, source),
    ADD CONSTRAINT entities_external_id_check CHECK ((source IS NULL) = (external_id IS NULL));
DROP TRIGGER entities_touch ON entities;
CREATE TRIGGER entities_touch
    BEFORE UPDATE OF slug, type, names, aliases, description, wikidata_id, source, external_id, same_as,
        latitude, longitude
    ON entities
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_item();
