# /v1/tags/t1

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE ("tags"."slug" = $1) LIMIT $2
-- kept
-- index tag_count_deltas_pkey
-- index tags_slug_key

