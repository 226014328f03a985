CREATE INDEX CONCURRENTLY tombstones_wikidata_id ON tombstones (resource, wikidata_id) WHERE wikidata_id IS NOT NULL;
