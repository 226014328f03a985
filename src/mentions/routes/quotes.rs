//! What people say in an article.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::dependencies;
use crate::{
    auth::Access,
    cache::{answer::Content, responses::Cache},
    db::Db,
    error::ApiResult,
    http::path::ItemKey,
    mentions::quotes::{Quotes, Sources},
    values::Key,
};

/// List an article's quotes
///
/// Returns the direct speech in the article's texts: what is between quotation marks of any script, with its speaker
/// and the verb of saying. Offsets count code points of the plain text, like those of mentions.
///
/// Speakers are the persons and organisations that the article mentions; one without an entity is
/// not named. Nothing is stored: quotes follow the text and its mentions.
///
/// It is done by rules, which know the verbs of Arabic, English, French, German, Spanish, Persian,
/// Turkish and Urdu news; other languages are read with the English ones. What the confidence says:
/// 0.9 where the verb has that speaker for its subject; 0.7 where it has one whom nobody mentions;
/// 0.6 where it has none (`وأضاف:`, `he said`) and who spoke last goes on; 0.5 where there is no verb,
/// and a long quotation follows a colon, is a paragraph of its own, or goes on with the one before.
///
/// What it misses: speech without marks, or in ASCII apostrophes; quotations of one to three
/// words within a sentence, which are mostly titles; verbs that it does not know; speakers who are named
/// only in another sentence without having spoken, or of whom only the office is named; who says what
/// in a quotation within another. It takes some titles of four words and more for speech, and some
/// whom a sentence of saying names first for who says it.
#[utoipa::path(
    tag = "articles",
    params(("id" = Key, Path, description = "The article's id or slug.")),
    responses((status = 200, description = "The direct speech in the article.", body = Quotes)),
)]
#[get("/articles/{id}/quotes")]
pub async fn list_article_quotes(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    access: Access,
    ItemKey(key): ItemKey,
) -> ApiResult<HttpResponse> {
    let asked = Arc::new((key, access.sees_unpublished()));
    let load = || {
        let asked = asked.clone();
        db.read_then(
            move |connection| Sources::read(connection, &asked.0, asked.1),
            |found| Content::collection(&found.quotes(), dependencies(found.article)),
        )
    };
    cache.answer(&request, load).await
}
