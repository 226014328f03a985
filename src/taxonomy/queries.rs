//! All the SQL of names that are looked for.

use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{Label, LabelKind, counts};
use crate::{
    db::prepared::{Prepared, Value},
    values::Json,
};
use maqal_text::analysis::VERSION;

/// The names of a label, each with its language.
pub type Names = Json<Vec<(Option<String>, String)>>;

/// All that an entity is called, as [`Names`], of the table of entities.
pub const ENTITY_NAMES: &str = "(SELECT jsonb_agg(name) FROM ( \
    SELECT jsonb_build_array(key, value) AS name FROM jsonb_each(names) UNION ALL \
    SELECT jsonb_build_array(alias -> 'language', alias -> 'name') \
    FROM jsonb_array_elements(aliases) AS alias) AS named)";

/// What the statements call the tables of a kind.
struct Tables {
    /// Of the labels themselves.
    items: &'static str,
    /// Of what they are found by.
    search: &'static str,
    /// Its column of their ids.
    id: &'static str,
    /// The column that tells sorts of them apart.
    sort: &'static str,
    /// All their names, as [`Names`].
    names: &'static str,
    /// Their other names, as the index of names has them.
    aliases: &'static str,
    /// The number of their articles.
    count: &'static str,
}

fn tables(kind: LabelKind) -> Tables {
    match kind {
        LabelKind::Tag => Tables {
            items: "tags",
            search: "tag_search",
            id: "tag_id",
            sort: "kind",
            names: "(SELECT jsonb_agg(jsonb_build_array(key, value)) FROM jsonb_each(names))",
            aliases: "'[]'::jsonb",
            count: counts::OF_TAG,
        },
        LabelKind::Entity => Tables {
            items: "entities",
            search: "entity_search",
            id: "entity_id",
            sort: "type",
            names: ENTITY_NAMES,
            aliases: "aliases",
            count: counts::OF_ENTITY,
        },
    }
}

/// Stores what labels are found by; where that is stored already, nothing is written.
pub fn store(
    connection: &mut PgConnection,
    kind: LabelKind,
    found_by: Vec<(Uuid, String)>,
) -> QueryResult<()> {
    let Tables { search, id, .. } = tables(kind);
    let sql = format!(
        "INSERT INTO {search} ({id}, analysis, vector) \
         SELECT id, {{}}, vector::tsvector FROM unnest({{}}, {{}}) AS label (id, vector) \
         ON CONFLICT ({id}) DO UPDATE SET analysis = excluded.analysis, vector = excluded.vector \
         WHERE ({search}.analysis, {search}.vector) IS DISTINCT FROM (excluded.analysis, excluded.vector)"
    );
    let (ids, vectors) = found_by.into_iter().unzip();
    let values = [Value::SmallInt(VERSION), Value::Ids(ids), Value::Texts(vectors)];
    Prepared::<()>::new(sql, values).execute(connection).map(drop)
}

/// The next labels beyond `after` whose analysis is missing or of another version, with their
/// names, locked against writers.
pub fn lock_stale(
    connection: &mut PgConnection,
    kind: LabelKind,
    after: Option<Uuid>,
    at_most: u32,
) -> QueryResult<Vec<(Uuid, Names)>> {
    let Tables { items, search, id, names, .. } = tables(kind);
    let sql = format!(
        "SELECT {items}.id, {names} FROM {items} LEFT JOIN {search} ON {id} = {items}.id \
         WHERE analysis IS DISTINCT FROM {{}} AND {items}.id > {{}} \
         ORDER BY {items}.id LIMIT {at_most} FOR NO KEY UPDATE OF {items}"
    );
    let values = [Value::SmallInt(VERSION), Value::Id(after.unwrap_or_default())];
    Prepared::<(SqlUuid, Jsonb)>::new(sql, values).load(connection)
}

/// Whether any label is not found as this program would have it.
pub fn has_stale(connection: &mut PgConnection) -> QueryResult<bool> {
    for kind in LabelKind::ALL {
        let Tables { items, search, id, .. } = tables(kind);
        let sql = format!(
            "SELECT EXISTS (SELECT FROM {items} LEFT JOIN {search} ON {id} = {items}.id \
             WHERE analysis IS DISTINCT FROM {{}})"
        );
        let has_stale = Prepared::<Bool>::new(sql, [Value::SmallInt(VERSION)]);
        if has_stale.get_result(connection)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many labels of each kind some queries may find together, each of which is asked of every article,
/// and one of them.
const FOUND: usize = 200;
const FOUND_BY_ONE: usize = 100;

/// Of each of the queries, texts of `tsquery` literals, the labels whose names match: of each kind those
/// of the most articles, 100 at most, and the fewer the more queries there are.
pub fn matching(connection: &mut PgConnection, queries: Vec<String>) -> QueryResult<Vec<Vec<Label>>> {
    // By powers of two: so there are few such statements, which stay prepared.
    let at_most = (FOUND / queries.len().next_power_of_two()).clamp(1, FOUND_BY_ONE);
    let sql = format!("
        SELECT asked.n, label.* FROM unnest({{}}) WITH ORDINALITY AS asked (query, n) CROSS JOIN LATERAL (
            (SELECT 'tag', id, slug, ARRAY[]::uuid[] FROM tag_search JOIN tags ON id = tag_id
            WHERE vector @@ asked.query::tsquery ORDER BY article_count DESC, id LIMIT {at_most})
            UNION ALL
            (SELECT 'entity', entities.id, slug, ARRAY(SELECT from_id FROM entity_merges WHERE into_id = entities.id)
            FROM entity_search JOIN entities ON entities.id = entity_id
            WHERE vector @@ asked.query::tsquery ORDER BY article_count DESC, entities.id LIMIT {at_most})
        ) AS label");
    let mut found = vec![Vec::new(); queries.len()];
    let matching =
        Prepared::<(BigInt, Text, SqlUuid, Text, Array<SqlUuid>)>::new(sql, [Value::Texts(queries)]);
    for (n, kind, id, slug, former) in
        matching.load::<(i64, LabelKind, Uuid, String, Vec<Uuid>)>(connection)?
    {
        let place = usize::try_from(n - 1).ok().and_then(|place| found.get_mut(place));
        if let Some(labels) = place {
            labels.push(Label { kind, id, slug, former });
        }
    }
    Ok(found)
}

/// A label that somebody may be typing.
#[derive(Debug, Clone, Queryable)]
pub struct Completed {
    pub id: Uuid,
    pub slug: String,
    /// A tag's kind, an entity's type.
    pub sort: String,
    pub names: Names,
    pub article_count: i64,
}

/// The labels of a kind that a query, the text of a `tsquery` literal, finds: so many, those of the
/// most articles.
pub fn complete(
    connection: &mut PgConnection,
    kind: LabelKind,
    tsquery: String,
    at_most: u32,
) -> QueryResult<Vec<Completed>> {
    let Tables { items, search, id, sort, names, count, .. } = tables(kind);
    let sql = format!(
        "SELECT id, slug, {sort}, {names}, {count} FROM {search} JOIN {items} ON id = {id} \
         WHERE vector @@ {{}}::tsquery ORDER BY article_count DESC, id LIMIT {at_most}"
    );
    // Of as many forms as a client may ask for.
    Prepared::<(SqlUuid, Text, Text, Jsonb, BigInt)>::new(sql, [Value::Text(tsquery)])
        .planned_anew()
        .load(connection)
}

/// A label that is called as somebody has named one.
#[derive(Debug, Clone, Queryable)]
pub struct Namesake {
    /// Which of those that were asked for, from 1 on.
    pub asked: i64,
    /// The name as it is compared.
    pub name: String,
    /// None where nobody is called so.
    pub id: Option<Uuid>,
    pub sort: Option<String>,
    /// How near its language is to the one that was asked for: 2 if it is that, 1 if it has the same first part, as `de` and
    /// `de-AT` have, and else 0.
    pub nearness: i32,
    /// Whether that is one of its other names alone.
    pub is_alias: Option<bool>,
}

/// Who is called so: for each name that a label is asked for by, with its place among what is asked for and the sort
/// that it is of, where that is known.
pub fn namesakes(
    connection: &mut PgConnection,
    kind: LabelKind,
    asked: Vec<(i64, &str, &str, &str)>,
) -> QueryResult<Vec<Namesake>> {
    type Columns = (BigInt, Text, Nullable<SqlUuid>, Nullable<Text>, Integer, Nullable<Bool>);
    let Tables { items, sort, aliases, .. } = tables(kind);
    let sql = format!(
        "WITH asked AS MATERIALIZED ( \
            SELECT n, sort, language, label_name(name) AS name \
            FROM unnest({{}}, {{}}, {{}}, {{}}) AS asked (n, sort, language, name) \
         ), found AS MATERIALIZED ( \
            SELECT id, {sort} AS sort, names, {aliases} AS aliases FROM {items} \
            WHERE label_names(names, {aliases}) && ARRAY(SELECT name FROM asked) \
         ), named AS ( \
            SELECT id, sort, language, label_name(name) AS name, false AS is_alias \
            FROM found, jsonb_each_text(names) AS named (language, name) \
            UNION ALL SELECT id, sort, alias ->> 'language', label_name(alias ->> 'name'), true \
            FROM found, jsonb_array_elements(aliases) AS alias) \
         SELECT n, asked.name, id, named.sort, \
            CASE WHEN asked.language = named.language THEN 2 \
                WHEN split_part(asked.language, '-', 1) = split_part(named.language, '-', 1) THEN 1 ELSE 0 END, \
            is_alias \
         FROM asked LEFT JOIN named ON named.name = asked.name AND asked.name <> '' AND asked.sort IN (named.sort, '')"
    );
    let mut values = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (n, sort, language, name) in asked {
        values.0.push(n);
        values.1.push(sort.to_owned());
        values.2.push(language.to_owned());
        values.3.push(name.to_owned());
    }
    let (numbers, sorts, languages, names) = values;
    let values = [Value::BigInts(numbers), Value::Texts(sorts), Value::Texts(languages), Value::Texts(names)];
    Prepared::<Columns>::new(sql, values).load(connection)
}

/// Waits for whoever makes an item that is called so, until his transaction ends; names are in the form in which they are
/// compared. Some share a lock, since a server has few; they are taken in one order, so that nobody waits in a circle.
pub fn lock_names(connection: &mut PgConnection, kind: LabelKind, names: Vec<String>) -> QueryResult<()> {
    let items = tables(kind).items;
    let lock = "SELECT count(pg_advisory_xact_lock(hashtext({}), share)) FROM ( \
        SELECT DISTINCT hashtext(name) & 63 AS share FROM unnest({}) AS name ORDER BY 1) AS shares";
    let values = [Value::Text(format!("names of {items}")), Value::Texts(names)];
    Prepared::<BigInt>::new(lock, values).get_result::<i64>(connection).map(drop)
}
