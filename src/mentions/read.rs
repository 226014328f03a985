//! What a read of mentions takes: the article that they are in.

use diesel::PgConnection;

use crate::{
    articles::{self, model::Article, shape::Shape},
    error::ApiResult,
    values::Key,
};

/// The article with the key, or the problem that says why there is none to be seen.
pub fn article(connection: &mut PgConnection, key: &Key, sees_unpublished: bool) -> ApiResult<Article> {
    let seen = Shape::listed().seeing_unpublished(sees_unpublished);
    Ok(articles::queries::find(connection, key, &seen)?.article)
}
