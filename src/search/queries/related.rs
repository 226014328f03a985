//! What an article shares with others: its tags and entities.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Jsonb, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    db::prepared::{Prepared, Value},
    taxonomy::{LabelKind, counts},
    values::{Json, StoredTexts},
};

/// A tag or an entity of an article.
#[derive(Debug, Clone)]
pub struct Label {
    pub kind: LabelKind,
    pub id: Uuid,
    pub slug: String,
    pub names: StoredTexts,
    /// The published articles that have it, two at least.
    pub article_count: i64,
}

/// An article that has a label.
#[derive(Debug, Clone)]
pub struct Labelled {
    pub label: Uuid,
    pub article: Uuid,
    pub date: DateTime<Utc>,
    pub language: String,
}

/// The tags and entities that an article has and others have too: the rarest, which say the most.
fn rarest_labels() -> String {
    let (of_tag, of_entity) = (counts::OF_TAG, counts::OF_ENTITY);
    format!(
        "SELECT * FROM (
            SELECT 'tag' AS resource, tags.id, slug, names, {of_tag} AS articles
            FROM article_tags JOIN tags ON tags.id = tag_id WHERE article_id = {{}}
            UNION ALL
            SELECT 'entity', entities.id, slug, names, {of_entity}
            FROM article_entities JOIN entities ON entities.id = entity_id WHERE article_id = {{}}
        ) AS label
        WHERE articles > 1 ORDER BY articles, id LIMIT 20"
    )
}

/// The newest articles of each.
const SHARING: &str = "
    SELECT shared.label, articles.id, articles.sort_date, articles.language
    FROM (
        SELECT label, newest.article_id FROM unnest({}) AS label CROSS JOIN LATERAL (
            SELECT article_id FROM article_tags WHERE tag_id = label AND published_at IS NOT NULL
            ORDER BY published_at DESC, article_id DESC LIMIT 100
        ) AS newest
        UNION ALL
        SELECT label, newest.article_id FROM unnest({}) AS label CROSS JOIN LATERAL (
            SELECT article_id FROM article_entities WHERE entity_id = label AND published_at IS NOT NULL
            ORDER BY published_at DESC, article_id DESC LIMIT 100
        ) AS newest
    ) AS shared JOIN articles ON articles.id = shared.article_id
    WHERE articles.id <> {}";

/// The rarest tags and entities of an article.
pub fn labels(connection: &mut PgConnection, article: Uuid) -> QueryResult<Vec<Label>> {
    type Row = (LabelKind, Uuid, String, Json<StoredTexts>, i64);
    let labels = Prepared::<(Text, SqlUuid, Text, Jsonb, BigInt)>::new(
        rarest_labels(),
        [Value::Id(article), Value::Id(article)],
    );
    let label =
        |(kind, id, slug, names, article_count): Row| Label { kind, id, slug, names: names.0, article_count };
    Ok(labels.load::<Row>(connection)?.into_iter().map(label).collect())
}

/// The newest other articles that have any of the labels, once for each label that they have.
pub fn sharing(connection: &mut PgConnection, article: Uuid, labels: &[Label]) -> QueryResult<Vec<Labelled>> {
    let ids = |kind| labels.iter().filter(|label| label.kind == kind).map(|label| label.id).collect();
    let sharing = Prepared::<(SqlUuid, SqlUuid, Timestamptz, Text)>::new(
        SHARING,
        [Value::Ids(ids(LabelKind::Tag)), Value::Ids(ids(LabelKind::Entity)), Value::Id(article)],
    );
    let labelled = |(label, article, date, language): (Uuid, Uuid, DateTime<Utc>, String)| Labelled {
        label,
        article,
        date,
        language,
    };
    Ok(sharing.load(connection)?.into_iter().map(labelled).collect())
}
