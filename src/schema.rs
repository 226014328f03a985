// @generated automatically by Diesel CLI.

diesel::table! {
    annotation_queue (id) {
        id -> Int8,
        entity_id -> Nullable<Uuid>,
        article_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Text,
        name -> Text,
        role -> Text,
        secret_sha256 -> Bytea,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    article_entities (article_id, entity_id) {
        article_id -> Uuid,
        entity_id -> Uuid,
        position -> Int2,
        relation -> Text,
        salience -> Nullable<Float8>,
        published_at -> Nullable<Timestamptz>,
        origin -> Text,
    }
}

diesel::table! {
    article_tags (article_id, tag_id) {
        article_id -> Uuid,
        tag_id -> Uuid,
        position -> Int2,
        published_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    articles (id) {
        id -> Uuid,
        slug -> Text,
        status -> Text,
        language -> Text,
        headline -> Text,
        alternative_headline -> Nullable<Text>,
        standfirst -> Nullable<Text>,
        body -> Text,
        body_format -> Text,
        body_html -> Text,
        body_text -> Text,
        word_count -> Int4,
        byline -> Nullable<Text>,
        source -> Nullable<Text>,
        external_id -> Nullable<Text>,
        canonical_url -> Nullable<Text>,
        image -> Nullable<Jsonb>,
        published_at -> Nullable<Timestamptz>,
        translation_of -> Nullable<Uuid>,
        metadata -> Jsonb,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        sort_date -> Timestamptz,
        kicker -> Nullable<Text>,
    }
}

diesel::table! {
    entities (id) {
        id -> Uuid,
        slug -> Text,
        #[sql_name = "type"]
        type_ -> Text,
        names -> Jsonb,
        aliases -> Jsonb,
        description -> Jsonb,
        wikidata_id -> Nullable<Text>,
        same_as -> Jsonb,
        latitude -> Nullable<Float8>,
        longitude -> Nullable<Float8>,
        article_count -> Int8,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        source -> Nullable<Text>,
        external_id -> Nullable<Text>,
        named_in -> Int8,
    }
}

diesel::table! {
    idempotency_keys (api_key_id, key) {
        api_key_id -> Text,
        key -> Text,
        request_sha256 -> Bytea,
        response -> Nullable<Jsonb>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    import_checkpoints (file) {
        file -> Text,
        lines -> Int8,
        sha256 -> Bytea,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    mentions (article_id, id) {
        id -> Uuid,
        article_id -> Uuid,
        entity_id -> Uuid,
        field -> Text,
        start_offset -> Int4,
        end_offset -> Int4,
        exact -> Text,
        prefix -> Text,
        suffix -> Text,
        origin -> Text,
        status -> Text,
        confidence -> Float4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    redirects (resource, key) {
        resource -> Text,
        key -> Text,
        target_id -> Uuid,
        created_at -> Timestamptz,
        public -> Bool,
    }
}

diesel::table! {
    tags (id) {
        id -> Uuid,
        slug -> Text,
        kind -> Text,
        parent_id -> Nullable<Uuid>,
        names -> Jsonb,
        description -> Jsonb,
        scheme -> Nullable<Text>,
        code -> Nullable<Text>,
        article_count -> Int8,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    tombstones (resource, id) {
        resource -> Text,
        id -> Uuid,
        slug -> Text,
        public -> Bool,
        deleted_at -> Timestamptz,
        source -> Nullable<Text>,
        external_id -> Nullable<Text>,
        wikidata_id -> Nullable<Text>,
    }
}

diesel::joinable!(annotation_queue -> entities (entity_id));
diesel::joinable!(article_entities -> articles (article_id));
diesel::joinable!(article_entities -> entities (entity_id));
diesel::joinable!(article_tags -> articles (article_id));
diesel::joinable!(article_tags -> tags (tag_id));
diesel::joinable!(idempotency_keys -> api_keys (api_key_id));
diesel::joinable!(mentions -> articles (article_id));
diesel::joinable!(mentions -> entities (entity_id));

diesel::allow_tables_to_appear_in_same_query!(
    annotation_queue,
    api_keys,
    article_entities,
    article_tags,
    articles,
    entities,
    idempotency_keys,
    import_checkpoints,
    mentions,
    redirects,
    tags,
    tombstones,
);
