# /v1/tags

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" ORDER BY "tags"."slug" ASC, "tags"."id" ASC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_slug_key
-- sort of more than a page

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE (tags.slug, tags.id) > ($1, $2) ORDER BY
  "tags"."slug" ASC, "tags"."id" ASC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_slug_key
-- sort of more than a page

# /v1/tags?kind=topic

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE ("tags"."kind" = $1) ORDER BY "tags"."slug" ASC,
  "tags"."id" ASC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_kind_slug
-- sort of more than a page

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE (("tags"."kind" = $1) AND (tags.slug, tags.id) >
  ($2, $3)) ORDER BY "tags"."slug" ASC, "tags"."id" ASC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_kind_slug
-- sort of more than a page

# /v1/tags?parent=t1

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE ("tags"."parent_id" = $1) ORDER BY "tags"."slug"
  ASC, "tags"."id" ASC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_parent_id

# /v1/tags?sort=-slug

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" ORDER BY "tags"."slug" DESC, "tags"."id" DESC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_slug_key
-- sort of more than a page

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE (tags.slug, tags.id) < ($1, $2) ORDER BY
  "tags"."slug" DESC, "tags"."id" DESC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_slug_key
-- sort of more than a page

# /v1/tags?sort=-article_count

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" ORDER BY "tags"."article_count" DESC, "tags"."id" DESC
  LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_article_count

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE (tags.article_count, tags.id) < ($1, $2) ORDER BY
  "tags"."article_count" DESC, "tags"."id" DESC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_article_count

# /v1/tags?sort=-updated_at

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" ORDER BY "tags"."updated_at" DESC, "tags"."id" DESC
  LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_updated_at

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE (tags.updated_at, tags.id) < ($1, $2) ORDER BY
  "tags"."updated_at" DESC, "tags"."id" DESC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_updated_at

# /v1/tags?sort=updated_at

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" ORDER BY "tags"."updated_at" ASC, "tags"."id" ASC LIMIT
  21
-- kept
-- index tag_count_deltas_pkey
-- index tags_updated_at

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE (tags.updated_at, tags.id) > ($1, $2) ORDER BY
  "tags"."updated_at" ASC, "tags"."id" ASC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_updated_at

# /v1/tags?limit=7

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" ORDER BY "tags"."slug" ASC, "tags"."id" ASC LIMIT 8
-- planned each time
-- index tag_count_deltas_pkey
-- index tags_slug_key
-- sort of more than a page

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE (tags.slug, tags.id) > ($1, $2) ORDER BY
  "tags"."slug" ASC, "tags"."id" ASC LIMIT 8
-- planned each time
-- index tag_count_deltas_pkey
-- index tags_slug_key
-- sort of more than a page

# /v1/tags?count=estimated

SELECT count(*) FROM (SELECT "tags"."id" FROM "tags" LIMIT 10001) AS counted
-- planned each time
-- index tags_scheme_code_key

# /v1/tags?count=exact

SELECT COUNT(*) FROM "tags"
-- kept
-- index tags_scheme_code_key

# /v1/tags?kind=topic&sort=-article_count

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE ("tags"."kind" = $1) ORDER BY
  "tags"."article_count" DESC, "tags"."id" DESC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_article_count

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE (("tags"."kind" = $1) AND (tags.article_count,
  tags.id) < ($2, $3)) ORDER BY "tags"."article_count" DESC, "tags"."id" DESC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_article_count

# /v1/tags?kind=topic&kind=genre

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE ("tags"."kind" = ANY($1)) ORDER BY "tags"."slug"
  ASC, "tags"."id" ASC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_slug_key
-- sort of more than a page

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE (("tags"."kind" = ANY($1)) AND (tags.slug,
  tags.id) > ($2, $3)) ORDER BY "tags"."slug" ASC, "tags"."id" ASC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_slug_key
-- sort of more than a page

# /v1/tags?parent=t1&kind=topic

SELECT "tags"."id", "tags"."slug", "tags"."kind", "tags"."parent_id", "tags"."names", "tags"."description",
  "tags"."scheme", "tags"."code", greatest(0, tags.article_count + (SELECT coalesce(sum(n), 0) FROM
  tag_count_deltas WHERE tag_id = tags.id))::bigint, "tags"."article_count", "tags"."version",
  "tags"."created_at", "tags"."updated_at" FROM "tags" WHERE (("tags"."kind" = $1) AND ("tags"."parent_id" =
  $2)) ORDER BY "tags"."slug" ASC, "tags"."id" ASC LIMIT 21
-- kept
-- index tag_count_deltas_pkey
-- index tags_parent_id

