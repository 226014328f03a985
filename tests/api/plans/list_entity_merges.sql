# /v1/entities/e2/merges

SELECT id, from_id, entity ->> 'slug', entity, gained, via_id, merged_at FROM entity_merges WHERE into_id = $1
  ORDER BY merged_at DESC, id DESC
-- kept
-- index entity_merges_into_id

