DROP INDEX CONCURRENTLY tombstones_wikidata_id;
