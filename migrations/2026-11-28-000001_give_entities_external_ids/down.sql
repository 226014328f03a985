DROP TRIGGER entities_touch ON entities;
ALTER TABLE entities DROP COLUMN source, DROP COLUMN external_id;
CREATE TRIGGER entities_touch
    BEFORE UPDATE OF slug, type, names, aliases, description, wikidata_id, same_as, latitude, longitude
    ON entities
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_item();
