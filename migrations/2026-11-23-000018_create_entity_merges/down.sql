DROP TABLE entity_merge_mentions;
DROP TABLE entity_merge_links;
DROP TABLE entity_merges;
