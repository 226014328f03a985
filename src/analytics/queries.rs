//! All the SQL of coverage: counts of the links between articles and entities.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Date, Jsonb, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    db::prepared::{Prepared, Value},
    entities::model::{EntityBrief, EntityType},
    taxonomy::counts,
    values::{Json, StoredTexts},
};

/// How many articles of an entity are looked at for what it appears with: its newest.
pub const COUNTED: u32 = 10_000;
/// How many entities are measured where the measure decides which are shown: those that share the most articles with it.
pub const MEASURED: u32 = 500;

/// Which published articles count.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// In any of these languages; in any at all where there is none.
    pub languages: Vec<String>,
    /// With a tag of each of these families.
    pub tags: Vec<Vec<Uuid>>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

impl Scope {
    /// Whether all published articles count.
    fn is_open(&self) -> bool {
        let Self { languages, tags, from, to } = self;
        languages.is_empty() && tags.is_empty() && from.is_none() && to.is_none()
    }
}

/// A statement that grows, with the values of its places.
#[derive(Default)]
struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    fn push(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    /// Restricts a table to the scope by its columns of the date and of the article.
    fn restrict(&mut self, scope: &Scope, date: &str, article: &str) {
        let Scope { languages, tags, from, to } = scope;
        if let Some(from) = from {
            self.push(&format!(" AND {date} >= {{}}"), [Value::Time(*from)]);
        }
        if let Some(to) = to {
            self.push(&format!(" AND {date} <= {{}}"), [Value::Time(*to)]);
        }
        if !languages.is_empty() {
            self.push(
                &format!(" AND EXISTS (SELECT FROM articles AS of_language WHERE of_language.id = {article} AND of_language.language = ANY ({{}}))"),
                [Value::Texts(languages.clone())],
            );
        }
        for family in tags {
            self.push(
                &format!(" AND EXISTS (SELECT FROM article_tags AS tagged WHERE tagged.article_id = {article} AND tagged.tag_id = ANY ({{}}))"),
                [Value::Ids(family.clone())],
            );
        }
    }

    fn restrict_links(&mut self, scope: &Scope) {
        self.push(" AND link.published_at IS NOT NULL", []);
        self.restrict(scope, "link.published_at", "link.article_id");
    }

    /// Begins with the newest articles of an entity, `own`.
    fn with_own(entity: Uuid, scope: &Scope) -> Self {
        let mut own = Self::default();
        own.push(
            "WITH own AS MATERIALIZED (SELECT link.article_id, link.published_at \
             FROM article_entities AS link WHERE link.entity_id = {}",
            [Value::Id(entity)],
        );
        own.restrict_links(scope);
        own.push(&format!(" ORDER BY link.published_at DESC, link.article_id DESC LIMIT {COUNTED})"), []);
        own
    }

    /// Planned anew each time: of as many forms as there are scopes, kinds and limits.
    fn prepare<ST>(self) -> Prepared<ST> {
        Prepared::new(self.sql, self.values).planned_anew()
    }
}

/// The number of articles of an entity on each day that has any.
pub fn days(
    connection: &mut PgConnection,
    entity: Uuid,
    scope: &Scope,
) -> QueryResult<Vec<(NaiveDate, i64)>> {
    let mut days = Statement::default();
    days.push(
        "SELECT (link.published_at AT TIME ZONE 'UTC')::date AS day, count(*) \
         FROM article_entities AS link WHERE link.entity_id = {}",
        [Value::Id(entity)],
    );
    days.restrict_links(scope);
    days.push(" GROUP BY day ORDER BY day", []);
    days.prepare::<(Date, BigInt)>().load(connection)
}

/// The number of all articles in the scope.
pub fn articles(connection: &mut PgConnection, scope: &Scope) -> QueryResult<i64> {
    // Two indexes have the dates of all articles, and of those that are not published; none has
    // those that are.
    let mut articles = Statement::default();
    articles.push("SELECT (SELECT count(*) FROM articles WHERE true", []);
    articles.restrict(scope, "articles.sort_date", "articles.id");
    articles.push(") - (SELECT count(*) FROM articles WHERE articles.status <> 'published'", []);
    articles.restrict(scope, "articles.sort_date", "articles.id");
    articles.push(")", []);
    articles.prepare::<BigInt>().get_result(connection)
}

/// An entity that appears with another one.
#[derive(Debug, Clone, Queryable)]
pub struct Companion {
    pub id: Uuid,
    /// How many of the articles that were counted it shares.
    pub shared: i64,
    /// In how many articles of the scope it is at all.
    pub articles: i64,
}

/// What an entity appears with.
#[derive(Debug, Clone)]
pub struct Company {
    /// The articles of the entity in the scope.
    pub articles: i64,
    /// How many of them were looked at.
    pub counted: i64,
    pub companions: Vec<Companion>,
}

/// The entities that share so many articles with another one: at most so many, those that share the most.
pub fn company(
    connection: &mut PgConnection,
    entity: Uuid,
    kinds: &[EntityType],
    at_least: u32,
    at_most: u32,
    scope: &Scope,
) -> QueryResult<Company> {
    let mut own = Statement::default();
    own.push("SELECT count(*) FROM article_entities AS link WHERE link.entity_id = {}", [Value::Id(entity)]);
    own.restrict_links(scope);
    let articles: i64 = own.prepare::<BigInt>().get_result(connection)?;

    let mut company = Statement::with_own(entity, scope);
    company.push(
        ", company AS MATERIALIZED (SELECT other.entity_id, count(*) AS shared \
         FROM own JOIN article_entities AS other ON other.article_id = own.article_id",
        [],
    );
    if !kinds.is_empty() {
        let kinds = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
        company.push(
            " JOIN entities ON entities.id = other.entity_id AND entities.type = ANY ({})",
            [Value::Texts(kinds)],
        );
    }
    company.push(
        &format!(
            " WHERE other.entity_id <> {{}} GROUP BY other.entity_id HAVING count(*) >= {{}} \
             ORDER BY shared DESC, other.entity_id LIMIT {at_most}) \
             SELECT company.entity_id, shared, "
        ),
        [Value::Id(entity), Value::BigInt(at_least.into())],
    );
    if scope.is_open() {
        company.push(
            &format!("{} FROM company JOIN entities ON entities.id = company.entity_id", counts::OF_ENTITY),
            [],
        );
    } else {
        company.push(
            "(SELECT count(*) FROM article_entities AS link WHERE link.entity_id = company.entity_id",
            [],
        );
        company.restrict_links(scope);
        company.push(") FROM company", []);
    }
    let companions = company.prepare::<(SqlUuid, BigInt, BigInt)>().load(connection)?;
    Ok(Company { articles, counted: articles.min(COUNTED.into()), companions })
}

/// On which days the articles of an entity that are looked at speak of any of these, and how many do.
pub fn shared_days(
    connection: &mut PgConnection,
    entity: Uuid,
    with: Vec<Uuid>,
    scope: &Scope,
) -> QueryResult<Vec<(Uuid, NaiveDate, i64)>> {
    let mut shared = Statement::with_own(entity, scope);
    shared.push(
        " SELECT other.entity_id, (own.published_at AT TIME ZONE 'UTC')::date AS day, count(*) \
         FROM own JOIN article_entities AS other ON other.article_id = own.article_id \
         WHERE other.entity_id = ANY ({}) GROUP BY other.entity_id, day",
        [Value::Ids(with)],
    );
    shared.prepare::<(SqlUuid, Date, BigInt)>().load(connection)
}

/// In how many articles an entity is since a moment, and in how many before.
#[derive(Debug, Clone, Queryable)]
pub struct Change {
    pub id: Uuid,
    pub now: i64,
    pub before: i64,
}

/// The entities of the scope that are in so many articles since the moment.
pub fn changes(
    connection: &mut PgConnection,
    kinds: &[EntityType],
    since: DateTime<Utc>,
    at_least: u32,
    scope: &Scope,
) -> QueryResult<Vec<Change>> {
    let mut changes = Statement::default();
    changes.push(
        "SELECT link.entity_id, count(*) FILTER (WHERE articles.sort_date > {}) AS now, \
         count(*) FILTER (WHERE articles.sort_date <= {}) AS before \
         FROM articles JOIN article_entities AS link ON link.article_id = articles.id",
        [Value::Time(since), Value::Time(since)],
    );
    if !kinds.is_empty() {
        let kinds = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
        changes.push(
            " JOIN entities ON entities.id = link.entity_id AND entities.type = ANY ({})",
            [Value::Texts(kinds)],
        );
    }
    changes.push(" WHERE articles.status = 'published'", []);
    changes.restrict(scope, "articles.sort_date", "articles.id");
    changes.push(
        " GROUP BY link.entity_id HAVING count(*) FILTER (WHERE articles.sort_date > {}) >= {}",
        [Value::Time(since), Value::BigInt(at_least.into())],
    );
    changes.prepare::<(SqlUuid, BigInt, BigInt)>().load(connection)
}

/// The entities with these ids.
pub fn shown(connection: &mut PgConnection, ids: Vec<Uuid>) -> QueryResult<Vec<EntityBrief>> {
    type Row = (Uuid, String, EntityType, Json<StoredTexts>);
    let shown = Prepared::<(SqlUuid, Text, Text, Jsonb)>::new(
        "SELECT id, slug, type, names FROM entities WHERE id = ANY ({})",
        [Value::Ids(ids)],
    );
    let shown = shown.load::<Row>(connection)?;
    Ok(shown
        .into_iter()
        .map(|(id, slug, kind, names)| EntityBrief { id, slug, kind, names: names.0 })
        .collect())
}
