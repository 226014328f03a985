//! The beginnings of long texts, in which matches are looked for.

use std::collections::HashMap;

use diesel::{dsl::sql, prelude::*, sql_types::Text};
use uuid::Uuid;

use crate::{
    articles::{queries::readable, shape::Shape},
    schema::articles,
};

/// In how many code points of a text matches are looked for, to be shown.
const SEARCHED_LENGTH: u32 = 50_000;

/// The beginnings of the texts of those of the articles that may be seen.
pub fn beginnings(
    connection: &mut PgConnection,
    ids: &[Uuid],
    shape: &Shape,
) -> QueryResult<HashMap<Uuid, String>> {
    let beginning = sql::<Text>(&format!("left(body_text, {SEARCHED_LENGTH})"));
    let texts: Vec<(Uuid, String)> = readable(shape)
        .filter(articles::id.eq_any(ids))
        .select((articles::id, beginning))
        .load(connection)?;
    Ok(texts.into_iter().collect())
}
