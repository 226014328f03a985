# /v1/entities

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" ORDER BY "entities"."slug" ASC, "entities"."id" ASC LIMIT 21
-- kept
-- index entities_slug_key
-- index entity_count_deltas_pkey
-- sort of more than a page

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE (entities.slug, entities.id) > ($1, $2) ORDER BY "entities"."slug" ASC, "entities"."id" ASC
  LIMIT 21
-- kept
-- index entities_slug_key
-- index entity_count_deltas_pkey
-- sort of more than a page

# /v1/entities?type=person

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE ("entities"."type" = $1) ORDER BY "entities"."slug" ASC, "entities"."id" ASC LIMIT 21
-- kept
-- index entities_type_slug
-- index entity_count_deltas_pkey
-- sort of more than a page

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE (("entities"."type" = $1) AND (entities.slug, entities.id) > ($2, $3)) ORDER BY
  "entities"."slug" ASC, "entities"."id" ASC LIMIT 21
-- kept
-- index entities_type_slug
-- index entity_count_deltas_pkey
-- sort of more than a page

# /v1/entities?wikidata_id=Q1

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE ("entities"."wikidata_id" = $1) ORDER BY "entities"."slug" ASC, "entities"."id" ASC LIMIT
  21
-- planned each time
-- index entities_wikidata_id_key
-- index entity_count_deltas_pkey

# /v1/entities?external_id=x7&source=s7

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE (("entities"."source" = $1) AND ("entities"."external_id" = $2)) ORDER BY "entities"."slug"
  ASC, "entities"."id" ASC LIMIT 21
-- planned each time
-- index entities_external_id_source_key
-- index entity_count_deltas_pkey

# /v1/entities?name=Entity+1

SELECT id, slug, type, (SELECT jsonb_agg(name) FROM ( SELECT jsonb_build_array(key, value) AS name FROM
  jsonb_each(names) UNION ALL SELECT jsonb_build_array(alias -> 'language', alias -> 'name') FROM
  jsonb_array_elements(aliases) AS alias) AS named), greatest(0, entities.article_count + (SELECT
  coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint FROM entity_search JOIN
  entities ON id = entity_id WHERE vector @@ $1::tsquery ORDER BY article_count DESC, id LIMIT 1000
-- planned each time
-- index entities_pkey
-- index entity_count_deltas_pkey
-- index entity_search_vector

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE ("entities"."id" = ANY($1))
-- kept
-- index entities_pkey
-- index entity_count_deltas_pkey

# /v1/entities?sort=-slug

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" ORDER BY "entities"."slug" DESC, "entities"."id" DESC LIMIT 21
-- kept
-- index entities_slug_key
-- index entity_count_deltas_pkey
-- sort of more than a page

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE (entities.slug, entities.id) < ($1, $2) ORDER BY "entities"."slug" DESC, "entities"."id"
  DESC LIMIT 21
-- kept
-- index entities_slug_key
-- index entity_count_deltas_pkey
-- sort of more than a page

# /v1/entities?sort=-article_count

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" ORDER BY "entities"."article_count" DESC, "entities"."id" DESC LIMIT 21
-- kept
-- index entities_article_count
-- index entity_count_deltas_pkey

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE (entities.article_count, entities.id) < ($1, $2) ORDER BY "entities"."article_count" DESC,
  "entities"."id" DESC LIMIT 21
-- kept
-- index entities_article_count
-- index entity_count_deltas_pkey

# /v1/entities?sort=-updated_at

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" ORDER BY "entities"."updated_at" DESC, "entities"."id" DESC LIMIT 21
-- kept
-- index entities_updated_at
-- index entity_count_deltas_pkey

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE (entities.updated_at, entities.id) < ($1, $2) ORDER BY "entities"."updated_at" DESC,
  "entities"."id" DESC LIMIT 21
-- kept
-- index entities_updated_at
-- index entity_count_deltas_pkey

# /v1/entities?sort=updated_at

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" ORDER BY "entities"."updated_at" ASC, "entities"."id" ASC LIMIT 21
-- kept
-- index entities_updated_at
-- index entity_count_deltas_pkey

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE (entities.updated_at, entities.id) > ($1, $2) ORDER BY "entities"."updated_at" ASC,
  "entities"."id" ASC LIMIT 21
-- kept
-- index entities_updated_at
-- index entity_count_deltas_pkey

# /v1/entities?limit=7

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" ORDER BY "entities"."slug" ASC, "entities"."id" ASC LIMIT 8
-- planned each time
-- index entities_slug_key
-- index entity_count_deltas_pkey
-- sort of more than a page

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE (entities.slug, entities.id) > ($1, $2) ORDER BY "entities"."slug" ASC, "entities"."id" ASC
  LIMIT 8
-- planned each time
-- index entities_slug_key
-- index entity_count_deltas_pkey
-- sort of more than a page

# /v1/entities?count=estimated

SELECT count(*) FROM (SELECT "entities"."id" FROM "entities" LIMIT 10001) AS counted
-- planned each time
-- index entities_named_in

# /v1/entities?count=exact

SELECT COUNT(*) FROM "entities"
-- kept
-- index entities_named_in

# /v1/entities?type=person&sort=-article_count

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE ("entities"."type" = $1) ORDER BY "entities"."article_count" DESC, "entities"."id" DESC
  LIMIT 21
-- kept
-- index entities_article_count
-- index entity_count_deltas_pkey

SELECT "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."source", "entities"."external_id",
  "entities"."same_as", "entities"."latitude", "entities"."longitude", greatest(0, entities.article_count +
  (SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint,
  "entities"."article_count", "entities"."version", "entities"."created_at", "entities"."updated_at" FROM
  "entities" WHERE (("entities"."type" = $1) AND (entities.article_count, entities.id) < ($2, $3)) ORDER BY
  "entities"."article_count" DESC, "entities"."id" DESC LIMIT 21
-- kept
-- index entities_article_count
-- index entity_count_deltas_pkey

# /v1/entities?type=person&count=exact

SELECT COUNT(*) FROM "entities" WHERE ("entities"."type" = $1)
-- kept
-- index entities_type_slug

# /v1/entities?name=Entity+1&type=person

SELECT "entities"."id" FROM "entities" WHERE (("entities"."type" = $1) AND ("entities"."id" = ANY($2)))
-- kept
-- index entities_pkey

