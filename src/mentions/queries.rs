//! Lists of mentions: of an article, and of an entity.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Float, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    annotator::model::{Mention, MentionField, MentionOrigin, MentionStatus},
    articles::model::ArticleStatus,
    db::prepared::{Prepared, Value},
    entities::model::{EntityBrief, EntityType},
    error::ApiResult,
    page::{Page, PageRequest, SortKey},
    values::{Json, StoredTexts},
};

/// Which mentions a list has.
#[derive(Debug, Clone, Serialize)]
pub struct MentionFilter {
    pub origins: Vec<MentionOrigin>,
    pub statuses: Vec<MentionStatus>,
    pub fields: Vec<MentionField>,
    /// Of these entities alone.
    pub entities: Option<Vec<Uuid>>,
    /// Who reads.
    #[serde(skip)]
    pub seen: Seen,
}

/// What a reader may see of the mentions of an article that may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Every one, whatever its status.
    All,
    /// Those that are found, and stand in the text as it is now. What an anchor says of a text that
    /// was changed past the annotator, as by psql, is for nobody to read.
    Standing,
}

impl Seen {
    /// That of a reader who sees what is not published, or does not.
    pub fn by(sees_unpublished: bool) -> Self {
        if sees_unpublished { Seen::All } else { Seen::Standing }
    }

    /// The condition on a row of `mentions`, whose name is `mention`. It reads a text of up to a megabyte, so a list
    /// asks it of the rows of its page alone: as a column, which PostgreSQL finds after the limit. Rows that do
    /// not fulfil it are few, and a page that has some is so much shorter.
    fn condition(self) -> &'static str {
        match self {
            Seen::All => "true",
            Seen::Standing => STANDING,
        }
    }
}

const STANDING: &str = "coalesce(mention.status = 'found' AND (
    SELECT substr(
        CASE mention.field WHEN 'headline' THEN headline WHEN 'standfirst' THEN standfirst ELSE body_text END,
        mention.start_offset + 1 - length(mention.prefix),
        length(mention.prefix) + length(mention.exact) + length(mention.suffix)
    ) COLLATE \"C\" = mention.prefix || mention.exact || mention.suffix
    FROM articles WHERE articles.id = mention.article_id), false)";

impl MentionFilter {
    fn values(&self) -> [Value; 3] {
        fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Value {
            Value::Texts(all.iter().map(|value| word(*value).to_owned()).collect())
        }
        // Only the list of an article asks for entities, and who reads decides in what is selected.
        let Self { origins, statuses, fields, entities: _, seen: _ } = self;
        [
            words(origins, MentionOrigin::as_str),
            words(statuses, MentionStatus::as_str),
            words(fields, MentionField::as_str),
        ]
    }
}

type Columns =
    (SqlUuid, SqlUuid, SqlUuid, Text, Integer, Integer, Text, Text, Text, Text, Text, Float, Timestamptz);
const COLUMNS: &str = "mention.id, mention.article_id, mention.entity_id, mention.field, mention.start_offset, \
    mention.end_offset, mention.exact, mention.prefix, mention.suffix, mention.origin, mention.status, \
    mention.confidence, mention.created_at";

/// What is asked of every list.
const FILTER: &str = "mention.origin = ANY ({}) AND mention.status = ANY ({}) AND mention.field = ANY ({})";

/// The mentions of an article, in the order of its texts.
pub fn of_article(
    connection: &mut PgConnection,
    article: Uuid,
    filter: &MentionFilter,
    page: &PageRequest,
) -> ApiResult<Page<(Mention, EntityBrief)>> {
    type Row = (Mention, i64, (String, EntityType, Json<StoredTexts>), bool);
    let (comparison, direction) = if page.backward { ("<", "DESC") } else { (">", "ASC") };
    let mut values = vec![Value::Id(article)];
    values.extend(filter.values());
    let mut conditions = FILTER.to_owned();
    if let Some(entities) = &filter.entities {
        conditions += " AND mention.entity_id = ANY ({})";
        values.push(Value::Ids(entities.clone()));
    }
    match &page.beyond {
        None => {}
        Some((SortKey::Number(place), id)) => {
            conditions += &format!(" AND (mention.place, mention.id) {comparison} ({{}}, {{}})");
            values.extend([Value::BigInt(*place), Value::Id(*id)]);
        }
        Some(_) => return Err(PageRequest::broken_cursor()),
    }
    let limit = page.limit + 1;
    let sql = format!(
        "SELECT {COLUMNS}, mention.place, entities.slug, entities.type, entities.names, {} AS is_seen FROM (
            SELECT *, (position(left(field, 1) IN 'hsb')::bigint << 32) + start_offset AS place
            FROM mentions WHERE article_id = {{}}
        ) AS mention JOIN entities ON entities.id = mention.entity_id
        WHERE {conditions} ORDER BY mention.place {direction}, mention.id {direction} LIMIT {limit}",
        filter.seen.condition()
    );
    let rows: Vec<Row> =
        // Of as many forms as there are limits.
        Prepared::<(Columns, BigInt, (Text, Text, Jsonb), Bool)>::new(sql, values)
            .planned_anew()
            .load(connection)?;
    let page = page.finish(rows, |(mention, place, ..)| (SortKey::Number(*place), mention.id));
    let seen = page.rows.into_iter().filter(|(.., is_seen)| *is_seen);
    let rows = seen.map(|(mention, _, entity, _)| with_entity((mention, entity)));
    Ok(Page { rows: rows.collect(), info: page.info })
}

/// The mentions of persons and organisations that count in an article, in the order of each text. Whether
/// they stand there, is for the caller to see, who has the texts.
pub fn of_speakers(connection: &mut PgConnection, article: Uuid) -> QueryResult<Vec<(Mention, EntityBrief)>> {
    let sql = format!(
        "SELECT {COLUMNS}, entities.slug, entities.type, entities.names
        FROM mentions AS mention JOIN entities ON entities.id = mention.entity_id
        WHERE mention.article_id = {{}} AND mention.status = 'found' AND entities.type IN ('person', 'organisation')
        ORDER BY mention.start_offset, mention.id"
    );
    let mentions = Prepared::<(Columns, (Text, Text, Jsonb))>::new(sql, [Value::Id(article)]);
    Ok(mentions.load(connection)?.into_iter().map(with_entity).collect())
}

/// A mention, and what is shown of its entity.
type WithEntity = (Mention, (String, EntityType, Json<StoredTexts>));

fn with_entity((mention, (slug, kind, names)): WithEntity) -> (Mention, EntityBrief) {
    let entity = EntityBrief { id: mention.entity_id, slug, kind, names: names.0 };
    (mention, entity)
}

/// One mention of an article.
pub fn find(
    connection: &mut PgConnection,
    article: Uuid,
    id: Uuid,
    seen: Seen,
) -> QueryResult<Option<(Mention, EntityBrief)>> {
    let sql = format!(
        "SELECT {COLUMNS}, entities.slug, entities.type, entities.names
        FROM mentions AS mention JOIN entities ON entities.id = mention.entity_id
        WHERE mention.article_id = {{}} AND mention.id = {{}} AND {}",
        seen.condition()
    );
    let row: Option<WithEntity> =
        Prepared::<(Columns, (Text, Text, Jsonb))>::new(sql, [Value::Id(article), Value::Id(id)])
            .get_result(connection)
            .optional()?;
    Ok(row.map(with_entity))
}

/// The article of a mention.
#[derive(Debug, Clone)]
pub struct MentioningArticle {
    pub id: Uuid,
    pub slug: String,
    pub headline: String,
    pub language: String,
    pub status: ArticleStatus,
    pub published_at: Option<DateTime<Utc>>,
}

/// The mentions of an entity in articles of these statuses, those of the newest article first.
pub fn of_entity(
    connection: &mut PgConnection,
    entity: Uuid,
    filter: &MentionFilter,
    statuses: &[ArticleStatus],
    page: &PageRequest,
) -> ApiResult<Page<(Mention, MentioningArticle)>> {
    type Article = (String, String, String, ArticleStatus, Option<DateTime<Utc>>);
    type Row = (Mention, Article, DateTime<Utc>, bool);
    type ArticleColumns = (Text, Text, Text, Text, Nullable<Timestamptz>);
    let beyond = match &page.beyond {
        None => None,
        Some((SortKey::Time(date), id)) => Some((*date, *id)),
        Some(_) => return Err(PageRequest::broken_cursor()),
    };
    // Backward through a descending list is forward through an ascending one.
    let (comparison, direction) = if page.backward { (">", "ASC") } else { ("<", "DESC") };
    let limit = page.limit + 1;
    let mut values = Vec::new();
    let mut part = |date: &str, condition: &str, statuses: Option<Value>| {
        values.push(Value::Id(entity));
        values.extend(statuses.into_iter().chain(filter.values()));
        let mut conditions = format!("link.entity_id = {{}} AND {condition} AND {FILTER}");
        if !filter.origins.contains(&MentionOrigin::Gazetteer) {
            // Of others there are few, in an index of their own.
            conditions += " AND mention.origin <> 'gazetteer'";
        }
        if let Some((date_beyond, id)) = beyond {
            // The date alone, too: that is what the index has.
            conditions +=
                &format!(" AND {date} {comparison}= {{}} AND ({date}, mention.id) {comparison} ({{}}, {{}})");
            values.extend([Value::Time(date_beyond), Value::Time(date_beyond), Value::Id(id)]);
        }
        let seen = filter.seen.condition();
        format!(
            "(SELECT {COLUMNS}, articles.slug, articles.headline, articles.language, articles.status AS article_status,
                articles.published_at, {date} AS date, {seen} AS is_seen
            FROM article_entities AS link
            JOIN mentions AS mention ON mention.entity_id = link.entity_id AND mention.article_id = link.article_id
            JOIN articles ON articles.id = link.article_id
            WHERE {conditions} ORDER BY date {direction}, mention.id {direction} LIMIT {limit})"
        )
    };
    // The links have the dates of published articles, in an index; of others there are few.
    let (published, others): (Vec<&ArticleStatus>, Vec<_>) =
        statuses.iter().partition(|status| **status == ArticleStatus::Published);
    let mut parts = Vec::new();
    if !published.is_empty() {
        parts.push(part("link.published_at", "link.published_at IS NOT NULL", None));
    }
    if !others.is_empty() {
        let others = Value::Texts(others.into_iter().map(|status| status.as_str().to_owned()).collect());
        let condition = "link.published_at IS NULL AND articles.status = ANY ({})";
        parts.push(part("articles.sort_date", condition, Some(others)));
    }
    let sql = format!(
        "SELECT * FROM ({}) AS page ORDER BY date {direction}, id {direction} LIMIT {limit}",
        parts.join(" UNION ALL ")
    );
    // An entity of 100,000 articles has its newest page in 0.4 ms, by a plan for one of 100 in 2 s.
    let mentions = Prepared::<(Columns, ArticleColumns, Timestamptz, Bool)>::new(sql, values).planned_anew();
    let rows: Vec<Row> = mentions.load(connection)?;
    let page = page.finish(rows, |(mention, _, date, _)| (SortKey::Time(*date), mention.id));
    let with_article = |(mention, (slug, headline, language, status, published_at), ..): Row| {
        let id = mention.article_id;
        (mention, MentioningArticle { id, slug, headline, language, status, published_at })
    };
    let seen = page.rows.into_iter().filter(|(.., is_seen)| *is_seen);
    Ok(Page { rows: seen.map(with_article).collect(), info: page.info })
}
