//! Keyset pages in SQL: `(sort column, id)` compared as one row value, which an
//! index on both answers without sorting.

/// Restricts a boxed query to one page, in order: the rows beyond the page's
/// position, by the column and then the id, one more than the page's limit.
macro_rules! keyset {
    ($query:expr, $page:expr, $descending:expr, $column:expr, $id:expr, $row:literal, $variant:ident: $type:ty) => {{
        let (query, page) = ($query, $page);
        // Backward through a descending list is forward through an ascending one.
        let descending = $descending != page.backward;
        let query = match &page.beyond {
            None => query,
            Some((crate::http::page::SortKey::$variant(key), id)) => {
                let operator = if descending { concat!($row, " < (") } else { concat!($row, " > (") };
                query.filter(
                    diesel::dsl::sql::<diesel::sql_types::Bool>(operator)
                        .bind::<$type, _>(key.clone())
                        .sql(", ")
                        .bind::<diesel::sql_types::Uuid, _>(*id)
                        .sql(")"),
                )
            }
            Some(_) => return Err(crate::http::page::PageRequest::broken_cursor()),
        };
        let query = query.limit(i64::from(page.limit) + 1);
        if descending {
            query.order(($column.desc(), $id.desc()))
        } else {
            query.order(($column.asc(), $id.asc()))
        }
    }};
}
pub(crate) use keyset;
