# /v1/articles/export?source=s2

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."source" = $2)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_source_sort_date

# /v1/articles/export?source=s2&q=common&match=exact

SELECT published_at, id FROM ( SELECT article_id AS id, published_at FROM article_search WHERE vector @@
  (SELECT $1::tsquery) AND published_at IS NOT NULL ORDER BY published_at DESC, article_id DESC OFFSET 0) AS
  candidate WHERE true AND (SELECT true FROM "articles" WHERE ((("articles"."status" = $2) AND
  ("articles"."source" = $3)) AND articles.id = candidate.id)) ORDER BY published_at DESC, id DESC LIMIT 501
-- planned each time
-- index article_search_vector
-- index articles_pkey

# /v1/articles/export?source=s2&q=common&match=folded

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND (SELECT vector @@ (SELECT $3::tsquery) FROM article_search WHERE article_id
  = articles.id)) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index article_search_pkey
-- index articles_source_sort_date

# /v1/articles/export?source=s2&language=ar

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."language" = $2)) AND ("articles"."source" = $3)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_source_sort_date

# /v1/articles/export?source=s2&source=s1

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."source" = ANY($2))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_source_sort_date
-- sort of more than a page

# /v1/articles/export?source=s2&external_id=x7&source=s7

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = ANY($2))) AND ("articles"."external_id" = $3)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_external_id_source_key

# /v1/articles/export?source=s2&byline=b4

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND ("articles"."byline" = $3)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_byline_sort_date
-- index articles_source_sort_date

# /v1/articles/export?source=s2&has=image

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND ("articles"."image" IS NOT NULL)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_image_sort_date
-- index articles_source_sort_date

# /v1/articles/export?source=s2&translation_of=a1

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND ("articles"."translation_of" = $3)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_translation_of

# /v1/articles/export?source=s2&tags=t9

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id",
  "article_tags"."position", "article_tags"."published_at" FROM "article_tags" WHERE
  (("article_tags"."article_id" = "articles"."id") AND ("article_tags"."tag_id" = $3)))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index article_tags_tag_id
-- index articles_source_sort_date

# /v1/articles/export?source=s2&tags_any=t9&tags_any=t8

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id",
  "article_tags"."position", "article_tags"."published_at" FROM "article_tags" WHERE
  (("article_tags"."article_id" = "articles"."id") AND ("article_tags"."tag_id" = ANY($3))))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index article_tags_pkey
-- index articles_source_sort_date

# /v1/articles/export?source=s2&tags_none=t1

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND NOT (EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id",
  "article_tags"."position", "article_tags"."published_at" FROM "article_tags" WHERE
  (("article_tags"."article_id" = "articles"."id") AND ("article_tags"."tag_id" = ANY($3)))))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index article_tags_pkey
-- index articles_source_sort_date

# /v1/articles/export?source=s2&tag_kind=topic

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND EXISTS (SELECT "article_tags"."article_id", "article_tags"."tag_id",
  "article_tags"."position", "article_tags"."published_at", "tags"."id", "tags"."slug", "tags"."kind",
  "tags"."parent_id", "tags"."names", "tags"."description", "tags"."scheme", "tags"."code",
  "tags"."article_count", "tags"."version", "tags"."created_at", "tags"."updated_at" FROM ("article_tags"
  INNER JOIN "tags" ON ("article_tags"."tag_id" = "tags"."id")) WHERE (("article_tags"."article_id" =
  "articles"."id") AND ("tags"."kind" = ANY($3))))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC
  LIMIT 501
-- planned each time
-- index article_tags_pkey
-- index articles_source_sort_date
-- index tags_pkey

# /v1/articles/export?source=s2&entities=e9

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND EXISTS (SELECT "article_entities"."article_id",
  "article_entities"."entity_id", "article_entities"."position", "article_entities"."relation",
  "article_entities"."salience", "article_entities"."published_at", "article_entities"."origin" FROM
  "article_entities" WHERE (("article_entities"."article_id" = "articles"."id") AND
  ("article_entities"."entity_id" = $3)))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT
  501
-- planned each time
-- index article_entities_entity_id
-- index articles_source_sort_date

# /v1/articles/export?source=s2&entities_any=e9&entities_any=e8

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND EXISTS (SELECT "article_entities"."article_id",
  "article_entities"."entity_id", "article_entities"."position", "article_entities"."relation",
  "article_entities"."salience", "article_entities"."published_at", "article_entities"."origin" FROM
  "article_entities" WHERE (("article_entities"."article_id" = "articles"."id") AND
  ("article_entities"."entity_id" = ANY($3))))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC
  LIMIT 501
-- planned each time
-- index article_entities_pkey
-- index articles_source_sort_date

# /v1/articles/export?source=s2&entities_none=e1

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND NOT (EXISTS (SELECT "article_entities"."article_id",
  "article_entities"."entity_id", "article_entities"."position", "article_entities"."relation",
  "article_entities"."salience", "article_entities"."published_at", "article_entities"."origin" FROM
  "article_entities" WHERE (("article_entities"."article_id" = "articles"."id") AND
  ("article_entities"."entity_id" = ANY($3)))))) ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC
  LIMIT 501
-- planned each time
-- index article_entities_entity_id
-- index articles_source_sort_date

# /v1/articles/export?source=s2&entity_type=person

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND EXISTS (SELECT "article_entities"."article_id",
  "article_entities"."entity_id", "article_entities"."position", "article_entities"."relation",
  "article_entities"."salience", "article_entities"."published_at", "article_entities"."origin",
  "entities"."id", "entities"."slug", "entities"."type", "entities"."names", "entities"."aliases",
  "entities"."description", "entities"."wikidata_id", "entities"."same_as", "entities"."latitude",
  "entities"."longitude", "entities"."article_count", "entities"."version", "entities"."created_at",
  "entities"."updated_at", "entities"."source", "entities"."external_id", "entities"."named_in" FROM
  ("article_entities" INNER JOIN "entities" ON ("article_entities"."entity_id" = "entities"."id")) WHERE
  (("article_entities"."article_id" = "articles"."id") AND ("entities"."type" = ANY($3))))) ORDER BY
  "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index article_entities_pkey
-- index articles_source_sort_date
-- index entities_pkey

# /v1/articles/export?source=s2&from=2026-03-01&date_field=published_at

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND ("articles"."published_at" IS NOT NULL)) AND ("articles"."sort_date" >= $3))
  ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_source_sort_date

# /v1/articles/export?source=s2&from=2026-03-01&date_field=updated_at

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND ("articles"."updated_at" >= $3)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_source_sort_date

# /v1/articles/export?source=s2&from=2026-03-01&date_field=created_at

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE ((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND ("articles"."created_at" >= $3)) ORDER BY "articles"."sort_date" DESC,
  "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_source_sort_date

# /v1/articles/export?source=s2&to=2026-03-01

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (((("articles"."status" = $1) AND
  ("articles"."source" = $2)) AND ("articles"."published_at" IS NOT NULL)) AND ("articles"."sort_date" <= $3))
  ORDER BY "articles"."sort_date" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_source_sort_date

# /v1/articles/export?source=s2&sort=published_at

SELECT "articles"."sort_date", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."source" = $2)) ORDER BY "articles"."sort_date" ASC, "articles"."id" ASC LIMIT 501
-- planned each time
-- index articles_source_sort_date

# /v1/articles/export?source=s2&sort=-updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."source" = $2)) ORDER BY "articles"."updated_at" DESC, "articles"."id" DESC LIMIT 501
-- planned each time
-- index articles_source_sort_date

# /v1/articles/export?source=s2&sort=updated_at

SELECT "articles"."updated_at", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."source" = $2)) ORDER BY "articles"."updated_at" ASC, "articles"."id" ASC LIMIT 501
-- planned each time
-- index articles_source_sort_date

# /v1/articles/export?source=s2&sort=headline

SELECT "articles"."headline", "articles"."id" FROM "articles" WHERE (("articles"."status" = $1) AND
  ("articles"."source" = $2)) ORDER BY "articles"."headline" ASC, "articles"."id" ASC LIMIT 501
-- planned each time
-- index articles_source_sort_date

