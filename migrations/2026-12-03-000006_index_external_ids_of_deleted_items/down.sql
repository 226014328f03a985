DROP INDEX CONCURRENTLY tombstones_external_id;
