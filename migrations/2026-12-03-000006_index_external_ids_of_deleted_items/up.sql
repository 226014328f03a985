CREATE INDEX CONCURRENTLY tombstones_external_id ON tombstones (resource, external_id, source) WHERE external_id IS NOT NULL;
