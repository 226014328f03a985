//! How common words are.

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Float, Text},
};

use crate::search::statistics::Frequencies;

/// Those of the database as it is now.
pub fn load(connection: &mut PgConnection) -> QueryResult<Frequencies> {
    #[derive(QueryableByName)]
    struct Statistics {
        #[diesel(sql_type = Array<Text>)]
        lexemes: Vec<String>,
        #[diesel(sql_type = Array<Float>)]
        parts: Vec<f32>,
        #[diesel(sql_type = Float)]
        articles: f32,
    }
    // Once a minute.
    let found: Statistics = sql_query(
        "SELECT coalesce(most_common_elems::text::text[], '{}') AS lexemes, \
            coalesce(most_common_elem_freqs, '{}') AS parts, reltuples AS articles \
         FROM pg_class LEFT JOIN pg_stats ON schemaname = 'public' AND tablename = relname AND attname = 'vector' \
         WHERE pg_class.oid = 'article_search'::regclass",
    )
    .get_result(connection)?;
    // The least, the greatest and that of nulls follow the frequencies.
    let parts = found.lexemes.into_iter().zip(found.parts.into_iter().map(f64::from));
    Ok(Frequencies::new(parts, found.articles.into()))
}
