//! The parameters of one article: what is shown of it.

use serde::Deserialize;
use utoipa::IntoParams;

use super::shape::{ArticleField, ArticleInclude, Shape};
use crate::{
    auth::Access,
    http::{input::Input, params::CommaList},
};

/// What reading one article takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ArticleParams {
    /// The members to return, comma-separated or as repeated parameters; `id` is always returned. Default: all but
    /// `body_html` and `body_text`.
    #[param(style = Form, explode = false, value_type = Vec<ArticleField>, required = false, example = json!(["headline", "body_html"]))]
    fields: Option<CommaList<ArticleField>>,
    /// What to embed, comma-separated or as repeated parameters. Default, without `fields`: tags and entities.
    #[param(style = Form, explode = false, value_type = Vec<ArticleInclude>, required = false, example = json!(["tags", "entities"]))]
    include: Option<CommaList<ArticleInclude>>,
}

impl Input for ArticleParams {}

impl ArticleParams {
    /// What is shown of the article.
    pub fn shape(self, access: &Access) -> Shape {
        Shape::whole().adjusted(self.fields, self.include).seeing_unpublished(access.sees_unpublished())
    }
}
