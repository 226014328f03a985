//! The operation of suggestions.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    body::{SuggestionType, Suggestions},
    read::Asked,
};
use crate::{
    cache::{answer::Content, responses::Cache},
    db::{Db, invalidation::Dependency, resources::Topic},
    error::{ApiResult, invalid_parameter},
    http::{
        input::Input,
        params::{CommaList, Params, set},
    },
    page::Limit,
    search::read::ListReads,
    values::{LanguageTag, Text},
};
use maqal_text::completion::{Completion, MAX_WORDS};

/// What a suggestion takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SuggestParams {
    /// What the user has typed so far: the beginnings of up to ten words, in any order and script.
    #[param(required = true, nullable = false, value_type = Text<1, 100>, example = json!("عما"))]
    q: Option<Text<1, 100>>,
    /// What to suggest, comma-separated or as repeated parameters. Default: all.
    #[param(style = Form, explode = false, value_type = Vec<SuggestionType>, required = false, example = json!(["tag", "entity"]))]
    types: Option<CommaList<SuggestionType>>,
    /// The preferred language of names. Only articles in this language are suggested.
    #[param(example = json!("ar"))]
    language: Option<LanguageTag>,
    /// The maximum number of suggestions of each type.
    limit: Limit,
}

impl Input for SuggestParams {
    const REQUIRED: &'static [&'static str] = &["q"];
}

/// Suggest while somebody types
///
/// Returns tags and entities with names or aliases that begin with the typed words, by the number of their articles,
/// and the newest published articles with such headlines. Letter case, accents, vowel signs and Arabic particles are
/// ignored. Where this finds less than `limit`, words of four letters or more also match with one typing error: a
/// letter missing, added, replaced, or swapped with its neighbour.
#[utoipa::path(
    tag = "search",
    params(SuggestParams),
    responses((status = 200, description = "What fits, what needs no correction first.", body = Suggestions)),
)]
#[get("/suggest")]
pub async fn list_suggestions(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    reads: Data<ListReads>,
    Params(params): Params<SuggestParams>,
) -> ApiResult<HttpResponse> {
    let all = vec![SuggestionType::Tag, SuggestionType::Entity, SuggestionType::Article];
    let types = params.types.map_or(all, |types| set(types.0));
    let language = params.language.as_ref().map(LanguageTag::as_str);
    let completion = Completion::parse(params.q.as_deref().unwrap_or_default(), language);
    let completion = completion.ok_or_else(|| {
        invalid_parameter("q", "too_many", format_args!("must have at most {MAX_WORDS} words"))
    })?;
    let dependencies: Vec<Dependency> = types.iter().flat_map(dependencies).collect();
    let language = language.map(str::to_owned);
    let asked = Arc::new(Asked { completion, types, language, limit: params.limit.0 });
    let lookups = reads.lookups();
    let load = || {
        let (asked, lookups, dependencies) = (asked.clone(), lookups.clone(), dependencies.clone());
        db.read_then(
            move |connection| asked.read(connection, &lookups.frequencies),
            |found| Content::collection(&found, dependencies),
        )
    };
    cache.answer(&request, load).await
}

fn dependencies(kind: &SuggestionType) -> Vec<Dependency> {
    let topics: &[Topic] = match kind {
        SuggestionType::Tag => &[Topic::Tags, Topic::TagCounts],
        SuggestionType::Entity => &[Topic::Entities, Topic::EntityCounts],
        SuggestionType::Article => &[Topic::Articles],
    };
    topics.iter().copied().map(Dependency::Any).collect()
}
